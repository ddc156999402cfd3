/**
 * Tolerant reading of what an agent writes: a field of the wrong type is a missing field, never an
 * error.
 */
import type { JsonValue } from "@fairlead/codex-proto";

/** A JSON object, before anything is known about it. */
export type Fields = Readonly<Record<string, unknown>>;
/** A JSON object that may go on a wire. */
export type JsonFields = Readonly<Record<string, JsonValue>>;

/** True for a JSON object: not for null or a list. */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object in a field, empty when there is none. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

/** The same of a frame that was parsed from JSON, so that its values are JSON too. */
export function jsonFieldsOf(parsed: unknown): JsonFields {
  return isJsonFields(parsed) ? parsed : {};
}

/** The objects in a list, none when it is no list. */
export function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}

/** The text in a field, empty when there is none. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The number in a field. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/** The JSON object that a text is, empty for any other text. */
export function fieldsIn(text: string): Fields {
  if (!text.startsWith("{")) return {};
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return {};
  }
}

/** The JSON value that a text is; null for any other text. */
export function jsonIn(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return null;
  }
}

/** An id in a field: a text, or a number as one; empty when there is none. */
export function idIn(value: unknown): string {
  return typeof value === "number" ? String(value) : textOf(value);
}

/** The time in a field, in milliseconds: a number of them, or a date in words. */
export function timeOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  const parsedMs = Date.parse(textOf(value));
  return Number.isNaN(parsedMs) ? undefined : parsedMs;
}

function isJsonFields(parsed: unknown): parsed is JsonFields {
  return isFields(parsed);
}
