import type { ThreadOp } from "@fairlead/bridge-core";
import { fieldsOf, listOf, numberOf, textOf, type Fields } from "@fairlead/bridge-core/parts";
import type { TranslatorOptions } from "./conversation.ts";
import { Translator } from "./translator.ts";

const idle = { status: { type: "idle" } };

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
  return eventsOf(options.session, messages, new Map(children)).flatMap(([atMs, event]) => {
    const ops = translator.translate(event) ?? [];
    return ops.map((op) => ({ ...op, atMs }));
  });
}

/** What live events would have told of a session's messages, and when. */
export function eventsOf(
  sessionID: string,
  messages: readonly Fields[],
  children: Map<string, readonly Fields[]>,
): readonly (readonly [atMs: number, event: Fields])[] {
  let events: (readonly [number, Fields])[] = [];
  let [nowMs, overMs] = [0, 0];
  const tell = (atMs: number, type: string, told: Fields): void =>
    void events.push([atMs, { type, properties: { sessionID, ...told } }]);
  const tellPart = (part: Fields, createdMs: number): void => {
    const { status, time, input, metadata } = fieldsOf(part["state"]);
    const { start, end } = fieldsOf(part["time"] ?? time);
    const startMs = numberOf(start) ?? createdMs;
    if (part["type"] === "tool" && status !== "pending") {
      const { sessionId } = fieldsOf(metadata);
      const state = { status: "running", input, metadata: { sessionId } };
      tell(startMs, "message.part.updated", { part: { ...part, state } });
      const child = textOf(sessionId);
      const theirs = children.get(child);
      children.delete(child);
      if (theirs !== undefined) events = [...events, ...eventsOf(child, theirs, children)];
    }
    tell(numberOf(end) ?? startMs, "message.part.updated", { part });
  };
  for (const message of messages) {
    const info = fieldsOf(message["info"]);
    const { created, completed } = fieldsOf(info["time"]);
    const parts = listOf(message["parts"]);
    const isUsers = info["role"] === "user";
    const createdMs = numberOf(created) ?? nowMs;
    // What was sent before the answer was over belongs to its turn, and so does a compaction that
    // OpenCode itself begins, with what it sends afterwards.
    const isOwn = parts.some(({ type, auto }) => type === "compaction" && auto === true);
    if (isUsers && !isOwn && createdMs >= overMs) tell(nowMs, "session.status", idle);
    tell(createdMs, "message.updated", { info: { ...info, time: { created } } });
    for (const part of parts) tellPart(part, createdMs);
    nowMs = numberOf(completed) ?? createdMs;
    if (isUsers) overMs = isOwn ? Infinity : 0;
    else if (info["summary"] !== true) overMs = nowMs;
    tell(nowMs, "message.updated", { info });
  }
  tell(nowMs, "session.status", idle);
  return events;
}
