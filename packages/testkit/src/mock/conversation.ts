import type { JsonObject } from "../json.ts";

/** The wire formats the mock speaks. */
export type Api = "responses" | "messages" | "chat" | "gemini";

/** A tool the agent offers to the model. */
export interface OfferedTool {
  readonly name: string;
  /** Set when the tool lives in a namespace of its own (Responses API). */
  readonly namespace?: string;
  /** `freeform` tools take raw text, the others a JSON object. */
  readonly input: "json" | "freeform";
  /** Names of the top-level JSON arguments; empty for freeform tools. */
  readonly properties: readonly string[];
  /** Those of them that are text. */
  readonly texts: readonly string[];
}

/** One entry of the history the agent sent, in order. */
export type Entry =
  | { readonly role: "user"; readonly text: string }
  | { readonly role: "assistant" }
  | { readonly role: "tool"; readonly text: string };

/** What a model request says, whichever API it came through. */
export interface Conversation {
  readonly api: Api;
  readonly model: string;
  readonly stream: boolean;
  readonly effort: string | null;
  /** The request's thinking (or reasoning) setting as it came; null when it has none. */
  readonly thinking: JsonObject | null;
  /** Instructions of every kind: system prompt, developer messages. */
  readonly system: string;
  readonly tools: readonly OfferedTool[];
  readonly entries: readonly Entry[];
  readonly images: number;
  /** JSON schema the answer has to follow; null for free text. */
  readonly answerSchema: JsonObject | null;
}

/**
 * Texts that agents put into the user's mouth: reminders, environment, notices, summaries. They
 * are never a program.
 */
const injectedText = new RegExp(
  [
    "<[a-z][\\w-]*[\\s>]",
    "\\[Request interrupted",
    "\\[Image",
    "\\[Your previous response",
    "\\[System: The previous response was cut off",
    "# AGENTS\\.md",
    "This session is being continued",
    "Another language model started",
    "The conversation history before this point was compacted",
    "The following is a summary of a branch",
    "A previous instance of Droid has summarized",
    "Continue if you have next steps",
    "The previous request exceeded the provider's size limit",
    "Caveat:",
  ]
    .map((start) => `^\\s*${start}`)
    .join("|"),
  "i",
);

const reminder = /<system-reminder>([\s\S]*?)<\/system-reminder>/g;

/** How Claude Code and Hermes pass on what the user typed while a turn ran. */
const typedMeanwhile =
  /(?:The user sent a new message while you were working:|\[OUT-OF-BAND USER MESSAGE [^\]]*\])\n([\s\S]*?)(?:\n\n|\n\[\/OUT-OF-BAND|$)/;

/** What Droid makes of a slash command of the user's. */
const commandText = /^<system-notification>\n([\s\S]*)\n<\/system-notification>$/;

/** True when a text of the agent's passes on what the user typed while a turn ran. */
export function passesOnTyping(text: string): boolean {
  return typedMeanwhile.test(text);
}

/** The texts the user really typed, oldest first, without what the agent injected. */
export function userTexts(conversation: Conversation): readonly string[] {
  return conversation.entries.flatMap((entry) => {
    const typed = entry.role === "user" ? typedText(entry.text) : undefined;
    return typed === undefined ? [] : [typed];
  });
}

/** The last text the user typed and how many model answers have followed it. */
export function lastUserText(
  conversation: Conversation,
): { readonly text: string; readonly answersSince: number } | undefined {
  let answersSince = 0;
  for (let index = conversation.entries.length - 1; index >= 0; index -= 1) {
    const entry = conversation.entries[index];
    if (entry?.role === "assistant") {
      // Adjacent assistant entries are the blocks of one answer.
      if (conversation.entries[index - 1]?.role !== "assistant") answersSince += 1;
    } else if (entry?.role === "user") {
      const text = typedText(entry.text);
      if (text !== undefined) return { text, answersSince };
    }
  }
  return undefined;
}

/** How Claude and OpenCode, codex, Gemini CLI, and Droid name the folder they work in. */
const folderPattern =
  /(?:Primary w|W)orking directory: (.+)|<cwd>(.+?)<\/cwd>|Workspace Directories:\*\*\n {2}- (.+)|% pwd\n(.+)/;

/** The folder the agent works in, when its instructions name it. */
export function workingFolder(conversation: Conversation): string | undefined {
  const users = conversation.entries.map((entry) => (entry.role === "user" ? entry.text : ""));
  for (const text of [conversation.system, ...users]) {
    const found = folderPattern.exec(text);
    if (found !== null) return found.slice(1).find((folder) => folder !== undefined);
  }
  return undefined;
}

/** How Hermes names the file of a picture behind what the user typed. */
const attached = /\n+\[Image attached at: [^\]\n]*\]/g;

function typedText(raw: string): string | undefined {
  const meanwhile = (typedMeanwhile.exec(raw) ?? commandText.exec(raw))?.[1];
  if (meanwhile !== undefined) return meanwhile.trim();
  const text = raw.replaceAll(reminder, "").replaceAll(attached, "").trim();
  return text === "" || injectedText.test(text) ? undefined : text;
}
