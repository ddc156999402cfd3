import type { Tokens } from "../ops.ts";
import { fieldsOf, listOf, numberOf, type Fields } from "./fields.ts";

/** The blocks of a message's content as the Messages API writes it: a list, or a bare text. */
export function messageBlocks(content: unknown): readonly Fields[] {
  return typeof content === "string" ? [{ type: "text", text: content }] : listOf(content);
}

/**
 * Token counts of an agent that counts what is fresh, what a cache had and what it took apart from
 * each other. `output` includes `reasoning`.
 */
export function countedTokens(
  counts: Readonly<
    Partial<Record<"input" | "cached" | "written" | "output" | "reasoning", unknown>>
  >,
): Tokens {
  const [input, cached, written, output, reasoning] = [
    numberOf(counts.input) ?? 0,
    numberOf(counts.cached) ?? 0,
    numberOf(counts.written) ?? 0,
    numberOf(counts.output) ?? 0,
    numberOf(counts.reasoning) ?? 0,
  ];
  // What was thought is never more than all that was said.
  return {
    input: input + cached + written,
    cached,
    output,
    reasoning: Math.min(reasoning, output),
  };
}

/**
 * Token counts as the Messages API writes them, where `input_tokens` leaves out what a cache had or
 * took.
 */
export function messageTokens(usage: unknown): Tokens {
  const counted = fieldsOf(usage);
  const count = (from: Fields, name: string): number => numberOf(from[name]) ?? 0;
  const cached = count(counted, "cache_read_input_tokens");
  const written = count(counted, "cache_creation_input_tokens");
  return {
    input: count(counted, "input_tokens") + written + cached,
    cached,
    output: count(counted, "output_tokens"),
    reasoning: count(fieldsOf(counted["output_tokens_details"]), "thinking_tokens"),
  };
}
