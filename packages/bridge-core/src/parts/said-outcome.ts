import type { FileChange, ItemDraft, ItemPatch } from "../ops.ts";
import { toolContents } from "./contents.ts";
import { fieldsIn, listOf, numberOf, textOf } from "./fields.ts";
import { withDiffs } from "./patches.ts";

/** What a result adds to a call's item. */
export interface ToolOutcome {
  readonly item?: ItemPatch;
  readonly output?: string;
}

/** How the texts are to be read that an agent's tools answer with. */
export interface OutcomeReading {
  /** What a command printed, and its exit code where that is told. */
  readonly ran: (said: string, failed: boolean) => { output: string; exitCode: number | null };
  /** The changes as they were made. */
  readonly changed: (changes: readonly FileChange[], said: string) => readonly FileChange[];
}

/** What a result adds to a call's item, read so. */
export function outcomeRead(
  item: ItemDraft,
  content: unknown,
  failed: boolean,
  { ran, changed }: OutcomeReading,
): ToolOutcome {
  const contents = toolContents(content);
  const said = contents.map((part) => (part.type === "text" ? part.text : "")).join("");
  switch (item.type) {
    case "command": {
      const { output, exitCode } = ran(said, failed);
      return { output, item: { type: "command", exitCode } };
    }
    case "fileChange":
      return { item: { type: "fileChange", changes: changed(item.changes, said) } };
    case "mcpTool":
    case "tool":
      return { item: { type: item.type, result: contents } };
    default:
      return {};
  }
}

/**
 * What a result adds to a call's item, for agents whose results are texts, which often are JSON: of a
 * command `output` and `exitCode`, of a change `diff`, or `files` with one each.
 */
export function saidOutcome(item: ItemDraft, content: unknown, failed: boolean): ToolOutcome {
  return outcomeRead(item, content, failed, {
    ran(said) {
      const told = fieldsIn(said);
      const exit = numberOf(told["exitCode"] ?? told["exit_code"]);
      // A command that goes on has no exit code yet.
      const running = textOf(told["status"]) === "running";
      const printed = told["output"] ?? told["stdout"];
      const output = typeof printed === "string" ? printed : said;
      return { output, exitCode: exit ?? (failed || running ? null : 0) };
    },
    changed(changes, said) {
      const told = fieldsIn(said);
      const diffs = [told, ...listOf(told["files"])].map(({ diff }) => textOf(diff));
      return withDiffs(changes, diffs);
    },
  });
}
