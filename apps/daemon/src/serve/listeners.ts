import { messageOf } from "@fairlead/bridge-core/transport";
import type { Listener, ListenerFactory, ListenerHost } from "@fairlead/bridge-core";
import type { Log } from "./log.ts";

/** One way in, as the configuration has it. */
export interface WantedListener {
  readonly name: string;
  /** Loads what listens, which may be a package of somebody else. */
  readonly load: () => Promise<ListenerFactory>;
  readonly options: Readonly<Record<string, unknown>>;
  /**
   * What on the command line asks for it, `--port 4517`: the daemon does not start without it then.
   * Null: it goes on without.
   */
  readonly askedBy: string | null;
}

/** One way in, as `status` shows it. */
export interface ListenerState {
  readonly name: string;
  readonly addresses: readonly string[];
  /** Why nobody can come this way; null when all is well. */
  readonly problem: string | null;
}

/** A host for the listener of this name. */
export type HostOf = (name: string) => Promise<ListenerHost>;

interface Open {
  readonly wanted: WantedListener;
  readonly listener: Listener | null;
  readonly problem: string | null;
}

/** Every way in. One that cannot listen does not keep the others from it. */
export class Listeners implements AsyncDisposable {
  readonly #hostOf: HostOf;
  readonly #log: Log;
  readonly #open = new Map<string, Open>();

  constructor(hostOf: HostOf, log: Log) {
    this.#hostOf = hostOf;
    this.#log = log;
  }

  get states(): readonly ListenerState[] {
    return [...this.#open.values()].map(({ wanted, listener, problem }) => ({
      name: wanted.name,
      addresses: listener?.addresses ?? [],
      problem,
    }));
  }

  /** By its name; null when it does not listen. */
  find(name: string): Listener | null {
    return this.#open.get(name)?.listener ?? null;
  }

  /** Opens one more. Rejects only when the command line asks for it. */
  async open(wanted: WantedListener): Promise<void> {
    try {
      const factory = await wanted.load();
      const listener = await factory(await this.#hostOf(wanted.name), wanted.options);
      this.#open.set(wanted.name, { wanted, listener, problem: null });
    } catch (error) {
      const problem = messageOf(error);
      if (wanted.askedBy !== null) {
        throw new Error(`${wanted.askedBy}: ${problem}`, { cause: error });
      }
      this.#log("warn", `no client can come by ${wanted.name}: ${problem}`);
      this.#open.set(wanted.name, { wanted, listener: null, problem });
    }
  }

  /** Closes what is not wanted any more or wanted otherwise, and opens what is new. */
  async follow(wanted: readonly WantedListener[]): Promise<void> {
    for (const [name, open] of this.#open) {
      const next = wanted.find((listener) => listener.name === name);
      const same = next !== undefined && sameOptions(next, open.wanted);
      if (same && open.listener !== null) {
        await this.#refresh(name, open);
        continue;
      }
      this.#open.delete(name);
      await open.listener?.[Symbol.asyncDispose]();
    }
    for (const listener of wanted) {
      if (!this.#open.has(listener.name)) await this.open(listener);
    }
  }

  async #refresh(name: string, { wanted, listener }: Open): Promise<void> {
    try {
      await listener?.reload?.();
      this.#open.set(name, { wanted, listener, problem: null });
    } catch (error) {
      const problem = messageOf(error);
      this.#log("warn", `${name} goes on as before: ${problem}`);
      this.#open.set(name, { wanted, listener, problem: `it goes on as before: ${problem}` });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const open = [...this.#open.values()];
    this.#open.clear();
    await Promise.all(open.map(async ({ listener }) => listener?.[Symbol.asyncDispose]()));
  }
}

function sameOptions(one: WantedListener, other: WantedListener): boolean {
  return JSON.stringify(one.options) === JSON.stringify(other.options);
}
