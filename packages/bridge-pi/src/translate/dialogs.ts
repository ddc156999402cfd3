import type { Ask, AskAnswer, Question, ThreadOp } from "@fairlead/bridge-core";
import {
  answerTo,
  choice,
  fieldsOf,
  isFields,
  textOf,
  type Fields,
} from "@fairlead/bridge-core/parts";
import type { JsonValue } from "@fairlead/codex-proto";
import type { Effect } from "../permissions.ts";
import type { ToolCall } from "./tools.ts";

/** The tool call that the bridge's extension holds until it is answered; null for other dialogs. */
export function toolCallIn({ method, title }: Fields): Fields | null {
  if (method !== "select" || !textOf(title).startsWith('{"fairlead":')) return null;
  const asked: unknown = JSON.parse(textOf(title));
  return isFields(asked) && asked["fairlead"] === "tool_call" ? asked : null;
}

/** What permissions need to know of it. What is not said counts against it. */
export function effectOf({ tool, builtin, inside, guarded }: Fields): Effect {
  return {
    tool: textOf(tool),
    builtin: builtin === true,
    inside: inside === true,
    guarded: guarded !== false,
  };
}

/** The question to the user. `scope` covers this very call only. */
export function askAbout(key: string, { name, input, item }: ToolCall, effect: Effect): Ask {
  const [change] = item.type === "fileChange" ? item.changes : [];
  const where = effect.inside ? null : "It reaches outside the working folder.";
  if (change !== undefined) {
    return { kind: "fileChange", key, reason: where, scope: `changes of ${change.path}` };
  }
  if (name === "bash" && item.type === "command") {
    return { kind: "command", key, reason: null, scope: `bash ${item.command}` };
  }
  const scope = `${name} ${JSON.stringify(input)}`;
  return { kind: "command", key, reason: where ?? scope, scope };
}

/** What extensions of Pi's ask the user. */
export class Dialogs {
  readonly #open = new Map<string, { readonly method: string; readonly question: Question }>();

  /** A request of an extension's; null for one of unknown kind. */
  take(request: Fields): ThreadOp[] | null {
    const { method, title, message, options, placeholder, prefill, notifyType } = request;
    const id = textOf(request["id"]);
    const words = [title, message].map(textOf).filter(Boolean).join("\n");
    switch (method) {
      case "select": {
        const labels = Array.isArray(options) ? options.map(textOf) : [];
        return this.#ask(id, method, words, labels, false);
      }
      case "confirm":
        return this.#ask(id, method, words, ["Yes", "No"], false);
      case "input":
        return this.#ask(id, method, [words, textOf(placeholder)].join("\n").trim(), [], true);
      case "editor":
        return this.#ask(id, method, [words, textOf(prefill)].join("\n").trim(), [], true);
      case "notify":
        return notifyType === "info" || textOf(message) !== ""
          ? [{ op: "notice", message: textOf(message) }]
          : [];
      case "setStatus":
      case "setWidget":
      case "setTitle":
      case "set_editor_text":
        return [];
      default:
        return null;
    }
  }

  /** What Pi is told, null where nobody waits any more. */
  answer(
    id: string,
    answer: AskAnswer,
  ): { reply: Readonly<Record<string, JsonValue>> | null; ops: ThreadOp[] } {
    const dialog = this.#open.get(id);
    if (dialog === undefined) return { reply: null, ops: [] };
    const ops = this.close(id);
    const value = answerTo(id, answer);
    if (value === null) return { reply: { cancelled: true }, ops };
    return { reply: dialog.method === "confirm" ? { confirmed: value === "Yes" } : { value }, ops };
  }

  /** It needs no answer any more. */
  close(id: string): ThreadOp[] {
    if (!this.#open.delete(id)) return [];
    return [
      { op: "withdraw", id },
      { op: "close", key: id },
    ];
  }

  #ask(
    id: string,
    method: string,
    words: string,
    labels: readonly string[],
    freeText: boolean,
  ): ThreadOp[] {
    const options = labels.map((label) => ({ label, description: "" }));
    const question = { ...choice(id, "Pi", words, options), freeText };
    this.#open.set(id, { method, question });
    return [
      { op: "open", key: id, item: { type: "tool", tool: method, arguments: { question: words } } },
      { op: "ask", id, ask: { kind: "questions", key: id, questions: [question] } },
    ];
  }
}

/** How long an extension waits for an answer, in milliseconds; null: for ever. */
export function patienceOf(request: Fields): number | null {
  const { timeout } = fieldsOf(request);
  return typeof timeout === "number" && timeout > 0 ? timeout : null;
}
