import type { AskAnswer, ThreadOp } from "@fairlead/bridge-core";
import { answerTo, choice, isFields, textOf, type Fields } from "@fairlead/bridge-core/parts";
import type { JsonValue } from "@fairlead/codex-proto";

/** The tool call that the bridge's extension holds until it is answered; null for other dialogs. */
export function toolCallIn({ method, title }: Fields): Fields | null {
  if (method !== "select" || !textOf(title).startsWith('{"fairlead":')) return null;
  const asked: unknown = JSON.parse(textOf(title));
  return isFields(asked) && asked["fairlead"] === "tool_call" ? asked : null;
}

/** Dialogs whose answer is one of a list. */
const choices = new Set(["select", "confirm"]);
/** What only a terminal can show. */
const unseen = new Set(["setStatus", "setWidget", "setTitle", "set_editor_text"]);

/** What extensions of Pi's ask the user. */
export class Dialogs {
  /** The kind of each that waits, by its id. */
  readonly #open = new Map<string, string>();

  /** A request of an extension's; null for one of unknown kind. */
  take(request: Fields): ThreadOp[] | null {
    const { options, title, message, placeholder, prefill } = request;
    const [key, method] = [textOf(request["id"]), textOf(request["method"])];
    if (method === "notify") return [{ op: "notice", message: textOf(message) }];
    if (unseen.has(method)) return [];
    if (!choices.has(method) && method !== "input" && method !== "editor") return null;
    this.#open.set(key, method);
    const words = [title, message, placeholder, prefill].map(textOf).filter(Boolean).join("\n");
    const offered = Array.isArray(options) ? options.map(textOf) : ["Yes", "No"];
    const labels = choices.has(method) ? offered.map((label) => ({ label, description: "" })) : [];
    const question = { ...choice(key, "Pi", words, labels), freeText: labels.length === 0 };
    return [
      { op: "open", key, item: { type: "tool", tool: method, arguments: { question: words } } },
      { op: "ask", id: key, ask: { kind: "questions", key, questions: [question] } },
    ];
  }

  /** What Pi is told; null where it does not wait any more. */
  reply(id: string, answer: AskAnswer): Readonly<Record<string, JsonValue>> | null {
    const method = this.#open.get(id);
    if (method === undefined) return null;
    const value = answerTo(id, answer);
    if (value === null) return { cancelled: true };
    return method === "confirm" ? { confirmed: value === "Yes" } : { value };
  }

  /** It needs no answer any more. */
  close(id: string): ThreadOp[] {
    return this.#open.delete(id) ? [{ op: "close", key: id }] : [];
  }
}
