import { field, isRecord } from "../read.ts";
import type { JsonObject } from "./step.ts";

/** True when the value has everything the pattern has; a member `undefined` must be absent. */
export function includes(value: unknown, pattern: unknown): boolean {
  if (Array.isArray(pattern)) {
    return Array.isArray(value) && pattern.every((entry, index) => includes(value[index], entry));
  }
  if (isRecord(pattern)) {
    return (
      isRecord(value) &&
      Object.entries(pattern).every(([key, member]) => includes(value[key], member))
    );
  }
  return value === pattern;
}

/**
 * The value with every string `$name` replaced by what was captured under that name, and `$cwd`
 * inside strings by the project folder. A name that was not captured stays as it is.
 */
function fillIn(value: unknown, captured: ReadonlyMap<string, unknown>, cwd: string): unknown {
  if (typeof value === "string") {
    const name = /^\$(\w+)$/.exec(value)?.[1];
    if (name !== undefined && captured.has(name)) return captured.get(name);
    return value.replaceAll("$cwd", cwd);
  }
  if (Array.isArray(value)) return value.map((entry) => fillIn(entry, captured, cwd));
  return isRecord(value) ? fillInAll(value, captured, cwd) : value;
}

/** {@link fillIn} for every member of an object, and for its name. */
export function fillInAll(
  value: JsonObject,
  captured: ReadonlyMap<string, unknown>,
  cwd: string,
): JsonObject {
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      String(fillIn(key, captured, cwd)),
      fillIn(member, captured, cwd),
    ]),
  );
}

/** The value at a dotted path such as `result.data.0.id`; `undefined` where it leads nowhere. */
export function valueAt(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((current, key) => {
    return Array.isArray(current) ? current[Number(key)] : field(current, key);
  }, value);
}
