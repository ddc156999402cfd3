import type { Tokens } from "../ops.ts";

const names = ["input", "cached", "output", "reasoning"] as const;

/** For agents that count all tokens since their start: what is new of them. */
export class TokenCounter {
  #then: Tokens = { input: 0, cached: 0, output: 0, reasoning: 0 };

  /** What was used since it was asked last; null for nothing. A count that begins anew is all new. */
  since(now: Tokens): Tokens | null {
    const then = this.#then;
    this.#then = now;
    const began = names.some((name) => now[name] < then[name]);
    const [input, cached, output, reasoning] = names.map(
      (name) => now[name] - (began ? 0 : then[name]),
    );
    const last = {
      input: input ?? 0,
      cached: cached ?? 0,
      output: output ?? 0,
      reasoning: reasoning ?? 0,
    };
    return last.input + last.output === 0 ? null : last;
  }
}
