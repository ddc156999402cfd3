import type { CommandInfo, ModelInfo } from "../adapter.ts";
import { messageOf } from "../errors.ts";
import type { ThreadServices } from "./services.ts";

type Source = Pick<ThreadServices, "adapter" | "log">;

/** How long what an agent offers is taken as known. */
const freshMs = 5 * 60_000;

/**
 * What the agent offers in each folder, asked once in a while: some agents start a process to tell
 * it.
 */
export class ModelCatalogue {
  readonly #source: Source;
  readonly #now: () => number;
  readonly #models = new Map<
    string,
    { readonly atMs: number; readonly answer: Promise<readonly ModelInfo[]> }
  >();
  #default: string | null = null;
  readonly #closed = new AbortController();

  constructor(source: Source, now: () => number) {
    this.#source = source;
    this.#now = now;
  }

  /** The default model's id; the agent's own name until its models were listed. */
  get defaultModel(): string {
    return this.#default ?? this.#source.adapter.id;
  }

  /**
   * Never empty and never rejects: an agent that cannot list its models has one, named like itself.
   */
  async models(cwd: string, signal: AbortSignal): Promise<readonly ModelInfo[]> {
    const { adapter } = this.#source;
    const known = this.#models.get(cwd);
    const fresh = known !== undefined && this.#now() - known.atMs < freshMs;
    const answer = fresh ? known.answer : this.#list(cwd);
    if (!fresh) this.#models.set(cwd, { atMs: this.#now(), answer });
    const models = await waitFor(answer, signal);
    this.#default = (models.find((model) => model.default) ?? models[0])?.id ?? null;
    if (models.length > 0) return models;
    const { id, displayName: label } = adapter;
    return [{ id, label, efforts: [], defaultEffort: null, default: true }];
  }

  /** Skills and slash commands; rejects when the agent cannot tell. */
  async commands(cwd: string, signal: AbortSignal): Promise<readonly CommandInfo[]> {
    return (await this.#source.adapter.listCommands?.({ cwd, signal })) ?? [];
  }

  [Symbol.dispose](): void {
    this.#closed.abort();
  }

  async #list(cwd: string): Promise<readonly ModelInfo[]> {
    const { adapter, log } = this.#source;
    try {
      return (await adapter.listModels?.({ cwd, signal: this.#closed.signal })) ?? [];
    } catch (error) {
      this.#models.delete(cwd);
      log("warn", `${adapter.displayName}'s models cannot be listed: ${messageOf(error)}`);
      return [];
    }
  }
}

/** One caller's end does not end the listing for the others. */
async function waitFor<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
