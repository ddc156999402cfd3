import { isObject } from "../json.ts";
import type { Conversation } from "./conversation.ts";

const compaction =
  /CONTEXT CHECKPOINT COMPACTION|create a detailed summary of|^Please summarize the following conversation|Respond with TEXT ONLY/i;
/** Pi and OpenCode have a prompt of their own for it, with the conversation in the user's text. */
const summariser =
  /^\s*You are a context summarization (?:assistant|agent)|Write like a pull request description/;
const title =
  /You are a title generator|generate a [^.\n]{0,60}title|title for (?:this|the) (?:conversation|session|coding)|generates concise session titles/i;

/**
 * The answer to a request the agent makes for itself (a title, a summary for compaction);
 * undefined when the request is part of a turn.
 */
export function sideAnswer(conversation: Conversation): string | undefined {
  const last = conversation.entries.findLast((entry) => entry.role === "user")?.text ?? "";
  if (compaction.test(last) || summariser.test(conversation.system)) {
    return conversation.api === "messages"
      ? "<analysis>mock</analysis>\n<summary>\nMock summary of the conversation.\n</summary>"
      : "Mock summary of the conversation.";
  }
  const properties = conversation.answerSchema?.["properties"];
  if (isObject(properties) && "title" in properties) {
    const members = Object.keys(properties).map((name) => [name, "Mock title"] as const);
    return JSON.stringify(Object.fromEntries(members));
  }
  // A request with tools is a turn, whatever its instructions say about titles.
  if (conversation.tools.length === 0 && title.test(`${conversation.system}\n${last}`)) {
    return "Mock title";
  }
  return undefined;
}
