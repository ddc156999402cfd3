import type { Tokens } from "../ops.ts";
import { lessTokens, noTokens } from "../turn/tokens.ts";

const names = ["input", "cached", "output", "reasoning"] as const;

/** For agents that count all tokens since their start: what is new of them. */
export class TokenCounter {
  #then: Tokens = noTokens;

  /** What was used since it was asked last; null for nothing. A count that begins anew is all new. */
  since(now: Tokens): Tokens | null {
    const then = this.#then;
    this.#then = now;
    const began = names.some((name) => now[name] < then[name]);
    const last = lessTokens(now, began ? noTokens : then);
    return last.input + last.output === 0 ? null : last;
  }
}
