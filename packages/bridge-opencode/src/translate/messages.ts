import type { Tokens } from "@fairlead/bridge-core";
import { fieldsOf, numberOf, textInput, textOf, type Fields } from "@fairlead/bridge-core/parts";
import type { UserInput } from "@fairlead/codex-proto";

/**
 * The id the caller gives part number `index` of a prompt's message: OpenCode keeps it, which names
 * the prompt in all that is told of the message, and in storage. Good for one message: a part that is
 * sent again stays where it was.
 */
export function partId(promptId: string, index: number): string {
  return `prt_${promptId.replaceAll("-", "")}${index.toString(36)}`;
}

/** True for the id of a part of this prompt's message. */
export function isPartOf(promptId: string, part: string): boolean {
  return part.startsWith(`prt_${promptId.replaceAll("-", "")}`);
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
  if (type === "text" && synthetic !== true) return [textInput(textOf(text))];
  if (type === "subtask") return [textInput(textOf(prompt))];
  if (type !== "file") return [];
  if (textOf(mime).startsWith("image/")) return [{ type: "image", url: textOf(url) }];
  const path = textOf(url).replace(/^file:\/\//, "");
  return [{ type: "mention", name: textOf(filename) || path, path }];
}

/** Tokens of the request that a `step-finish` part ends: OpenCode counts each kind by itself. */
export function tokensOf({ tokens }: Fields): Tokens {
  const counts = fieldsOf(tokens);
  const count = (of: Fields, name: string): number => numberOf(of[name]) ?? 0;
  const cache = fieldsOf(counts["cache"]);
  const cached = count(cache, "read");
  const input = count(counts, "input") + cached + count(cache, "write");
  const reasoning = count(counts, "reasoning");
  return { input, cached, output: count(counts, "output") + reasoning, reasoning };
}
