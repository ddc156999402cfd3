/** A JSON object whose fields are not known. */
export type Fields = Readonly<Record<string, unknown>>;

/** True for a JSON object; not for an array. */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * A way to fields of a JSON value: names, `*` for every entry of an array or of an object whose
 * keys are data.
 */
export type FieldPath = readonly string[];

/** Reads `data.*.model` as a {@link FieldPath}. */
export function fieldPath(text: string): FieldPath {
  return text.split(".");
}

/**
 * Replaces the strings at a path, those in an array there too. What is not there or is no string
 * stays. Returns the value itself when nothing changed; never changes it.
 */
export function replaceAt(
  value: unknown,
  path: FieldPath,
  replace: (text: string) => string,
): unknown {
  const [name, ...rest] = path;
  if (name === undefined) {
    if (typeof value === "string") return replace(value);
    return Array.isArray(value) ? replaceEach(value, rest, replace) : value;
  }
  if (Array.isArray(value)) return name === "*" ? replaceEach(value, rest, replace) : value;
  if (!isFields(value)) return value;
  let changed = value;
  for (const key of name === "*" ? Object.keys(value) : [name]) {
    if (!Object.hasOwn(value, key)) continue;
    const after = replaceAt(value[key], rest, replace);
    if (after !== value[key]) changed = { ...changed, [key]: after };
  }
  return changed;
}

/** The first string at a path; null when there is none. */
export function textAt(value: unknown, path: FieldPath): string | null {
  let found: unknown = value;
  for (const name of path) {
    if (!isFields(found) || !Object.hasOwn(found, name)) return null;
    found = found[name];
  }
  return typeof found === "string" ? found : null;
}

function replaceEach(
  entries: readonly unknown[],
  rest: FieldPath,
  replace: (text: string) => string,
): readonly unknown[] {
  const after = entries.map((entry) => replaceAt(entry, rest, replace));
  return after.some((entry, index) => entry !== entries[index]) ? after : entries;
}
