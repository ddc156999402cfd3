import type { AgentEntry } from "../agents/agent-entry.ts";
import type { ClientSeat } from "./client-seat.ts";
import type { GatewayParts } from "./parts.ts";
import { within } from "./within.ts";

/** Time the agent that is asked first has for itself. */
const firstMs = 2000;
/** Time all of them have then. */
const answerMs = 10_000;

/** Finds out whose a thread is that nobody has spoken of yet. */
export class ThreadSearch {
  readonly #parts: GatewayParts;

  constructor(parts: GatewayParts) {
    this.#parts = parts;
  }

  /**
   * Asks the agents that can be used, `first` before the others; null when none knows the thread, or
   * none says so in time. Never rejects.
   */
  async find(
    seat: ClientSeat,
    threadId: string,
    first: AgentEntry | null,
  ): Promise<AgentEntry | null> {
    const { agents, directory } = this.#parts;
    const home = first === null ? Promise.resolve(null) : this.#knows(seat, first, threadId);
    // One that hangs keeps nobody from the others.
    const early = await within(home, firstMs, null);
    if (early !== null) return early;
    const others = agents.names
      .map((name) => agents.find(name))
      .filter((entry) => entry !== undefined && entry.name !== first?.name);
    const asked = others.map(async (entry) => {
      if (entry === undefined || !(await entry.status()).available) return null;
      return this.#knows(seat, entry, threadId);
    });
    const found = await within(firstFound([home, ...asked]), answerMs, null);
    if (found !== null) directory.learn(threadId, found.name);
    return found;
  }

  #knows(seat: ClientSeat, entry: AgentEntry, threadId: string): Promise<AgentEntry | null> {
    return new Promise((resolve) => {
      seat.send(entry, "thread/read", { threadId, includeTurns: false }, (answer) =>
        resolve(answer.kind === "result" ? entry : null),
      );
    });
  }
}

/** The first that is not null, as soon as it is there; null when all are. */
async function firstFound<T>(all: readonly Promise<T | null>[]): Promise<T | null> {
  const found = all.map(async (one) => {
    const value = await one;
    if (value === null) throw new Error("not here");
    return value;
  });
  return Promise.any(found).catch(() => null);
}
