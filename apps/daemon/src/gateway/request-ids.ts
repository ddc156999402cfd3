import type { EpochSource, RequestId } from "@fairlead/bridge-core/session";

/** Ids that Fairlead's own servers give their requests come from an epoch, and are never used twice. */
const firstEpochId = 2 ** 32;
/** Requests of one process that are remembered. */
const maxAsked = 1000;

/** A process of an agent, as far as it can be told apart from another one. */
export class AgentProcess {
  readonly agent: string;
  /** Given when it is needed. */
  number: number | null = null;
  /** Connections to it. */
  links = 0;
  isLost = false;
  /** What it asked, by its own ids. */
  readonly asked = new Map<RequestId, string>();

  constructor(agent: string) {
    this.agent = agent;
  }
}

/**
 * The names server requests have for clients: strings that no other request of any agent, connection
 * or life of the daemon has. Codex counts its requests from 0 in every process, so they also carry
 * the number of that process: connections to it that overlap in time share one, until it is lost.
 */
export class RequestIds {
  readonly #epochs: EpochSource;
  readonly #processes = new Map<string, AgentProcess>();

  constructor(epochs: EpochSource) {
    this.#epochs = epochs;
  }

  /** A connection to an agent begins. */
  join(agent: string): AgentProcess {
    const process = this.#processes.get(agent) ?? new AgentProcess(agent);
    this.#processes.set(agent, process);
    process.links += 1;
    return process;
  }

  /** A connection was closed by this side. */
  leave(process: AgentProcess): void {
    process.links -= 1;
    if (process.links === 0) this.#forget(process);
  }

  /** A connection was lost. True for the first that tells so of this process. */
  lose(process: AgentProcess): boolean {
    this.#forget(process);
    if (process.isLost) return false;
    process.isLost = true;
    return true;
  }

  /**
   * The process that asks something over a connection. One that asks another thing under an id it has
   * used is not the one that the other connections are to: the agent has a process for each.
   */
  asking(process: AgentProcess, id: RequestId, about: string): AgentProcess {
    if (isUnique(id)) return process;
    const known = process.asked.get(id);
    if (known === undefined || known === about) {
      process.asked.set(id, about);
      const [oldest] = process.asked.keys();
      if (process.asked.size > maxAsked && oldest !== undefined) process.asked.delete(oldest);
      return process;
    }
    this.leave(process);
    const own = new AgentProcess(process.agent);
    own.links = 1;
    own.asked.set(id, about);
    return own;
  }

  /** The name of a server request. The same for the same request on every connection. */
  nameOf(process: AgentProcess, id: RequestId): string {
    if (isUnique(id)) return `${process.agent}:${id}`;
    process.number ??= this.#epochs.next();
    return `${process.agent}:${process.number}.${typeof id === "number" ? id : JSON.stringify(id)}`;
  }

  #forget(process: AgentProcess): void {
    if (this.#processes.get(process.agent) === process) this.#processes.delete(process.agent);
  }
}

function isUnique(id: RequestId): boolean {
  return typeof id === "number" && id >= firstEpochId;
}
