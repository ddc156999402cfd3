import type { EpochSource, RequestId } from "@fairlead/bridge-core/session";

/** Ids that Fairlead's own servers give their requests come from an epoch, and are never used twice. */
const firstEpochId = 2 ** 32;

/**
 * The names server requests have for clients: strings that no other request of any agent, connection
 * or life of the daemon has. Codex counts its requests from 0 in every process, so they also carry
 * the number of that process: connections to it that overlap in time share one, until it is lost.
 */
export class RequestIds {
  readonly #epochs: EpochSource;
  readonly #processes = new Map<string, { number: number; links: number }>();

  constructor(epochs: EpochSource) {
    this.#epochs = epochs;
  }

  /** A connection to an agent begins. Returns the number of the agent's process. */
  join(agent: string): number {
    const known = this.#processes.get(agent);
    if (known !== undefined) {
      known.links += 1;
      return known.number;
    }
    const number = this.#epochs.next();
    this.#processes.set(agent, { number, links: 1 });
    return number;
  }

  /** A connection was closed by this side. */
  leave(agent: string, number: number): void {
    const known = this.#processes.get(agent);
    if (known?.number !== number) return;
    known.links -= 1;
    if (known.links === 0) this.#processes.delete(agent);
  }

  /** A connection was lost. True for the first that tells so of this process. */
  lose(agent: string, number: number): boolean {
    if (this.#processes.get(agent)?.number !== number) return false;
    return this.#processes.delete(agent);
  }
}

/** The name of a server request. The same for the same request on every connection. */
export function requestName(agent: string, process: number, id: RequestId): string {
  if (typeof id === "number" && id >= firstEpochId) return `${agent}:${id}`;
  return `${agent}:${process}.${typeof id === "number" ? id : JSON.stringify(id)}`;
}
