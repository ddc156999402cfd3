import {
  fieldsOf,
  listOf,
  PastTurns,
  textOf,
  type Fields,
  type PastTurn,
} from "@fairlead/bridge-core/parts";
import { Translator } from "../translate/translator.ts";

/** The turns in the lines of a session's file. Pure. */
export function turnsOf(lines: readonly Fields[], cwd: string): readonly PastTurn[] {
  const history = new History(cwd);
  for (const line of lines) history.take(line);
  history.end();
  return history.past.turns;
}

class History {
  readonly past = new PastTurns();
  readonly #translator: Translator;
  #atMs = 0;

  constructor(cwd: string) {
    this.#translator = new Translator(cwd, "past");
  }

  take(line: Fields): void {
    const { type, id, reason } = line;
    this.#atMs = Date.parse(textOf(line["timestamp"])) || this.#atMs;
    const message = { ...fieldsOf(line["message"]), id };
    if (type === "compaction_state") this.#play({ type: "session_compacted", summaryId: id });
    else if (type === "agent_turn_outcome") this.#play({ type: "agent_turn_completed", reason });
    else if (type === "message") {
      // A turn that Droid died in has no outcome.
      if (isPrompt(line)) this.end();
      this.#play({ type: "create_message", message });
    }
  }

  end(): void {
    const status = "interrupted";
    this.past.push(this.past.lastMs, this.#translator.end({ status }));
  }

  #play(notification: Fields): void {
    this.past.push(this.#atMs, this.#translator.translate(notification) ?? []);
  }
}

function isPrompt(line: Fields): boolean {
  return promptOf(line) !== null;
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
