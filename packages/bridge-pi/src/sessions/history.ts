import {
  fieldsOf,
  listOf,
  numberOf,
  PastTurns,
  textOf,
  type Fields,
  type PastTurn,
} from "@fairlead/bridge-core/parts";
import { messageKey, wordsIn } from "../translate/messages.ts";
import type { Absolute } from "../translate/tools.ts";
import { Translator } from "../translate/translator.ts";

/** What Pi's side of the bridge tells the model of a call that was not allowed. */
const refusals = /^(The user declined this\.|Plan mode: nothing may be changed yet\.)/;

/** The entries from the root of a session's tree to its leaf: what `/tree` left behind is no part. */
export function branchOf(entries: readonly Fields[]): readonly Fields[] {
  const byId = new Map(entries.map((entry) => [entry["id"], entry]));
  // The first version knew no tree.
  if (entries.some(({ parentId }) => parentId === undefined)) return entries;
  const branch: Fields[] = [];
  for (let at = entries.at(-1); at !== undefined; at = byId.get(at["parentId"])) {
    // A file that was damaged may point in circles.
    if (!byId.delete(at["id"])) break;
    branch.unshift(at);
  }
  return branch;
}

/** The turns of a branch. Pure. */
export function turnsOf(entries: readonly Fields[], absolute: Absolute): readonly PastTurn[] {
  const history = new History(absolute);
  for (const entry of entries) history.take(entry);
  history.end();
  return history.past.turns;
}

class History {
  readonly past = new PastTurns();
  readonly #translator: Translator;
  /** The last message leaves something to be done: an answer to tools, or to the user. */
  #unfinished = false;
  #atMs = 0;

  constructor(absolute: Absolute) {
    this.#translator = new Translator(absolute);
  }

  take(entry: Fields): void {
    const { type, timestamp, firstKeptEntryId, tokensBefore } = entry;
    this.#atMs = Date.parse(textOf(timestamp)) || 0;
    if (type === "message") return this.#message(fieldsOf(entry["message"]));
    if (type === "custom_message") {
      const message = { ...entry, role: "custom", timestamp: this.#atMs };
      return this.#play({ type: "message_start", message }, { type: "message_end", message });
    }
    if (type !== "compaction") return;
    if (!this.#unfinished) this.end();
    this.#play({ type: "compaction_end", result: { firstKeptEntryId, tokensBefore } });
  }

  end(): void {
    this.past.push(this.past.lastMs, this.#translator.end());
    this.#unfinished = false;
  }

  #message(message: Fields): void {
    const { role, content, stopReason, toolCallId, toolName, isError } = message;
    switch (role) {
      case "user":
        // Between a tool and the answer to it: more input for the turn.
        if (!this.#unfinished) this.end();
        this.#unfinished = true;
        return this.#play({ type: "message_start", message });
      case "assistant":
        this.#unfinished = stopReason === "toolUse";
        this.#play({ type: "message_start", message }, { type: "message_end", message });
        for (const { type, id, name, arguments: args } of listOf(content)) {
          if (type !== "toolCall") continue;
          this.#play({ type: "tool_execution_start", toolCallId: id, toolName: name, args });
        }
        return;
      case "toolResult": {
        if (isError === true && refusals.test(wordsIn(content))) {
          this.#translator.declined.add(textOf(toolCallId));
        }
        const end = { type: "tool_execution_end", toolCallId, toolName, isError };
        return this.#play({ ...end, result: message });
      }
      case "bashExecution":
        return this.#userShell(message);
    }
  }

  /** A command the user ran with `!` in Pi. */
  #userShell(message: Fields): void {
    const [key, output] = [messageKey(message), textOf(message["output"])];
    const exitCode = numberOf(message["exitCode"]) ?? null;
    const shown = { type: "command", command: textOf(message["command"]), cwd: null } as const;
    const item = { ...shown, exitCode, source: "userShell" } as const;
    if (!this.#unfinished) this.end();
    this.past.push(this.#atMs, [
      ...this.#translator.turns.spontaneous(key),
      { op: "open", key, item },
      { op: "close", key, status: exitCode === 0 ? "completed" : "failed", output },
    ]);
  }

  #play(...frames: readonly Fields[]): void {
    const ops = frames.flatMap((frame) => this.#translator.translate(frame) ?? []);
    const told = ops.filter(({ op }) => op !== "usage" && op !== "notice");
    this.past.push(this.#atMs, told);
  }
}

/** The first line of the user's words in an entry; null for any other entry. */
export function promptOf({ type, message }: Fields): string | null {
  const { role, content } = fieldsOf(message);
  if (type !== "message" || role !== "user") return null;
  return wordsIn(content).split("\n")[0] ?? "";
}
