import type { ThreadOp, Tokens } from "@fairlead/bridge-core";
import type { Result, Usage } from "../native.ts";

/**
 * Tokens of each model request. The context window is told only with a turn's result, so the last request of a turn is
 * reported with it, and every later one too.
 */
export class RequestUsage {
  #last: Tokens | null = null;
  #model = "";
  #window: number | undefined;

  /** The running request's counts so far; the last ones are the truth. */
  counted(usage: Usage | null): void {
    if (usage !== null) this.#last = tokensOf(usage);
  }

  /** A request of this model begins: the one before is over. */
  next(model: string): ThreadOp[] {
    const ops = this.#flush();
    this.#model = model;
    return ops;
  }

  /** The turn is over. */
  done({ modelUsage = {} }: Result): ThreadOp[] {
    this.#window = modelUsage[this.#model]?.contextWindow ?? this.#window;
    return this.#flush();
  }

  #flush(): ThreadOp[] {
    const last = this.#last;
    this.#last = null;
    if (last === null) return [];
    const window = this.#window;
    return [window === undefined ? { op: "usage", last } : { op: "usage", last, window }];
  }
}

function tokensOf(usage: Usage): Tokens {
  const cached = usage.cache_read_input_tokens ?? 0;
  return {
    input: (usage.input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0) + cached,
    cached,
    output: usage.output_tokens ?? 0,
    reasoning: usage.output_tokens_details?.thinking_tokens ?? 0,
  };
}
