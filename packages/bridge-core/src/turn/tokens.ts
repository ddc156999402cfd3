import type { ThreadTokenUsage, TokenUsageBreakdown } from "@fairlead/codex-proto";
import type { Tokens } from "../ops.ts";

export const noTokens: Tokens = { input: 0, cached: 0, output: 0, reasoning: 0 };

export function addTokens(a: Tokens, b: Tokens): Tokens {
  return {
    input: a.input + b.input,
    cached: a.cached + b.cached,
    output: a.output + b.output,
    reasoning: a.reasoning + b.reasoning,
  };
}

/** What `b` leaves of `a`, nothing below zero. */
export function lessTokens(a: Tokens, b: Tokens): Tokens {
  return {
    input: Math.max(0, a.input - b.input),
    cached: Math.max(0, a.cached - b.cached),
    output: Math.max(0, a.output - b.output),
    reasoning: Math.max(0, a.reasoning - b.reasoning),
  };
}

/**
 * `last` is the latest model request, `total` the whole thread; `window` is the context size in
 * tokens.
 */
export function wireUsage(total: Tokens, last: Tokens, window: number | null): ThreadTokenUsage {
  return { total: breakdown(total), last: breakdown(last), modelContextWindow: window };
}

function breakdown(tokens: Tokens): TokenUsageBreakdown {
  return {
    totalTokens: tokens.input + tokens.output,
    inputTokens: tokens.input,
    cachedInputTokens: tokens.cached,
    cacheWriteInputTokens: 0,
    outputTokens: tokens.output,
    reasoningOutputTokens: tokens.reasoning,
  };
}
