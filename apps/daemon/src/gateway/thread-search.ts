import type { AgentEntry } from "../agents/agent-entry.ts";
import type { ClientSeat } from "./client-seat.ts";
import type { GatewayParts } from "./parts.ts";

/** Finds out whose a thread is that nobody has spoken of yet. */
export class ThreadSearch {
  readonly #parts: GatewayParts;

  constructor(parts: GatewayParts) {
    this.#parts = parts;
  }

  /**
   * Asks the agents that can be used, `first` before the others; null when none knows the thread.
   * Never rejects.
   */
  async find(
    seat: ClientSeat,
    threadId: string,
    first: AgentEntry | null,
  ): Promise<AgentEntry | null> {
    const { agents, directory } = this.#parts;
    if (first !== null && (await this.#knows(seat, first, threadId))) return first;
    const others = agents.names
      .map((name) => agents.find(name))
      .filter((entry) => entry !== undefined && entry !== first);
    const answers = await Promise.all(
      others.map(async (entry) => {
        if (entry === undefined || !(await entry.status()).available) return null;
        return (await this.#knows(seat, entry, threadId)) ? entry : null;
      }),
    );
    const found = answers.find((entry) => entry !== null) ?? null;
    if (found !== null) directory.learn(threadId, found.name);
    return found;
  }

  #knows(seat: ClientSeat, entry: AgentEntry, threadId: string): Promise<boolean> {
    return new Promise((resolve) => {
      seat.send(entry, "thread/read", { threadId, includeTurns: false }, (answer) =>
        resolve(answer.kind === "result"),
      );
    });
  }
}
