import path from "node:path";
import type { BridgeHost, SpawnSpec } from "../adapter.ts";
import { BridgeError } from "../errors.ts";
import { FakeProcess } from "./fake-process.ts";

/** What a {@link FakeHost} starts with. */
export interface FakeHostOptions {
  /** Contents by absolute path. The time of the n-th is n seconds. */
  readonly files?: Readonly<Record<string, string>>;
  /** Default: `HOME` and `PATH`. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Default: every request is answered 501. */
  readonly fetch?: typeof globalThis.fetch;
  /**
   * Called with each process as the bridge starts it, before the bridge has it: to `play` a
   * recording.
   */
  readonly onSpawn?: (process: FakeProcess) => void;
}

interface Watch {
  readonly folder: string;
  readonly changed: string[];
  wake: () => void;
}

/**
 * A {@link BridgeHost} without an outside. Nothing in it happens unless the test or the bridge does
 * it.
 */
export class FakeHost implements BridgeHost {
  readonly fetch: typeof globalThis.fetch;
  readonly files: BridgeHost["files"];
  /** Every process the bridge started, oldest first. */
  readonly processes: FakeProcess[] = [];
  readonly logged: { level: "debug" | "warn"; message: string; data: unknown }[] = [];
  readonly #options: FakeHostOptions;
  readonly #contents: Map<string, string>;
  readonly #watches = new Set<Watch>();
  readonly #handlers = new Map<string, (request: Request) => Promise<Response>>();
  #sleepers: { readonly atMs: number; readonly wake: () => void }[] = [];
  #spawnWaiting: (() => void)[] = [];
  #nowMs = 0;
  #spawnsTaken = 0;
  #secrets = 0;

  constructor(options: FakeHostOptions = {}) {
    this.#options = options;
    this.#contents = new Map(Object.entries(options.files ?? {}));
    this.fetch =
      options.fetch ?? (() => Promise.resolve(new Response("no network here", { status: 501 })));
    this.files = {
      list: async (folder) => this.#list(folder),
      read: (file, { start = 0 }) => this.#read(file, start),
      watch: (folder, { signal }) => this.#watch(folder, signal),
    };
  }

  spawn(spec: SpawnSpec): FakeProcess {
    const child = new FakeProcess(spec);
    this.processes.push(child);
    this.#options.onSpawn?.(child);
    for (const wake of this.#spawnWaiting.splice(0)) wake();
    return child;
  }

  /** The next process the bridge starts, or has started and nobody has taken. */
  async nextProcess(): Promise<FakeProcess> {
    for (;;) {
      const child = this.processes[this.#spawnsTaken];
      if (child !== undefined) {
        this.#spawnsTaken += 1;
        return child;
      }
      await new Promise<void>((resolve) => this.#spawnWaiting.push(resolve));
    }
  }

  environment(): Promise<Readonly<Record<string, string>>> {
    return Promise.resolve(this.#options.environment ?? { HOME: "/home/user", PATH: "/usr/bin" });
  }

  /** Puts a file in place, or takes it away (null), and tells who watches its folder. */
  setFile(file: string, content: string | null): void {
    if (content === null) this.#contents.delete(file);
    else this.#contents.set(file, content);
    for (const watch of this.#watches) {
      if (path.posix.dirname(file) !== watch.folder) continue;
      watch.changed.push(path.posix.basename(file));
      watch.wake();
    }
  }

  listen(handler: (request: Request) => Promise<Response>): ReturnType<BridgeHost["listen"]> {
    const url = `http://127.0.0.1:${this.#handlers.size + 1}`;
    this.#handlers.set(url, handler);
    const token = this.secret();
    return Promise.resolve({
      url,
      token,
      [Symbol.asyncDispose]: async () => void this.#handlers.delete(url),
    });
  }

  /** Calls the bridge's listener as its agent would; the token is not checked here. */
  async call(request: Request): Promise<Response> {
    const handler = this.#handlers.get(new URL(request.url).origin);
    if (handler === undefined) throw new Error(`the bridge does not listen at ${request.url}`);
    return handler(request);
  }

  secret(): string {
    this.#secrets += 1;
    return String(this.#secrets).padStart(64, "0");
  }

  sleep(ms: number, { signal }: { readonly signal: AbortSignal }): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      this.#sleepers.push({ atMs: this.#nowMs + ms, wake: resolve });
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  }

  /** Lets time pass for {@link sleep}. */
  advance(ms: number): void {
    this.#nowMs += ms;
    const due = this.#sleepers.filter(({ atMs }) => atMs <= this.#nowMs);
    this.#sleepers = this.#sleepers.filter(({ atMs }) => atMs > this.#nowMs);
    for (const { wake } of due) wake();
  }

  readonly log: BridgeHost["log"] = (level, message, data) => {
    this.logged.push({ level, message, data });
  };

  #list(folder: string): Awaited<ReturnType<BridgeHost["files"]["list"]>> {
    const prefix = folder.endsWith("/") ? folder : `${folder}/`;
    const found = new Map<
      string,
      { name: string; folder: boolean; size: number; mtimeMs: number }
    >();
    let mtimeMs = 0;
    for (const [file, content] of this.#contents) {
      mtimeMs += 1000;
      if (!file.startsWith(prefix)) continue;
      const [name = "", ...rest] = file.slice(prefix.length).split("/");
      const size = rest.length > 0 ? 0 : Buffer.byteLength(content);
      found.set(name, { name, folder: rest.length > 0, size, mtimeMs });
    }
    if (found.size === 0) throw new BridgeError("not-found", `${folder} does not exist`);
    return [...found.values()];
  }

  async *#read(file: string, start: number): AsyncGenerator<Uint8Array> {
    const content = this.#contents.get(file);
    if (content === undefined) throw new BridgeError("not-found", `${file} does not exist`);
    yield Buffer.from(content).subarray(start);
  }

  async *#watch(folder: string, signal: AbortSignal): AsyncGenerator<string> {
    const watch: Watch = { folder, changed: [], wake: () => {} };
    this.#watches.add(watch);
    signal.addEventListener("abort", () => watch.wake(), { once: true });
    try {
      while (!signal.aborted) {
        yield* watch.changed.splice(0);
        if (signal.aborted || watch.changed.length > 0) continue;
        await new Promise<void>((resolve) => {
          watch.wake = resolve;
        });
      }
    } finally {
      this.#watches.delete(watch);
    }
  }
}

/** A host for the tests of a bridge: no process, disk, network or clock but the test's. */
export function fakeHost(options?: FakeHostOptions): FakeHost {
  return new FakeHost(options);
}
