import type { ClientAnswer } from "@fairlead/bridge-core/session";
import { elementsOf, fieldsOf, textOf } from "./fields.ts";

const maxLength = 500;

/** What of a request belongs into an audit log beside its method: a command, a path. Null: nothing. */
export function detailOf(method: string, params: unknown): string | null {
  switch (method) {
    case "command/exec":
    case "process/spawn":
      return short(elementsOf(fieldsOf(params)["command"]).join(" "));
    case "thread/shellCommand":
      return short(textOf(params, "command"));
    case "config/value/write":
      return short(textOf(params, "keyPath"));
    case "thread/start":
    case "shell/spawn":
      return short(textOf(params, "cwd"));
    default:
      return method.startsWith("fs/")
        ? short(textOf(params, "path") ?? textOf(params, "destinationPath"))
        : null;
  }
}

/**
 * What comes with every key that is pressed in a terminal. That a terminal was opened is told; what is
 * typed there is not, passwords above all.
 */
export function isKeystroke(method: string): boolean {
  return method === "shell/input" || method === "shell/resize";
}

/** The command line that a question shows. Null: it shows none. */
export function shownCommandOf(params: unknown): string | null {
  const { command } = fieldsOf(params);
  return short(typeof command === "string" ? command : elementsOf(command).join(" "));
}

/** The word of a client on a question: `accept`, `decline`. */
export function decisionOf(answer: ClientAnswer): string {
  if (answer.type === "error") return "refused";
  const result = fieldsOf(answer.result);
  const decision = result["decision"] ?? result["action"];
  if (typeof decision === "string") return decision;
  const [kind] = Object.keys(fieldsOf(decision));
  return kind ?? "answered";
}

function short(text: string | null): string | null {
  if (text === null || text === "") return null;
  return text.length <= maxLength ? text : `${text.slice(0, maxLength)}…`;
}
