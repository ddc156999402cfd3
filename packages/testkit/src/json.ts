/** A JSON object whose members nobody has checked yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** True for a plain JSON object, false for arrays and null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value when it is an object, else an empty one; never throws. */
export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** The value when it is an array, else an empty one; never throws. */
export function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value when it is a string, else the empty string; never throws. */
export function stringOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** An object without the members of these names, however deep they lie. */
export function withoutMembers(object: JsonObject, names: ReadonlySet<string>): JsonObject {
  const without = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(without);
    return isObject(value) ? withoutMembers(value, names) : value;
  };
  const members = Object.entries(object).filter(([name]) => !names.has(name));
  return Object.fromEntries(members.map(([name, member]) => [name, without(member)]));
}
