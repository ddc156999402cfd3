import { encodeNotification } from "@fairlead/bridge-core/session";
import type { AgentEntry } from "../agents/agent-entry.ts";
import type { ClientSeat } from "./client-seat.ts";
import { type Fields, elementsOf, fieldsOf, textOf } from "./fields.ts";
import type { LedgerRequest, LedgerTurn } from "./ledger-state.ts";
import type { GatewayParts } from "./parts.ts";
import { failedTurn, type Told } from "./running-turns.ts";

/** Turns looked at for the ones a client left running. */
const newestTurns = 50;

/**
 * Tells a client that lost its session, in this life of the daemon or an earlier one, how that ended
 * which it had open: its questions, its turns. What still runs it follows again, and is asked again
 * under the ids it knows.
 */
export async function catchUp(
  seat: ClientSeat,
  parts: GatewayParts,
  lostAfter: number,
): Promise<void> {
  const { owner } = seat.seat;
  // What is owed stays owed to a client that is gone again.
  if (owner === null || seat.isOver) return;
  const { turns, requests } = parts.ledger.owedTo(owner, lostAfter);
  if (turns.length === 0 && requests.length === 0) return;
  parts.ledger.apply({ type: "taken", ...seat.seat, cursor: lostAfter });
  const threads = new Map<string, Pick<LedgerTurn, "agent" | "threadId">>();
  for (const { agent, threadId } of [...turns, ...requests]) {
    if (threadId !== "") threads.set(`${agent} ${threadId}`, { agent, threadId });
  }
  await Promise.all(
    [...threads.values()].map(async ({ agent, threadId }) => {
      const isHere = (entry: LedgerTurn | LedgerRequest): boolean =>
        entry.threadId === threadId && entry.agent === agent;
      await catchUpThread(seat, parts, {
        agent,
        threadId,
        turns: turns.filter(isHere),
        requests: requests.filter(isHere),
      });
    }),
  );
}

interface OwedThread {
  readonly agent: string;
  readonly threadId: string;
  readonly turns: readonly LedgerTurn[];
  readonly requests: readonly LedgerRequest[];
}

async function catchUpThread(
  seat: ClientSeat,
  parts: GatewayParts,
  { agent, threadId, turns, requests }: OwedThread,
): Promise<void> {
  const entry = parts.agents.find(agent);
  seat.recall(agent, threadId);
  let known = entry === undefined ? null : await turnsOf(seat, entry, threadId);
  const running = [...(known ?? new Map<string, Fields>())].filter(([, turn]) => isRunning(turn));
  const link = seat.links.find((one) => one.agent === agent);
  const followed = running.filter(([id]) => turns.some(({ turnId }) => turnId === id));
  let status: unknown;
  if (entry !== undefined && running.length > 0) {
    // Known before it is followed: so it ends for its client also if the agent is lost.
    for (const [, turn] of followed) link?.runs(threadId, turn);
    await ask(seat, entry, "thread/resume", { threadId, excludeTurns: true });
    // One that ended before it was followed again: nobody has told its end.
    known = (await turnsOf(seat, entry, threadId)) ?? known;
    // Behind the questions that the thread still has: they are put right after that answer.
    const read = await ask(seat, entry, "thread/read", { threadId, includeTurns: false });
    status = fieldsOf(read?.["thread"])["status"];
  }
  const open = new Set(seat.links.flatMap((link) => link.openQuestions.map(({ name }) => name)));
  const say = ({ method, params }: Told): void => {
    const shown = seat.shown(agent, method, params);
    if (shown === null) return;
    seat.tell(method, encodeNotification(method, shown, parts.now()));
  };
  for (const { requestId } of requests) {
    if (open.has(requestId)) continue;
    say({ method: "serverRequest/resolved", params: { threadId, requestId } });
  }
  for (const { turnId } of turns) {
    const turn = known?.get(turnId);
    if (turn !== undefined && isRunning(turn)) continue;
    const isTold =
      followed.some(([id]) => id === turnId) && link?.turns.every((one) => one.turnId !== turnId);
    if (isTold === true) continue;
    for (const told of endOf(threadId, turnId, turn, parts.now())) say(told);
    link?.missed(threadId, turnId);
    // Lost again before it has seen this, it is told once more.
    const ended = { agent, threadId, turnId, at: seat.toldUpTo };
    parts.ledger.apply({ type: "turnEnded", seat: seat.seat.seat, ...ended });
  }
  // Another turn runs there: what was said of those that ended is not the thread's last word.
  if (status !== undefined) say({ method: "thread/status/changed", params: { threadId, status } });
}

function isRunning({ status }: Fields): boolean {
  return status === "inProgress";
}

/** What ends a turn for its client, in the order of the wire. */
function endOf(
  threadId: string,
  turnId: string,
  turn: Fields | undefined,
  nowMs: number,
): readonly Told[] {
  const isCut = turn === undefined || turn["status"] === "failed";
  if (isCut) {
    const message =
      textOf(turn?.["error"], "message") ?? "The agent or Fairlead ended while this turn ran.";
    return failedTurn(threadId, { id: turnId, ...turn }, message, nowMs);
  }
  const ended = { ...turn, items: [], itemsView: "notLoaded" };
  return [
    { method: "thread/status/changed", params: { threadId, status: { type: "idle" } } },
    { method: "turn/completed", params: { threadId, turn: ended } },
  ];
}

/** The newest turns of a thread by id; null when the agent does not tell. */
async function turnsOf(
  seat: ClientSeat,
  entry: AgentEntry,
  threadId: string,
): Promise<ReadonlyMap<string, Fields> | null> {
  const page = { threadId, limit: newestTurns, sortDirection: "desc", itemsView: "notLoaded" };
  const listed = await ask(seat, entry, "thread/turns/list", page);
  const read =
    listed === null
      ? await ask(seat, entry, "thread/read", { threadId, includeTurns: true })
      : null;
  if (listed === null && read === null) return null;
  const turns = elementsOf(listed?.["data"] ?? fieldsOf(read?.["thread"])["turns"]).map(fieldsOf);
  return new Map(turns.map((turn) => [textOf(turn, "id") ?? "", turn]));
}

function ask(
  seat: ClientSeat,
  entry: AgentEntry,
  method: string,
  params: Fields,
): Promise<Fields | null> {
  return new Promise((resolve) => {
    seat.send(entry, method, params, (answer) =>
      resolve(answer.kind === "result" ? fieldsOf(answer.result()) : null),
    );
  });
}
