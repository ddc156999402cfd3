import { isFields, type Fields } from "./fields.ts";

interface Held<T> {
  readonly input: string;
  readonly answer: Promise<T>;
  readonly settle: (answer: T) => void;
  isTaken: boolean;
}

/**
 * Calls of tools that a hook of ours holds, for agents that tell in one place which call it is, and
 * whose hook knows only what is in it: the two are brought together, whichever comes first.
 */
export class HeldCalls<T> {
  readonly #held = new Map<string, Held<T>>();
  /** Keys that the agent gave to more than one call at a time. */
  readonly #doubled = new Set<string>();
  readonly #asking = new Set<{ readonly input: string; readonly take: (held: Held<T>) => void }>();

  /** The agent tells that this call is held. */
  hold(key: string, given: Fields): void {
    let settle: (answer: T) => void = () => {};
    const answer = new Promise<T>((resolve) => (settle = resolve));
    const held = { input: signatureOf(given), answer, settle, isTaken: false };
    if (this.#held.has(key)) this.#doubled.add(key);
    this.#held.set(key, held);
    const asking = [...this.#asking].find(({ input }) => input === held.input);
    asking?.take(held);
  }

  /** Answers about a call; false when it is not held. */
  decide(key: string, answer: T): boolean {
    this.#held.get(key)?.settle(answer);
    return this.#held.has(key);
  }

  /** The agent does not wait any more: an answer that was not fetched is for no later call. */
  drop(key: string, answer: T): void {
    this.decide(key, answer);
    this.#held.delete(key);
    this.#doubled.delete(key);
  }

  /**
   * What a hook that holds such a call is to be answered. Rejects where the agent gave two calls one
   * key: it tells of one of them only, and the other would wait for ever.
   */
  async asked(given: Fields, gone: AbortSignal): Promise<T> {
    const input = signatureOf(given);
    const held = [...this.#held.values()].find((one) => !one.isTaken && one.input === input);
    if (held === undefined && this.#doubled.size > 0) {
      throw new Error(`two calls have one id: ${[...this.#doubled].join(", ")}`);
    }
    return (await (held === undefined ? this.#next(input, gone) : taken(held))).answer;
  }

  #next(input: string, gone: AbortSignal): Promise<Held<T>> {
    return new Promise((resolve) => {
      const take = (held: Held<T>): void => {
        this.#asking.delete(asking);
        resolve(taken(held));
      };
      const asking = { input, take };
      this.#asking.add(asking);
      gone.addEventListener("abort", () => this.#asking.delete(asking), { once: true });
    });
  }
}

function taken<T>(held: Held<T>): Held<T> {
  held.isTaken = true;
  return held;
}

/** Equal for equal calls, in whatever order their fields stand. */
function signatureOf(given: Fields): string {
  return JSON.stringify(given, (_name, value: unknown) =>
    isFields(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}
