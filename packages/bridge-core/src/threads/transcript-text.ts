import type { ThreadItem, UserInput } from "@fairlead/codex-proto";
import type { TurnRecord } from "../turn/turn-record.ts";

const maxLength = 100_000;

/**
 * The conversation so far for an agent that cannot resume it: its latest part, in plain text. Null
 * when there is none.
 */
export function transcriptText(turns: readonly TurnRecord[]): string | null {
  const lines = turns.flatMap((turn) => turn.items.flatMap(line));
  if (lines.length === 0) return null;
  const story = lines.join("\n\n").slice(-maxLength);
  return `This is the conversation so far, for you to go on from:\n\n${story}\n\nThe next message is new.`;
}

/** What a thread's search finds and its preview shows: the text a person wrote. */
export function inputText(input: readonly UserInput[]): string {
  return input
    .flatMap((part) => {
      if (part.type === "text") return [part.text];
      return part.type === "skill" || part.type === "mention" ? [part.name] : [];
    })
    .join("\n");
}

/** The text of an item that a person would search for. */
export function itemText(item: ThreadItem): string {
  switch (item.type) {
    case "userMessage":
      return inputText(item.content);
    case "agentMessage":
    case "plan":
      return item.text;
    case "commandExecution":
      return item.command;
    default:
      return "";
  }
}

function line(item: ThreadItem): string[] {
  const text = itemText(item);
  if (text === "") return [];
  switch (item.type) {
    case "userMessage":
      return [`User: ${text}`];
    case "agentMessage":
    case "plan":
      return [`You: ${text}`];
    case "commandExecution":
      return [`You ran: ${text}`];
    default:
      return [];
  }
}
