import { BridgeError } from "../errors.ts";

/** What the user set, as JSON, in a variable of their environment; `{}` when it is not set. */
export function environmentJson(
  environment: Readonly<Record<string, string>>,
  name: string,
): unknown {
  try {
    return JSON.parse(environment[name] || "{}");
  } catch (cause) {
    throw new BridgeError("bad-request", `${name} is no plain JSON: correct it`, { cause });
  }
}
