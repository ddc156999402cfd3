import type { ThreadOp } from "@fairlead/bridge-core";
import { fieldsOf, listOf, textOf, toolContents, type Fields } from "@fairlead/bridge-core/parts";
import { messageKey, wordsIn } from "../translate/messages.ts";
import type { Absolute } from "../translate/tools.ts";
import { compactionKey, Translator } from "../translate/translator.ts";

/** One past turn, as the ops it would have made live. */
interface PastTurn {
  /** Of all that the user sent in it, and of its compactions. */
  readonly keys: readonly string[];
  readonly ops: readonly ThreadOp[];
}

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
  return history.turns;
}

class History {
  readonly turns: { readonly keys: string[]; readonly ops: ThreadOp[] }[] = [];
  readonly #translator: Translator;
  /** What the last message leaves to be done: an answer to tools, or to the user. */
  #unfinished = false;

  constructor(absolute: Absolute) {
    this.#translator = new Translator(absolute);
  }

  take(entry: Fields): void {
    const { type, timestamp } = entry;
    const message = fieldsOf(entry["message"]);
    const atMs = Date.parse(textOf(timestamp)) || 0;
    if (type === "message") return this.#message(message, atMs);
    if (type === "compaction") return this.#compaction(entry, atMs);
    if (type !== "custom_message") return;
    const custom = { ...entry, role: "custom", timestamp: atMs };
    this.#play(
      atMs,
      { type: "message_start", message: custom },
      { type: "message_end", message: custom },
    );
  }

  end(): void {
    this.#unfinished = false;
    const atMs = this.turns.at(-1)?.ops.at(-1)?.atMs ?? 0;
    this.#push(atMs, this.#translator.end());
  }

  #message(message: Fields, atMs: number): void {
    switch (message["role"]) {
      case "user":
        // Between a tool and the answer to it: more input for the turn.
        if (!this.#unfinished) this.end();
        this.#play(atMs, { type: "message_start", message });
        this.turns.at(-1)?.keys.push(messageKey(message));
        this.#unfinished = true;
        return;
      case "assistant": {
        this.#unfinished = message["stopReason"] === "toolUse";
        const calls = listOf(message["content"]).filter(({ type }) => type === "toolCall");
        const starts = calls.map(({ id, name, arguments: args }) => {
          return { type: "tool_execution_start", toolCallId: id, toolName: name, args };
        });
        return this.#play(
          atMs,
          { type: "message_start", message },
          { type: "message_end", message },
          ...starts,
        );
      }
      case "toolResult":
        return this.#result(message, atMs);
      case "bashExecution":
        return this.#userShell(message, atMs);
      default:
        return;
    }
  }

  #result(message: Fields, atMs: number): void {
    const { toolCallId, toolName, isError, content } = message;
    if (isError === true && refusals.test(wordsIn(content))) {
      this.#translator.declined.add(textOf(toolCallId));
    }
    const end = { type: "tool_execution_end", toolCallId, toolName, isError };
    this.#play(atMs, { ...end, result: message });
  }

  /** A command the user ran with `!` in Pi. */
  #userShell(message: Fields, atMs: number): void {
    const { command, output, exitCode } = message;
    const key = messageKey(message);
    const code = typeof exitCode === "number" ? exitCode : null;
    const item = {
      type: "command",
      command: textOf(command),
      cwd: null,
      source: "userShell",
    } as const;
    if (!this.#unfinished) this.end();
    this.#push(atMs, [
      ...(this.#translator.open === null ? this.#translator.begin(key) : []),
      { op: "open", key, item },
      {
        op: "close",
        key,
        status: code === 0 ? "completed" : "failed",
        output: textOf(output),
        item: { type: "command", exitCode: code },
      },
    ]);
  }

  #compaction(entry: Fields, atMs: number): void {
    const { firstKeptEntryId, tokensBefore } = entry;
    if (!this.#unfinished) this.end();
    this.#play(atMs, { type: "compaction_end", result: entry });
    this.turns.at(-1)?.keys.push(compactionKey(firstKeptEntryId, tokensBefore));
  }

  #play(atMs: number, ...frames: readonly Fields[]): void {
    for (const frame of frames) this.#push(atMs, this.#translator.translate(frame) ?? []);
  }

  #push(atMs: number, ops: readonly ThreadOp[]): void {
    for (const op of ops) {
      if (op.op === "usage" || op.op === "notice" || op.op === "alias") continue;
      if (op.op === "begin" && op.turn === this.#translator.open && !this.#isOpen()) {
        this.turns.push({ keys: [op.turn], ops: [] });
      }
      this.turns.at(-1)?.ops.push({ ...op, atMs });
    }
  }

  #isOpen(): boolean {
    const last = this.turns.at(-1)?.ops.at(-1);
    return last !== undefined && last.op !== "end";
  }
}

/** The first words of the user's in an entry; null for any other entry. */
export function promptOf({ type, message }: Fields): string | null {
  const { role, content } = fieldsOf(message);
  if (type !== "message" || role !== "user") return null;
  const words = toolContents(content).map((part) => (part.type === "text" ? part.text : ""));
  return words.join("").split("\n")[0] ?? "";
}
