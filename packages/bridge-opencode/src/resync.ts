import { fieldsOf, textOf, type Fields, type LiveSession } from "@fairlead/bridge-core/parts";
import type { Folder } from "./folder.ts";
import { eventsOf } from "./translate/history.ts";

/** Messages that are read again after a loss; a longer turn loses its beginning. */
const maxMessages = 100;

/**
 * What a session came to, as the events that would have told it: the messages of the turn that runs
 * or ran, requests that wait, and whether it is idle. Nothing of a session in which no turn is open.
 */
export async function eventsSince(
  { client: folder }: Folder,
  { session, translator }: LiveSession,
  isNew: boolean,
): Promise<readonly Fields[]> {
  const { id: sessionID, client } = session;
  const { pending, turns } = translator;
  const [statuses, permissions, questions] = await Promise.all([
    folder.ask("/session/status"),
    folder.list("/permission"),
    folder.list("/question"),
  ]);
  const status = statuses[sessionID];
  if (status === undefined && (isNew || turns.open === null)) return [];
  const messages = await client.list(`/message?limit=${maxMessages}`);
  const last = messages.findLastIndex(({ info }) => fieldsOf(info)["role"] === "user");
  const told = eventsOf(sessionID, messages.slice(Math.max(last, 0)), new Map());
  const events = told.map(([, event]) => event).filter(({ type }) => type !== "session.status");
  const tell = (type: string, properties: Fields): void => void events.push({ type, properties });
  const waiting = new Set([...permissions, ...questions].map(({ id }) => id));
  for (const [requestID, { session }] of pending) {
    if (!waiting.has(requestID)) tell("permission.replied", { sessionID: session, requestID });
  }
  const isNewAsk = ({ id }: Fields): boolean => !pending.has(textOf(id));
  for (const asked of permissions.filter(isNewAsk)) tell("permission.asked", asked);
  for (const asked of questions.filter(isNewAsk)) tell("question.asked", asked);
  tell("session.status", { sessionID, status: status ?? { type: "idle" } });
  return events;
}
