import { type Style, styleOf } from "../terminal/style.ts";
import type { Log } from "../serve/log.ts";
import { type LogLine, decodeLine, encodeLine, renderLine } from "./line.ts";
import { RotatingFile, type RotationLimits } from "./rotating-file.ts";

/** What a daemon logs, and how much of it is kept. */
export interface LogSettings extends RotationLimits {
  readonly level: "debug" | "warn";
}

/** Where a {@link Logger} writes. */
export interface LoggerOptions {
  /** `daemon.log` in the private folder of logs; null = no file. */
  readonly file: string | null;
  readonly settings: LogSettings;
  /** Shows the lines too, as people read them; null = nowhere. */
  readonly mirror: { write(text: string): unknown; readonly isTTY?: boolean } | null;
  /** Milliseconds since 1970. Default: the system clock. */
  readonly now?: () => number;
}

/** The log of a daemon. Nothing in it throws, and no secret passes. */
export class Logger implements Disposable {
  readonly #file: RotatingFile | null;
  readonly #mirror: LoggerOptions["mirror"];
  readonly #style: Style | null;
  readonly #now: () => number;
  readonly #secrets = new Set<string>();
  #level: LogSettings["level"];

  constructor({ file, settings, mirror, now = Date.now }: LoggerOptions) {
    this.#file = file === null ? null : new RotatingFile(file, settings, now);
    this.#mirror = mirror;
    this.#style = mirror === null ? null : styleOf(mirror);
    this.#now = now;
    this.#level = settings.level;
  }

  /** Lines that a full disk has swallowed and that are not told of yet. */
  get lostLines(): number {
    return this.#file?.lostLines ?? 0;
  }

  /** A value that must never be in the log. */
  addSecret(secret: string): void {
    this.#secrets.add(secret);
  }

  /** Other settings from now on. */
  configure(settings: LogSettings): void {
    this.#level = settings.level;
    this.#file?.configure(settings);
  }

  /** The log of one part of the daemon; `id` tells what belongs together: a session, a turn. */
  component(component: string, id?: string): Log {
    return (level, message, data) => {
      if (level === "debug" && this.#level !== "debug") return;
      this.#write({
        time: new Date(this.#now()).toISOString(),
        level,
        component,
        message,
        ...(id !== undefined && { id }),
        ...(data !== undefined && { data }),
      });
    };
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#file?.[Symbol.dispose]();
  }

  #write(line: LogLine): void {
    const encoded = encodeLine(line, this.#secrets);
    this.#file?.write(encoded, (count, reason) => {
      const message = `${count} lines are missing here: ${reason}`;
      return encodeLine({ ...line, level: "warn", component: "log", message }, this.#secrets);
    });
    if (this.#mirror === null || this.#style === null) return;
    const clean = decodeLine(encoded);
    if (clean === null) return;
    try {
      this.#mirror.write(renderLine(clean, this.#style));
    } catch {
      // A terminal that has gone takes nothing with it.
    }
  }
}

/** The stream to show a log on: stderr of a terminal; nothing where nobody looks. */
export function terminalMirror(): NodeJS.WriteStream | null {
  return process.stderr.isTTY ? process.stderr : null;
}
