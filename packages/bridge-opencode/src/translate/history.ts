import type { ThreadOp } from "@fairlead/bridge-core";
import { fieldsOf, listOf, numberOf, textOf, type Fields } from "@fairlead/bridge-core/parts";
import type { TranslatorOptions } from "./conversation.ts";
import { Translator } from "./translator.ts";

/**
 * Past turns of a session, `begin … end` with times, from what `GET /session/{id}/message` answers,
 * without what a revert has taken back; `children` has the same of the sub-agents' sessions, those
 * of theirs included. Keys are those of live ops, because the messages are told as live events are.
 */
export function historyOps(
  options: TranslatorOptions,
  messages: readonly Fields[],
  children: ReadonlyMap<string, readonly Fields[]>,
): ThreadOp[] {
  const translator = new Translator(options);
  return [...eventsOf(options.session, messages, new Map(children))].flatMap(([atMs, event]) => {
    const ops = translator.translate(event) ?? [];
    return ops.map((op) => ({ ...op, atMs }));
  });
}

type Events = Generator<readonly [atMs: number, event: Fields], void>;

/** What live events would have told of a session's messages, and when. */
export function* eventsOf(
  sessionID: string,
  messages: readonly Fields[],
  children: Map<string, readonly Fields[]>,
): Events {
  let [nowMs, overMs] = [0, 0];
  const idle = { type: "session.status", properties: { sessionID, status: { type: "idle" } } };
  for (const message of messages) {
    const info = fieldsOf(message["info"]);
    const { created, completed } = fieldsOf(info["time"]);
    const parts = listOf(message["parts"]);
    const isUsers = info["role"] === "user";
    const createdMs = numberOf(created) ?? nowMs;
    // What was sent before the answer was over belongs to its turn, and so does a compaction that
    // OpenCode itself begins, with what it sends afterwards.
    const isOwn = parts.some(({ type, auto }) => type === "compaction" && auto === true);
    if (isUsers && !isOwn && createdMs >= overMs) yield [nowMs, idle];
    const begun = { sessionID, info: { ...info, time: { created } } };
    yield [createdMs, { type: "message.updated", properties: begun }];
    for (const part of parts) yield* eventsOfPart(sessionID, part, createdMs, children);
    nowMs = numberOf(completed) ?? createdMs;
    if (isUsers) overMs = isOwn ? Infinity : 0;
    else if (info["summary"] !== true) overMs = nowMs;
    yield [nowMs, { type: "message.updated", properties: { sessionID, info } }];
  }
  yield [nowMs, idle];
}

function* eventsOfPart(
  sessionID: string,
  part: Fields,
  createdMs: number,
  children: Map<string, readonly Fields[]>,
): Events {
  const { status, time, input, metadata } = fieldsOf(part["state"]);
  const { start, end } = fieldsOf(part["time"] ?? time);
  const startMs = numberOf(start) ?? createdMs;
  const type = "message.part.updated";
  if (part["type"] === "tool" && status !== "pending") {
    const { sessionId } = fieldsOf(metadata);
    const state = { status: "running", input, metadata: { sessionId } };
    yield [startMs, { type, properties: { sessionID, part: { ...part, state } } }];
    const child = textOf(sessionId);
    const messages = children.get(child) ?? [];
    children.delete(child);
    if (messages.length > 0) yield* eventsOf(child, messages, children);
  }
  yield [numberOf(end) ?? startMs, { type, properties: { sessionID, part } }];
}
