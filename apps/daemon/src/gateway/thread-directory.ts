import { join } from "node:path";
import { elementsOf, fieldsOf } from "./fields.ts";
import { readOwnFile, writeOwnFile } from "./json-file.ts";

/** Threads remembered; the longest unheard of go first. */
const maxThreads = 20_000;
const saveAfterMs = 2000;

/** Which agent owns which thread, as far as anybody has said so. Survives a restart. */
export class ThreadDirectory implements Disposable {
  readonly #file: string;
  readonly #log: (level: "debug" | "warn", message: string, data?: unknown) => void;
  #owners: Map<string, string> | null = null;
  #saving: NodeJS.Timeout | null = null;

  constructor(
    stateDir: string,
    log: (level: "debug" | "warn", message: string, data?: unknown) => void,
  ) {
    this.#file = join(stateDir, "threads.json");
    this.#log = log;
  }

  /** Name of the agent; undefined when nobody has said. */
  ownerOf(threadId: string): string | undefined {
    return this.#known().get(threadId);
  }

  learn(threadId: string, agent: string): void {
    const owners = this.#known();
    if (owners.get(threadId) === agent) return;
    owners.delete(threadId);
    owners.set(threadId, agent);
    if (owners.size > maxThreads) {
      const [oldest] = owners.keys();
      if (oldest !== undefined) owners.delete(oldest);
    }
    this.#saving ??= setTimeout(() => this.#save(), saveAfterMs).unref();
  }

  forget(threadId: string): void {
    if (this.#known().delete(threadId)) {
      this.#saving ??= setTimeout(() => this.#save(), saveAfterMs).unref();
    }
  }

  /** Writes what is not written yet. */
  [Symbol.dispose](): void {
    if (this.#saving !== null) this.#save();
  }

  /** Read when the first one is asked for: a start has no need of it. */
  #known(): Map<string, string> {
    this.#owners ??= new Map(readOwnFile(this.#file, ownersIn, this.#log) ?? []);
    return this.#owners;
  }

  #save(): void {
    if (this.#saving !== null) clearTimeout(this.#saving);
    this.#saving = null;
    const agents: Record<string, string[]> = {};
    for (const [thread, agent] of this.#known()) (agents[agent] ??= []).push(thread);
    writeOwnFile(this.#file, { version: 1, agents }, this.#log);
  }
}

function ownersIn(json: unknown): readonly (readonly [string, string])[] | null {
  const { version, agents } = fieldsOf(json);
  if (version !== 1) return null;
  return Object.entries(fieldsOf(agents)).flatMap(([agent, threads]) =>
    elementsOf(threads).flatMap((id) => (typeof id === "string" ? [[id, agent] as const] : [])),
  );
}
