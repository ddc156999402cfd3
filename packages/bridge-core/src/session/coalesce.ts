import { encodeNotification } from "../rpc/frames.ts";
import type { NotificationFrame } from "./notification-frame.ts";

/** A piece of an item's text. Pieces with the same key join by appending. */
export interface Delta {
  readonly key: string;
  readonly text: string;
}

const deltaMethods: ReadonlySet<string> = new Set([
  "item/agentMessage/delta",
  "item/plan/delta",
  "item/reasoning/summaryTextDelta",
  "item/reasoning/textDelta",
  "item/commandExecution/outputDelta",
  "item/fileChange/outputDelta",
]);

/** The piece of text in a notification; null when it is none that can be joined. */
export function deltaOf(frame: NotificationFrame): Delta | null {
  const { method } = frame;
  if (!deltaMethods.has(method)) return null;
  const { params } = frame;
  if (!isFields(params)) return null;
  const { delta, threadId, turnId, itemId, summaryIndex, contentIndex } = params;
  if (typeof delta !== "string") return null;
  const place = [method, threadId, turnId, itemId, summaryIndex, contentIndex];
  return { key: place.join("\n"), text: delta };
}

/** The frame with its text replaced by all the pieces. It keeps the time of the first. */
export function joined(frame: NotificationFrame, parts: readonly string[]): string {
  const params = isFields(frame.params) ? frame.params : {};
  return encodeNotification(frame.method, { ...params, delta: parts.join("") }, frame.emittedAtMs);
}

/** The server request a `serverRequest/resolved` speaks of; null for every other notification. */
export function resolvedId(frame: NotificationFrame): string | number | null {
  if (frame.method !== "serverRequest/resolved") return null;
  const { params } = frame;
  if (!isFields(params)) return null;
  const { requestId } = params;
  return typeof requestId === "string" || typeof requestId === "number" ? requestId : null;
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
