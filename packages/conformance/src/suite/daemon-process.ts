import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { FrameTransport, TransportEvents } from "@fairlead/bridge-core";
import type { FromDaemon, ToDaemon } from "./daemon-messages.ts";
import type { AgentState, Place, Served, ServedEvents } from "./served.ts";

/** What a daemon of its own process loads. */
export type LoadOptions = Omit<Extract<ToDaemon, { type: "load" }>, "type">;

/** How much of a dead daemon's last words are told. */
const lastWordsLength = 2000;

/** A process that has loaded a bridge, and serves one scenario until it is killed. */
export class DaemonProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #loaded: Promise<void>;
  readonly #connections = new Map<number, TransportEvents>();
  readonly #waiting = new Map<number, (message: Extract<FromDaemon, { type: "done" }>) => void>();
  readonly #gone: Promise<unknown>;
  #events: ServedEvents | null = null;
  #served: () => void = () => {};
  #problem: string | null = null;
  #lastWords = "";
  #count = 0;
  #killed = false;

  constructor(options: LoadOptions, program: URL) {
    this.#child = fork(fileURLToPath(program), [], {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      execArgv: loaderOf(program, options.module),
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#lastWords = `${this.#lastWords}${text}`.slice(-lastWordsLength);
    });
    this.#gone = once(this.#child, "exit").then(() => this.#died());
    this.#loaded = new Promise((resolve) => {
      this.#child.on("message", (message: FromDaemon) => {
        if (message.type === "loaded" || message.type === "problem") resolve();
        this.#take(message);
      });
      this.#child.once("exit", () => resolve());
    });
    this.#tell({ type: "load", ...options });
  }

  /** Serves a place, once. Rejects when the bridge cannot be loaded. */
  async serve(place: Place, events: ServedEvents): Promise<Served> {
    await this.#loaded;
    if (this.#problem !== null) throw new Error(this.#problem);
    this.#events = events;
    const served = new Promise<void>((resolve) => {
      this.#served = resolve;
    });
    this.#tell({ type: "serve", place });
    await Promise.race([served, this.#gone]);
    return {
      open: (session) => {
        const connection = this.#count++;
        this.#tell({ type: "open", connection, session });
        return { transport: this.#transport(connection), attached: null };
      },
      cue: async (beat) => void (await this.#ask({ type: "cue", request: this.#count++, beat })),
      release: async () => void (await this.#ask({ type: "release", request: this.#count++ })),
      state: () => this.#ask({ type: "state", request: this.#count++ }),
      kill: async () => {
        await this[Symbol.asyncDispose]();
        return place;
      },
      [Symbol.asyncDispose]: () => this[Symbol.asyncDispose](),
    };
  }

  /** `kill -9`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#killed = true;
    this.#child.kill("SIGKILL");
    await this.#gone;
  }

  #tell(message: ToDaemon): void {
    // What a dead daemon cannot be told is noticed by its end.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  #transport(connection: number): FrameTransport {
    return {
      start: (events) => void this.#connections.set(connection, events),
      send: (text) => this.#tell({ type: "frame", connection, text }),
      bufferedBytes: 0,
      close: () => this.#tell({ type: "close", connection }),
    };
  }

  async #ask(message: Extract<ToDaemon, { readonly request: number }>): Promise<AgentState> {
    const { error, state } = await new Promise<Extract<FromDaemon, { type: "done" }>>((resolve) => {
      this.#waiting.set(message.request, resolve);
      this.#tell(message);
    });
    if (error !== null) throw new Error(error);
    return state ?? { waitingFor: [], leftOver: [] };
  }

  #take(message: FromDaemon): void {
    this.#events?.onActivity();
    switch (message.type) {
      case "loaded":
        return;
      case "served":
        return this.#served();
      case "frame":
        return this.#connections.get(message.connection)?.onFrame(message.text);
      case "closed": {
        const { connection, reason } = message;
        this.#connections.get(connection)?.onClose({ code: null, reason });
        this.#connections.delete(connection);
        return;
      }
      case "problem":
        this.#problem ??= message.problem;
        this.#events?.onProblem(message.problem);
        return;
      case "done": {
        const { request } = message;
        this.#waiting.get(request)?.(message);
        this.#waiting.delete(request);
      }
    }
  }

  #died(): void {
    const error = `the daemon died: ${this.#lastWords.trim() || "it said nothing"}`;
    if (!this.#killed) {
      this.#problem ??= error;
      this.#events?.onProblem(error);
    }
    for (const [request, resolve] of this.#waiting) {
      resolve({ type: "done", request, error, state: null });
    }
  }
}

/** The program of a daemon: the build's, or here the source. */
export function daemonProgram(): URL {
  return new URL(`daemon-child${extname(import.meta.url)}`, import.meta.url);
}

/** Sources need a loader, builds none. */
function loaderOf(program: URL, module: string): string[] {
  if (![program.href, module].some((url) => url.endsWith(".ts"))) return [];
  const tsx = createRequire(import.meta.url).resolve("tsx");
  return ["--conditions=@fairlead/source", "--import", tsx];
}
