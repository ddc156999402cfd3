import type { Tokens } from "@fairlead/bridge-core";
import {
  countedTokens,
  fieldsOf,
  fileInput,
  numberOf,
  textInput,
  textOf,
  type Fields,
} from "@fairlead/bridge-core/parts";
import type { UserInput } from "@fairlead/codex-proto";

/**
 * The id the caller gives part number `index` of a prompt's message: OpenCode keeps it, which names
 * the prompt in all that is told of the message, and in storage. Good for one message: a part that is
 * sent again stays where it was. Without an index: how all of them begin.
 */
export function partId(promptId: string, index?: number): string {
  return `prt_${promptId.replaceAll("-", "")}${index?.toString(36) ?? ""}`;
}

/** True for a message or a part of which nothing more will come. */
export function isOver({ time, state, type }: Fields): boolean {
  const { end, completed } = fieldsOf(time);
  const { status } = fieldsOf(state);
  const isDone = status === "completed" || status === "error" || type === "step-finish";
  return isDone || (end ?? completed) !== undefined;
}

/** A part as it is told now; of a call, what was told before is still known. */
export function joined(before: Fields | undefined, part: Fields): Fields {
  if (part["type"] !== "tool") return part;
  const state = fieldsOf(part["state"]);
  const known = fieldsOf(fieldsOf(before?.["state"])["metadata"]);
  return { ...part, state: { ...state, metadata: { ...known, ...fieldsOf(state["metadata"]) } } };
}

/** What a part of a user message shows: not what OpenCode itself adds for the model. */
export function inputOf(part: Fields): readonly UserInput[] {
  const { type, text, synthetic, url, mime, filename, prompt } = part;
  if (type === "file") return [fileInput(textOf(mime), textOf(url), textOf(filename))];
  const words = type === "subtask" ? prompt : type === "text" && synthetic !== true ? text : null;
  return typeof words === "string" ? [textInput(words)] : [];
}

/** Tokens of the request that a `step-finish` part ends: OpenCode counts each kind by itself. */
export function tokensOf({ tokens }: Fields): Tokens {
  const { input, output, reasoning, cache } = fieldsOf(tokens);
  const { read: cached, write: written } = fieldsOf(cache);
  const said = (numberOf(output) ?? 0) + (numberOf(reasoning) ?? 0);
  return countedTokens({ input, cached, written, output: said, reasoning });
}
