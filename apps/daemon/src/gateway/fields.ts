/** The members of a JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

/** The members of a JSON object; none of anything else. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** The elements of a JSON array; none of anything else. */
export function elementsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A member that is a string with something in it; null otherwise. */
export function textOf(value: unknown, name: string): string | null {
  const member = fieldsOf(value)[name];
  return typeof member === "string" && member !== "" ? member : null;
}

/**
 * A string member of a frame that nobody has parsed, found by its name. Exact for compact JSON: inside
 * a string a quote is escaped, so the name with its quotes stands only where it is a name. Null when
 * it is not there, or needs unescaping.
 */
export function rawMember(text: string, name: string): string | null {
  const key = `"${name}":"`;
  const at = text.indexOf(key);
  if (at < 0) return null;
  const start = at + key.length;
  const value = text.slice(start, text.indexOf('"', start));
  return value.includes("\\") ? null : value;
}

/** The same for a text of any content, as JSON writes it: without its quotes, and still escaped. */
export function rawText(text: string, name: string): string | null {
  const key = `"${name}":"`;
  const at = text.indexOf(key);
  if (at < 0) return null;
  const start = at + key.length;
  for (let end = text.indexOf('"', start); end >= 0; end = text.indexOf('"', end + 1)) {
    let escapes = end;
    while (text[escapes - 1] === "\\") escapes -= 1;
    if ((end - escapes) % 2 === 0) return text.slice(start, end);
  }
  return null;
}
