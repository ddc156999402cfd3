import { numberField, stringField } from "./read.ts";

/** A notification about an item that must be open. */
export interface Delta {
  readonly itemId: string;
  /** The item type it belongs to. */
  readonly itemType: string;
  /**
   * Which text it continues; `undefined` when the completed item does not repeat it word for word.
   */
  readonly part: string | undefined;
  readonly text: string;
}

const itemTypes: Readonly<Record<string, string>> = {
  "item/agentMessage/delta": "agentMessage",
  "item/plan/delta": "plan",
  "item/reasoning/summaryPartAdded": "reasoning",
  "item/reasoning/summaryTextDelta": "reasoning",
  "item/reasoning/textDelta": "reasoning",
  "item/commandExecution/outputDelta": "commandExecution",
  "item/commandExecution/terminalInteraction": "commandExecution",
  "item/fileChange/outputDelta": "fileChange",
  "item/fileChange/patchUpdated": "fileChange",
  "item/mcpToolCall/progress": "mcpToolCall",
  "item/dynamicToolCall/argumentsDelta": "dynamicToolCall",
};

/** The delta in a notification, or `undefined` for every other notification. */
export function deltaOf(method: string, params: unknown): Delta | undefined {
  const itemType = itemTypes[method];
  const itemId = stringField(params, "itemId");
  if (itemType === undefined || itemId === undefined) return undefined;
  const text = stringField(params, "delta") ?? "";
  return { itemId, itemType, part: partOf(method, params), text };
}

function partOf(method: string, params: unknown): string | undefined {
  switch (method) {
    case "item/agentMessage/delta":
    case "item/plan/delta":
      return "text";
    case "item/reasoning/summaryTextDelta":
      return `summary ${numberField(params, "summaryIndex")}`;
    case "item/reasoning/textDelta":
      return `content ${numberField(params, "contentIndex")}`;
    default:
      return undefined;
  }
}
