import type { Failure, FailureKind } from "@fairlead/bridge-core";
import {
  failureKindOf,
  fieldsOf,
  numberOf,
  textOf,
  type Fields,
  type Outcome,
} from "@fairlead/bridge-core/parts";

/** OpenCode's own words for what failed. */
const named: Readonly<Record<string, FailureKind>> = {
  ProviderAuthError: "unauthenticated",
  ContextOverflowError: "context-window",
  ContentFilterError: "bad-request",
  StructuredOutputError: "bad-request",
};

const wrapped = /^\{"message":"([^"\\]+)"/;

/** What an error of OpenCode's (`{name, data}`) means. */
export function failureOf({ name, data }: Fields): Failure {
  const { message, statusCode } = fieldsOf(data);
  // Without OpenCode's own stack, and out of the JSON in which some providers wrap it.
  const [words = ""] = (wrapped.exec(textOf(message))?.[1] ?? textOf(message)).split(/\n\s+at /);
  const said = words || textOf(name) || "OpenCode gave no reason.";
  const httpStatus = numberOf(statusCode);
  const kind = named[textOf(name)] ?? kindOf(name, said, httpStatus);
  return httpStatus === undefined ? { kind, message: said } : { kind, message: said, httpStatus };
}

function kindOf(name: unknown, said: string, status: number | undefined): FailureKind {
  if (/^(Model|Agent|Command) not found/.test(said)) return "bad-request";
  const kind = failureKindOf(said, status);
  return kind === "other" && name === "APIError" ? "connection" : kind;
}

/** How a turn ends that this error ended. */
export function outcomeOfError(error: Fields): Outcome {
  if (error["name"] === "MessageAbortedError") return { status: "interrupted" };
  return { status: "failed", failure: failureOf(error) };
}

/** What a request means that is tried again (`session.status` of type `retry`). */
export function retryOf({ message }: Fields): Failure {
  // It tells no status.
  const status = /internal (server )?error/i.test(textOf(message)) ? { statusCode: 500 } : {};
  return failureOf({ name: "APIError", data: { message, ...status } });
}
