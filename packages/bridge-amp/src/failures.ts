import { BridgeError, type Failure, type FailureKind } from "@fairlead/bridge-core";
import { failureIn, failureSaid } from "@fairlead/bridge-core/parts";

/** What to do about a missing program. */
export const notInstalled =
  "Amp is not installed: run `npm i -g @sourcegraph/amp`, and then `amp login`";

/** What to do about a missing login. */
export const notLoggedIn =
  "Amp is not logged in: run `amp login`, or set AMP_API_KEY to an access token of your account";

const invalidKey =
  "Amp's server does not accept the login: run `amp login`, or set AMP_API_KEY to a valid access token";

/** Amp's own words, which are for people, and what they mean. Null keeps the words. */
const known: readonly (readonly [RegExp, FailureKind, string | null])[] = [
  [/No API key found/, "unauthenticated", notLoggedIn],
  [/Invalid or missing API key|Unauthorized|auth-required/i, "unauthenticated", invalidKey],
  [/out.of.credits/i, "usage-limit", "Amp says that your account is out of credits"],
  [/native binary not installed|: not found$/, "not-installed", notInstalled],
  [/Couldn't connect|Cannot reach|Unable to connect/i, "connection", null],
  [/network timeout|timed out|returned an error. Try again/i, "connection", null],
  [/Invalid thread URL or ID|thread not found/i, "not-found", null],
  [/unknown option|unknown command/i, "unsupported", null],
];

/** The failure that Amp's words tell, on stderr or in a frame. */
export function failureOf(said: string): Failure {
  const words = said.trim().replace(/^(?:Error: )+/i, "");
  const [, status] = /failed: ([45]\d\d)$/.exec(words) ?? [];
  if (status !== undefined) return failureSaid(words, Number(status));
  const [, kind, sentence] = known.find(([pattern]) => pattern.test(words)) ?? [];
  if (kind === undefined) return failureIn(words || "Amp gave no reason.");
  return { kind, message: sentence ?? words.replaceAll(/\s*\n\s*/g, " ") };
}

/** The same as an error; null for no words. */
export function errorIn(said: string): BridgeError | null {
  if (said.trim() === "") return null;
  const { kind, message } = failureOf(said);
  return new BridgeError(kind, message);
}
