import { fieldsOf, listOf, type Fields, type HttpClient } from "@fairlead/bridge-core/parts";
import { inFolder } from "./server.ts";
import type { Session } from "./session.ts";
import type { Translator } from "./translate/translator.ts";

/** Messages that are read again after a loss; a longer turn loses its beginning. */
const maxMessages = 100;

/**
 * What a session came to, as the events that would have told it: the messages of the turn that runs
 * or ran, requests that wait, and whether it is idle. Nothing of a session in which no turn is open.
 */
export async function eventsSince(
  client: HttpClient,
  session: Session,
  translator: Translator,
  isNew: boolean,
): Promise<readonly Fields[]> {
  const { id: sessionID, cwd } = session;
  const [statuses, permissions, questions] = await Promise.all([
    client.ask(inFolder("/session/status", cwd)),
    client.list(inFolder("/permission", cwd)),
    client.list(inFolder("/question", cwd)),
  ]);
  const status = statuses[sessionID];
  if (status === undefined && (isNew || translator.turns.open === null)) return [];
  const events: Fields[] = [];
  const tell = (type: string, properties: Fields): void => void events.push({ type, properties });
  if (status !== undefined) tell("session.status", { sessionID, status });
  const messages = await client.list(session.path(`/message?limit=${maxMessages}`));
  const last = messages.findLastIndex(({ info }) => fieldsOf(info)["role"] === "user");
  for (const { info, parts } of messages.slice(Math.max(last, 0))) {
    const { time, error: _error, finish: _finish, ...begun } = fieldsOf(info);
    const { created } = fieldsOf(time);
    tell("message.updated", { sessionID, info: { ...begun, time: { created } } });
    for (const part of listOf(parts)) tell("message.part.updated", { sessionID, part });
    tell("message.updated", { sessionID, info });
  }
  const waiting = [...permissions, ...questions].map(({ id }) => id);
  for (const [requestID, { session: of }] of translator.pending) {
    if (!waiting.includes(requestID)) tell("permission.replied", { sessionID: of, requestID });
  }
  const isNewAsk = ({ id }: Fields): boolean => !translator.pending.has(String(id));
  for (const asked of permissions.filter(isNewAsk)) tell("permission.asked", asked);
  for (const asked of questions.filter(isNewAsk)) tell("question.asked", asked);
  const idle = { sessionID, status: { type: "idle" } };
  // Twice, as after an answer that was cut off.
  if (status === undefined) for (const _ of [1, 2]) tell("session.status", idle);
  return events;
}
