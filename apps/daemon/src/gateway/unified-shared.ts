import { join } from "node:path";
import { readOwnFile, writeOwnFile } from "./json-file.ts";
import type { ThreadAliases } from "./unified/thread-aliases.ts";

/** What the clients of the unified endpoint share. */
export class UnifiedShared {
  /** Agent of requests that fit any. Rejects when none is switched on. */
  readonly defaultAgent: () => Promise<string>;
  /** Threads that are about to move, by the id clients know. Never reject. */
  readonly moving = new Map<string, Promise<unknown>>();
  readonly #file: string;
  readonly #log: (level: "debug" | "warn", message: string, data?: unknown) => void;
  #aliases: ThreadAliases | null = null;

  constructor(options: {
    readonly stateDir: string;
    readonly defaultAgent: () => Promise<string>;
    readonly log: (level: "debug" | "warn", message: string, data?: unknown) => void;
  }) {
    this.defaultAgent = options.defaultAgent;
    this.#file = join(options.stateDir, "moved-threads.json");
    this.#log = options.log;
  }

  /** Threads that moved. To be read after {@link load} only. */
  get aliases(): ThreadAliases {
    if (this.#aliases === null) throw new Error("the table of moved threads is not loaded");
    return this.#aliases;
  }

  set aliases(aliases: ThreadAliases) {
    if (aliases === this.#aliases) return;
    this.#aliases = aliases;
    writeOwnFile(this.#file, JSON.parse(aliases.serialize()), this.#log);
  }

  async load(): Promise<void> {
    const { ThreadAliases } = await import("./unified/thread-aliases.ts");
    const read = (json: unknown): ThreadAliases => ThreadAliases.parse(JSON.stringify(json));
    this.#aliases ??= readOwnFile(this.#file, read, this.#log) ?? ThreadAliases.none;
  }
}
