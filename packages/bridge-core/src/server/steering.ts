import type { UserInput } from "@fairlead/codex-proto";
import type { AgentThread } from "../adapter.ts";

/** Something the user said while a turn ran; `id` is its own. */
export interface Steer {
  readonly id: string;
  readonly input: readonly UserInput[];
}

/**
 * What the user says while a turn runs, on its way to the agent: taken by it at once, or kept for
 * its next prompt.
 */
export class Steering {
  readonly #onKept: (reason: unknown) => void;
  readonly #underWay = new Set<Promise<void>>();
  #kept: Steer[] = [];
  /** Aborted when the user stopped what these were said to: none of them is said any more. */
  #round = new AbortController();
  #open = true;

  /** `onKept` is told when the agent did not take something. */
  constructor(onKept: (reason: unknown) => void) {
    this.#onKept = onKept;
  }

  /**
   * Hands the agent a steer once it has its prompt; an agent that cannot be steered gets it later.
   */
  add(steer: Steer, prompted: Promise<AgentThread | null>): void {
    const { signal } = this.#round;
    const handing = Promise.race([this.#hand(steer, prompted, signal), aborted(signal)]);
    this.#underWay.add(handing);
    void handing.then(() => this.#underWay.delete(handing));
  }

  /** Resolves when the agent has taken or refused everything said so far. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  /** Everything kept, as one; null when there is nothing. */
  take(): Steer | null {
    const [first, ...rest] = this.#kept.splice(0);
    if (first === undefined) return null;
    return { id: first.id, input: [first, ...rest].flatMap(({ input }) => input) };
  }

  /** Forgets what is kept or under way: the user stopped the turn. */
  clear(): void {
    this.#kept = [];
    this.#round.abort();
    this.#round = new AbortController();
  }

  /** {@link clear}, and nothing is kept any more. */
  close(): void {
    this.#open = false;
    this.clear();
  }

  async #hand(
    steer: Steer,
    prompted: Promise<AgentThread | null>,
    over: AbortSignal,
  ): Promise<void> {
    const agent = await prompted;
    if (over.aborted) return;
    let reason: unknown = null;
    try {
      if (agent?.steer !== undefined) return await agent.steer(steer.input, steer.id);
    } catch (error) {
      reason = error;
    }
    if (over.aborted || !this.#open) return;
    this.#kept.push(steer);
    this.#onKept(reason);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
