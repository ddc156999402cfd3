import type { ThreadOp } from "../../ops.ts";
import { fieldsOf, textOf, type Fields } from "../fields.ts";
import { fileInput, imageInput, textInput } from "../user-input.ts";
import type { UserInput } from "@fairlead/codex-proto";
import { AcpTranslator } from "./translator.ts";

/** What agents put into their users' mouths. */
const notSaid =
  /^\s*(<session_context>|\[Function Response:|<system-reminder>|<environment_context>)/;
const interruption = "[Request interrupted by user";

/**
 * A session's past, as `session/load` tells it. Turns have no names in ACP: they are counted, live as
 * well.
 */
export class AcpReplay {
  readonly ops: ThreadOp[] = [];
  readonly #translator: AcpTranslator;
  /** How many turns there are. */
  turns = 0;
  #input: UserInput[] = [];
  /** The last message of the user's, as long as nothing was said to it. */
  #message: { readonly id: string; readonly hasText: boolean } | null = null;
  #status: "completed" | "interrupted" = "completed";
  #isOpen = false;
  /** Calls that are told as done before their result is. */
  readonly #done = new Map<string, unknown>();

  constructor(cwd: string) {
    this.#translator = new AcpTranslator(cwd);
  }

  /** Takes the next update. */
  take(update: Fields): void {
    if (update["sessionUpdate"] === "user_message_chunk") return this.#said(update);
    if (this.turns === 0) return;
    const { sessionUpdate, toolCallId, status } = update;
    const isDone = status === "completed" || status === "failed";
    const isEarly = sessionUpdate === "tool_call" && isDone;
    if (isEarly) this.#done.set(textOf(toolCallId), status);
    else if (isDone) this.#done.delete(textOf(toolCallId));
    const told = isEarly ? { ...update, status: "in_progress" } : update;
    const ops = this.#translator.translate(told) ?? [];
    if (ops.length > 0) this.#begin();
    this.ops.push(...ops.filter(({ op }) => op !== "title"));
  }

  /** There is no more of it. */
  end(): readonly ThreadOp[] {
    if (this.turns > 0) this.#end();
    return this.ops;
  }

  #said({ content, messageId }: Fields): void {
    const block = fieldsOf(content);
    const text = textOf(block["text"]);
    if (notSaid.test(text)) return;
    if (text.startsWith(interruption)) {
      this.#status = "interrupted";
      return;
    }
    const id = textOf(messageId);
    const isText = block["type"] === "text";
    const before = this.#message;
    const isSame = before !== null && (id === "" ? !(isText && before.hasText) : id === before.id);
    if (!isSame) this.#next();
    this.#message = { id, hasText: isText || (isSame && before.hasText) };
    this.#input.push(inputIn(block));
  }

  #next(): void {
    if (this.turns > 0) this.#end();
    this.turns += 1;
  }

  #begin(): void {
    this.#message = null;
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.ops.push({ op: "begin", turn: acpTurnKey(this.turns), input: this.#input });
    this.#input = [];
  }

  #end(): void {
    this.#begin();
    for (const [toolCallId, status] of this.#done) {
      this.ops.push(...this.#translator.call({ toolCallId, status }, false));
    }
    this.#done.clear();
    this.ops.push(...this.#translator.end({}));
    this.ops.push({ op: "end", turn: acpTurnKey(this.turns), status: this.#status });
    this.#status = "completed";
    this.#isOpen = false;
  }
}

/** The key of a session's n-th turn. */
export function acpTurnKey(number: number): string {
  return `turn-${number}`;
}

function inputIn(block: Fields): UserInput {
  const { type, text, data, mimeType, uri, name } = block;
  if (type === "image") return imageInput(textOf(mimeType), textOf(data));
  if (type === "resource_link") return fileInput(textOf(mimeType), textOf(uri), textOf(name));
  const resource = fieldsOf(block["resource"]);
  return textInput(textOf(text) || textOf(resource["text"]) || textOf(resource["uri"]));
}
