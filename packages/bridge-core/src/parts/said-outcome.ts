import type { ItemDraft, ItemPatch } from "../ops.ts";
import { toolContents } from "./contents.ts";
import { fieldsIn, listOf, numberOf, textOf } from "./fields.ts";
import { withDiffs } from "./patches.ts";

/**
 * What a result adds to a call's item, for agents whose results are texts, which often are JSON: of a
 * command `output` and `exitCode`, of a change `diff`, or `files` with one each.
 */
export function saidOutcome(
  item: ItemDraft,
  content: unknown,
  failed: boolean,
): { item?: ItemPatch; output?: string } {
  const contents = toolContents(content);
  const said = contents.map((part) => (part.type === "text" ? part.text : "")).join("");
  const told = fieldsIn(said);
  switch (item.type) {
    case "command": {
      const exit = numberOf(told["exitCode"] ?? told["exit_code"]);
      // A command that goes on has no exit code yet.
      const running = textOf(told["status"]) === "running";
      const exitCode = exit ?? (failed || running ? null : 0);
      const printed = told["output"] ?? told["stdout"];
      const output = typeof printed === "string" ? printed : said;
      return { output, item: { type: "command", exitCode } };
    }
    case "fileChange": {
      const diffs = [told, ...listOf(told["files"])].map(({ diff }) => textOf(diff));
      return { item: { type: "fileChange", changes: withDiffs(item.changes, diffs) } };
    }
    case "mcpTool":
    case "tool":
      return { item: { type: item.type, result: contents } };
    default:
      return {};
  }
}
