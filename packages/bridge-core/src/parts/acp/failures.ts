import { BridgeError } from "../../errors.ts";
import type { FailureKind } from "../../ops.ts";
import { fieldsOf, textOf } from "../fields.ts";
import { failureIn, failureSaid } from "../http-failure.ts";

/** An agent's error, as JSON-RPC has it. */
interface RequestError {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

const kinds: Readonly<Record<number, FailureKind>> = {
  [-32_000]: "unauthenticated",
  [-32_002]: "not-found",
  [-32_601]: "unsupported",
  [-32_602]: "bad-request",
};

/** Why an agent refused a request. */
export function acpFailure(agent: string, method: string, error: RequestError): BridgeError {
  const words = wordsOf(error);
  const kind = kinds[error.code];
  if (kind === "unsupported") return new BridgeError(kind, `${agent} knows no ${method}`);
  const status = statusOf(error, words);
  const said = status === undefined ? failureIn(words) : failureSaid(words, status);
  const isTelling = said.kind !== "other" && kind !== "unauthenticated";
  const otherwise = kind ?? (isBadRequest(error) ? "bad-request" : "other");
  return new BridgeError(isTelling ? said.kind : otherwise, words, {
    cause: error,
    ...(said.httpStatus !== undefined && { httpStatus: said.httpStatus }),
  });
}

/** The HTTP status: some have it for a code, some in their words. */
function statusOf({ code, data }: RequestError, words: string): number | undefined {
  if (code >= 400 && code < 600) return code;
  const [, digits] = /\bAPI Error: ([45]\d\d)\b/.exec(words) ?? [];
  if (digits !== undefined) return Number(digits);
  return fieldsOf(data)["errorKind"] === "model_not_found" ? 404 : undefined;
}

function isBadRequest({ message, data }: RequestError): boolean {
  return /invalid_request_error/.test(`${message} ${JSON.stringify(data)}`);
}

/** Most agents say "Internal error", and what it was beside it; some hand on what an API answered. */
function wordsOf({ message, data }: RequestError): string {
  const { details, message: more, error } = fieldsOf(data);
  const said = answered(textOf(details) || textOf(more) || textOf(error) || textOf(data));
  if (said === "" || message.includes(said)) return answered(message);
  return /^"?internal error"?/i.test(message) ? said : `${message}: ${said}`;
}

/** The sentence in an API's answer. */
function answered(words: string): string {
  try {
    const answer: unknown = JSON.parse(words);
    return textOf(fieldsOf(fieldsOf(answer)["error"])["message"]) || words;
  } catch {
    return words;
  }
}
