/** A JSON object, before anything is known about it. */
export type Fields = Readonly<Record<string, unknown>>;

/** The object in a field, empty when there is none. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

/** The text in a field, empty when there is none. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The delta of a native frame, empty for other frames. */
export function deltaOf(frame: Fields): Fields {
  return fieldsOf(fieldsOf(frame["event"])["delta"]);
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
