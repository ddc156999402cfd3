import { BridgeError, messageOf, type Failure, type FailureKind } from "@fairlead/bridge-core";
import { failureIn, fieldsOf, textOf } from "@fairlead/bridge-core/parts";
import { RequestError } from "@agentclientprotocol/sdk";

const kinds: Readonly<Record<number, FailureKind>> = {
  [-32_000]: "unauthenticated",
  [-32_002]: "not-found",
  [-32_601]: "unsupported",
  [-32_602]: "bad-request",
};

/** Why an agent refused a request. */
export function requestFailure(agent: string, method: string, error: unknown): BridgeError {
  if (BridgeError.is(error)) return error;
  if (!(error instanceof RequestError)) return new BridgeError("crashed", messageOf(error));
  const words = wordsOf(error);
  const kind = kinds[error.code];
  if (kind === "unsupported") return new BridgeError(kind, `${agent} knows no ${method}`);
  const said = failureIn(words);
  const isTelling = said.kind !== "other" && kind !== "unauthenticated";
  return new BridgeError(isTelling ? said.kind : (kind ?? "other"), words, {
    cause: error,
    ...(said.httpStatus !== undefined && { httpStatus: said.httpStatus }),
  });
}

/** The failure in what an agent said it with. */
export function failureSaidBy(error: unknown): Failure {
  if (!BridgeError.is(error)) return { kind: "other", message: messageOf(error) };
  const { kind, message, httpStatus } = error;
  return { kind, message, ...(httpStatus !== undefined && { httpStatus }) };
}

/** Most agents say "Internal error", and what it was beside it. */
function wordsOf({ message, data }: RequestError): string {
  const { details, message: more, error } = fieldsOf(data);
  const said = textOf(details) || textOf(more) || textOf(error) || textOf(data);
  if (said === "" || message.includes(said)) return message;
  return /^"?internal error"?/i.test(message) ? said : `${message}: ${said}`;
}
