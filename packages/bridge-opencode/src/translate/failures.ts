import type { Failure } from "@fairlead/bridge-core";
import {
  failureSaid,
  fieldsOf,
  textOf,
  type Fields,
  type Outcome,
} from "@fairlead/bridge-core/parts";

const wrapped = /^\{"message":"([^"\\]+)"/;

/** What an error of OpenCode's (`{name, data}`) means. */
export function failureOf({ name, data }: Fields): Failure {
  const { message, statusCode } = fieldsOf(data);
  // Without OpenCode's own stack, and out of the JSON in which some providers wrap it.
  const [words = ""] = (wrapped.exec(textOf(message))?.[1] ?? textOf(message)).split(/\n\s+at /);
  const said = words || textOf(name) || "OpenCode gave no reason.";
  return failureSaid(said, statusCode, textOf(name));
}

/** How a turn ends that this error ended. */
export function outcomeOfError(error: Fields): Outcome {
  if (error["name"] === "MessageAbortedError") return { status: "interrupted" };
  return { status: "failed", failure: failureOf(error) };
}

/** What a request means that is tried again, of which OpenCode tells no status. */
export function retryOf(message: unknown): Failure {
  const data = /internal (server )?error/i.test(textOf(message)) ? { statusCode: 500 } : {};
  const failure = failureOf({ name: "APIError", data: { message, ...data } });
  // It tries again what may pass.
  return failure.kind === "other" ? { ...failure, kind: "connection" } : failure;
}
