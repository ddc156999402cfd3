import { fieldsOf, listOf, PastTurns, textOf } from "@fairlead/bridge-core/parts";
import type { Fields, PastTurn } from "@fairlead/bridge-core/parts";
import { Translator } from "../translate/translator.ts";

/** The turns in the lines of a session's file. Pure. */
export function turnsOf(lines: readonly Fields[], cwd: string): readonly PastTurn[] {
  const past = new PastTurns();
  const translator = new Translator(cwd, "past");
  const ended = new Set(lines.map(({ type, turnId }) => type === "agent_turn_outcome" && turnId));
  // A turn that Droid died in has no outcome. In any other, what a hook of the user's says is no turn.
  const end = (): void => past.push(past.lastMs, translator.end({ status: "interrupted" }));
  let atMs = 0;
  for (const line of lines) {
    atMs = Date.parse(textOf(line["timestamp"])) || atMs;
    if (promptOf(line) !== null && !ended.has(translator.turns.open)) end();
    past.push(atMs, translator.translate(notificationOf(line)) ?? []);
  }
  end();
  return past.turns;
}

/** What a line tells, as Droid tells it live. */
function notificationOf({ type, id, reason, message }: Fields): Fields {
  if (type === "compaction_state") return { type: "session_compacted", summaryId: id };
  if (type === "agent_turn_outcome") return { type: "agent_turn_completed", reason };
  return type === "message"
    ? { type: "create_message", message: { ...fieldsOf(message), id } }
    : {};
}

/** The first line of the user's words in a line of a file; null for any other line. */
export function promptOf({ type, message }: Fields): string | null {
  const { role, content, visibility } = fieldsOf(message);
  const blocks = listOf(content);
  const isTheirs = type === "message" && role === "user" && visibility === undefined;
  if (!isTheirs || blocks.some((block) => block["type"] === "tool_result")) return null;
  const words = blocks.map(({ text }) => textOf(text)).join("");
  // A command is kept as what it stands for.
  const typed = words.replace(/^<system-notification>\s*/, "").trim();
  return typed.split("\n")[0] ?? "";
}
