import type { Listener } from "@fairlead/bridge-core";
import { unixListener } from "@fairlead/bridge-core/transport";
import type { AgentDirectory } from "../agents/agent-entry.ts";
import type { Paths } from "../config/paths.ts";
import type { ClientAdmission } from "./admission.ts";
import type { Log } from "./log.ts";

/** Name of the socket that is all agents. */
const everyAgent = "all";

/** Path of the unix socket of an agent; null = of the one that is all agents. */
export function socketOf(paths: Pick<Paths, "socket">, agent: string | null): string {
  return paths.socket(agent ?? everyAgent);
}

/** The sockets that only this user can open: one for each agent, one that is all of them. */
export class LocalSockets implements AsyncDisposable {
  readonly #paths: Paths;
  readonly #admission: ClientAdmission;
  readonly #log: Log;
  readonly #open = new Map<string | null, Listener>();

  constructor(paths: Paths, admission: ClientAdmission, log: Log) {
    this.#paths = paths;
    this.#admission = admission;
    this.#log = log;
  }

  /** Opens the sockets of agents that are new, closes those of agents that are gone. */
  async follow(agents: AgentDirectory): Promise<void> {
    const wanted = [null, ...agents.names];
    for (const [name, listener] of this.#open) {
      if (wanted.includes(name)) continue;
      this.#open.delete(name);
      await listener[Symbol.asyncDispose]();
    }
    for (const name of wanted) {
      if (!this.#open.has(name)) this.#open.set(name, await this.#listen(name));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const listeners = [...this.#open.values()];
    this.#open.clear();
    await Promise.all(listeners.map((listener) => listener[Symbol.asyncDispose]()));
  }

  #listen(endpoint: string | null): Promise<Listener> {
    return unixListener({
      path: socketOf(this.#paths, endpoint),
      endpoint,
      operator: () => this.#admission.operator(),
      log: this.#log,
    });
  }
}
