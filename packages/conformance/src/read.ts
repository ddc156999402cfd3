/** True for a JSON object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The value at a path of untrusted JSON, `undefined` where the path leads nowhere. Never throws.
 */
export function field(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const name of path) current = isRecord(current) ? current[name] : undefined;
  return current;
}

/** The string at a path, `undefined` for anything else. */
export function stringField(value: unknown, ...path: readonly string[]): string | undefined {
  const found = field(value, ...path);
  return typeof found === "string" ? found : undefined;
}

/** The number at a path, `undefined` for anything else. */
export function numberField(value: unknown, ...path: readonly string[]): number | undefined {
  const found = field(value, ...path);
  return typeof found === "number" ? found : undefined;
}

/** The array at a path, empty for anything else. */
export function arrayField(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found: unknown = field(value, ...path);
  return Array.isArray(found) ? found : [];
}
