/** Tolerant reading of what `claude` writes: a field of the wrong type is a missing field, never an error. */
import type { JsonValue } from "@fairlead/codex-proto";

/** A JSON object, before anything is known about it. */
export type Fields = Readonly<Record<string, unknown>>;
/** What a tool was given. */
export type ToolInput = Readonly<Record<string, JsonValue>>;

/** True for a JSON object. */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object in a field, empty when there is none. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
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

/** A value out of a parsed frame as what it is by construction. */
export function jsonOf(value: unknown): JsonValue {
  return isJson(value) ? value : null;
}

/** The input of a tool call, out of a parsed frame. */
export function inputOf(value: unknown): ToolInput {
  return isInput(value) ? value : {};
}

/** The blocks of a message's content, which may be a bare text. */
export function blocksOf(content: unknown): readonly Fields[] {
  return typeof content === "string" ? [{ type: "text", text: content }] : listOf(content);
}

function isJson(value: unknown): value is JsonValue {
  return value !== undefined;
}

function isInput(value: unknown): value is ToolInput {
  return isFields(value);
}
