import { type ChildProcess, spawn } from "node:child_process";
import { Socket } from "node:net";
import process from "node:process";
import { watchdogCommand } from "./watchdog-program.ts";

/** One that lives shorter has failed. */
const leastLifeMs = 1000;
/** After so many failures in a row the next one waits until there is more to watch. */
const maxFailures = 3;

/**
 * A small program in a session of its own that outlives this one: when our end of its input closes
 * in any other way than by {@link dismiss}, `kill -9` included, it kills the process groups it was
 * told of, and every process that carries the mark. Started with the first group; should it die, a
 * new one is told of all of them.
 */
export class Watchdog {
  readonly #mark: string;
  readonly #groups: ReadonlySet<number>;
  #child: ChildProcess | null = null;
  #ended = false;
  #failures = 0;

  /** `groups` is read whenever a new watchdog starts. */
  constructor(mark: string, groups: ReadonlySet<number>) {
    this.#mark = mark;
    this.#groups = groups;
  }

  /** Of the one that runs; null when none does. */
  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** Call it when the set of groups has got this one. */
  added(group: number): void {
    if (this.#child === null) this.#start();
    else this.#tell(`add ${group}\n`);
  }

  /** Call it when the set of groups has lost this one. */
  removed(group: number): void {
    this.#tell(`del ${group}\n`);
  }

  /** Ends it without a kill: there is nothing left to watch. */
  dismiss(): void {
    this.#ended = true;
    this.#child?.stdin?.end("bye\n");
  }

  /** Lets it do its work now, and end. */
  release(): void {
    this.#ended = true;
    this.#child?.stdin?.end();
  }

  #tell(lines: string): void {
    const stdin = this.#child?.stdin;
    if (stdin?.writable === true) stdin.write(lines);
  }

  #start(): void {
    if (this.#ended) return;
    const startedAtMs = performance.now();
    const { file, args } = watchdogCommand(process.platform);
    const child = spawn(file, args, {
      cwd: process.platform === "win32" ? undefined : "/",
      // Without our mark, lest it find itself.
      env: { PATH: `${process.env["PATH"] ?? ""}:/usr/bin:/bin` },
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
      windowsHide: true,
    });
    const ended = (): void => {
      if (this.#child !== child) return;
      this.#child = null;
      this.#failures = performance.now() - startedAtMs < leastLifeMs ? this.#failures + 1 : 0;
      if (this.#failures < maxFailures) this.#start();
    };
    child.on("exit", ended);
    child.on("error", ended);
    if (child.pid === undefined) return;
    this.#child = child;
    // It watches this program and must not keep it running.
    child.unref();
    if (child.stdin instanceof Socket) child.stdin.unref();
    child.stdin?.on("error", () => {});
    this.#tell(`mark ${this.#mark}\n${[...this.#groups].map((id) => `add ${id}\n`).join("")}`);
  }
}
