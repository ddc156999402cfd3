import type { UserInput } from "@fairlead/codex-proto";
import type { AgentThread } from "../adapter.ts";
import type { ThreadOp } from "../ops.ts";
import { opChannel } from "./op-channel.ts";

const maxTitleLength = 36;
/** The codex TUI puts the user's own words behind this line of its instructions. */
const promptMark = "User prompt:\n";

/**
 * Answers the codex TUI's hidden title threads without an agent: the title is the start of the
 * user's message. A real agent would cost a process and tokens for every conversation.
 */
export function titleAgent(): AgentThread {
  const channel = opChannel<ThreadOp>();
  return {
    nativeId: null,
    ops: channel.items,
    async prompt({ id, input, outputSchema }) {
      const title = titleOf(textOf(input));
      const text = outputSchema === null ? title : JSON.stringify({ title });
      channel.push({ op: "open", key: "title", item: { type: "message" } });
      channel.push({ op: "text", key: "title", delta: text });
      channel.push({ op: "close", key: "title" });
      channel.push({ op: "end", turn: id, status: "completed" });
    },
    async interrupt() {},
    async answer() {},
    async [Symbol.asyncDispose]() {
      channel.close();
    },
  };
}

/** The first line of a text as a title: whole words as far as they fit. */
function titleOf(text: string): string {
  const line = (text.split(promptMark).at(-1) ?? text).trim().split("\n", 1)[0]?.trim() ?? "";
  if (line.length <= maxTitleLength) return line === "" ? "New conversation" : line;
  const words = line.slice(0, maxTitleLength).replace(/\s+\S*$/, "");
  return words.trim();
}

function textOf(input: readonly UserInput[]): string {
  return input.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
}
