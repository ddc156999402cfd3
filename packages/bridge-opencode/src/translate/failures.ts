import type { Failure } from "@fairlead/bridge-core";
import { fieldsOf, textOf, type Fields } from "@fairlead/bridge-core/parts";

/** What an error of OpenCode's (`{name, data}`) means. */
export function failureOf({ name, data }: Fields): Failure {
  return { kind: "other", message: textOf(fieldsOf(data)["message"]) || textOf(name) };
}
