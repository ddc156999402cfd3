import type { Feature } from "../scenario/feature.ts";
import { arrayField, field, isRecord } from "../read.ts";

/** A field of an item that must not be empty where codex fills it. */
export interface FieldRule {
  /** The item type it is about. */
  readonly type: string;
  /** Name in a skeleton. */
  readonly name: string;
  /** True when the item, as it completed, fills it. `deltas` is read off the stream instead. */
  readonly isFilled: (item: unknown) => boolean;
  /** Compared only for bridges that claim this feature; absent = for all. */
  readonly needs?: Feature;
  /** What a client does with it. */
  readonly because: string;
}

/** The name of the rule that asks for deltas; the stream shows them, not the item. */
const deltasField = "deltas";

/**
 * The field contract. A field counts only where codex fills it in the same scenario: the exit code of
 * a declined command is empty with codex too.
 */
export const fieldContract: readonly FieldRule[] = [
  rule("userMessage", "content", "clients show the user's own words from it"),
  rule("agentMessage", "text", "a message without text is none"),
  streamed("agentMessage", "clients show the answer as it grows"),
  {
    type: "reasoning",
    name: "summary or content",
    isFilled: (item) =>
      arrayField(item, "summary").length > 0 || arrayField(item, "content").length > 0,
    because: "agents tell their thoughts as a summary or in full; a client shows either",
  },
  rule("plan", "text", "the user approves the text"),
  rule("commandExecution", "command", "an approval is about this line"),
  rule("commandExecution", "cwd", "the same line does other things in another folder"),
  rule("commandExecution", "exitCode", "clients mark a command as failed by it"),
  rule("commandExecution", "aggregatedOutput", "it is all a later reader sees of the output"),
  {
    ...streamed("commandExecution", "clients show the output of a long command as it comes"),
    needs: "commandOutput",
  },
  change("path", "an approval is about this file"),
  change("kind", "clients tell a new file from a changed and a deleted one"),
  change("diff", "the user approves what the diff shows"),
  rule("mcpToolCall", "server", "clients show whose tool runs"),
  rule("mcpToolCall", "tool", "clients show which tool runs"),
  rule("mcpToolCall", "arguments", "an approval is about these arguments"),
  rule("mcpToolCall", "result", "it is all a later reader sees of the answer"),
  rule("dynamicToolCall", "tool", "clients find their own tool by it"),
  rule("dynamicToolCall", "contentItems", "it is all a later reader sees of the answer"),
  rule("collabAgentToolCall", "prompt", "clients show what the sub-agent was told"),
  rule("collabAgentToolCall", "senderThreadId", "clients draw the tree of agents by it"),
  rule("collabAgentToolCall", "receiverThreadIds", "clients open the sub-agent's thread by it"),
  rule("webSearch", "query", "clients show what was searched"),
  rule("imageView", "path", "clients show the picture"),
  rule("enteredReviewMode", "review", "clients show what is reviewed"),
  rule("exitedReviewMode", "review", "it is the result of the review"),
];

/** The fields of the contract that an item fills, in the order of the table. */
export function filledFields(item: unknown, type: string, hasDeltas: boolean): readonly string[] {
  return fieldContract
    .filter((one) => one.type === type)
    .filter((one) => (one.name === deltasField ? hasDeltas : one.isFilled(item)))
    .map(({ name }) => name);
}

function rule(type: string, name: string, because: string): FieldRule {
  return { type, name, isFilled: (item) => isFilled(field(item, name)), because };
}

function change(name: string, because: string): FieldRule {
  return {
    type: "fileChange",
    name: `changes[].${name}`,
    isFilled(item) {
      const changes = arrayField(item, "changes");
      return changes.length > 0 && changes.every((one) => isFilled(field(one, name)));
    },
    because,
  };
}

function streamed(type: string, because: string): FieldRule {
  return { type, name: deltasField, isFilled: () => false, because };
}

function isFilled(value: unknown): boolean {
  if (typeof value === "string" || Array.isArray(value)) return value.length > 0;
  if (isRecord(value)) return Object.keys(value).length > 0;
  return value !== undefined && value !== null;
}
