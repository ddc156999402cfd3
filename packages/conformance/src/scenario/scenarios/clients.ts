import type { Scenario } from "../scenario.ts";
import {
  asking,
  commandApproval,
  decide,
  firstDelta,
  handshake,
  interruptTurn,
  notified,
  opening,
  request,
  turn,
  turnCompleted,
} from "../scripts.ts";
import type { ClientStep } from "../step.ts";

const b = { client: "b" } as const;

/** A second client, which follows the thread too. */
const joins: readonly ClientStep[] = [
  { type: "connect", client: "b" },
  ...handshake(b),
  request("thread/resume", { threadId: "$thread" }, b),
];

const leaves: ClientStep = { type: "disconnect", client: "a" };
const seenByB = notified("turn/completed", b);
const ask = turn("command-accept", "run: touch approved.txt ;; say: finished");

/** Several clients of one server. */
export const clientScenarios: readonly Scenario[] = [
  {
    id: "clients-watch",
    title: "Every client that follows a thread sees the turn of another.",
    needs: [],
    steps: [
      ...opening(),
      turn("text", "say: first"),
      turnCompleted,
      ...joins,
      turn("text", "say: second"),
      turnCompleted,
      seenByB,
    ],
  },
  {
    id: "clients-join",
    title: "A client that joins in the middle of a turn sees it so far and then its end.",
    needs: [],
    steps: [
      ...opening(),
      turn("hold", "hold"),
      firstDelta,
      ...joins,
      { type: "release" },
      turnCompleted,
      seenByB,
    ],
  },
  {
    id: "clients-interrupt",
    title: "Any client that follows a thread can interrupt its turn.",
    needs: [],
    steps: [
      ...opening(),
      turn("interrupt-text", "hold"),
      firstDelta,
      ...joins,
      { ...interruptTurn, ...b },
      turnCompleted,
      seenByB,
    ],
  },
  {
    id: "clients-approval",
    title: "An approval is asked of every client, and one answer resolves it for all.",
    needs: ["command", "commandApproval"],
    steps: [
      ...opening(asking),
      turn("text", "say: first"),
      turnCompleted,
      ...joins,
      ask,
      { type: "await", frame: { method: commandApproval }, capture: { asked: "id" } },
      decide(commandApproval, "accept", b),
      notified("serverRequest/resolved"),
      // Too late: nothing comes of it.
      { type: "send", frame: { id: "$asked", result: { decision: "decline" } } },
      turnCompleted,
      notified("serverRequest/resolved", b),
      seenByB,
    ],
  },
  {
    id: "reconnect-approval",
    title: "An approval outlives the client it was asked of and is asked of the next.",
    needs: ["command", "commandApproval"],
    steps: [
      ...opening(asking),
      ask,
      notified(commandApproval),
      leaves,
      ...joins,
      decide(commandApproval, "accept", b),
      notified("serverRequest/resolved", b),
      seenByB,
    ],
  },
  {
    id: "reconnect-turn",
    title: "A turn goes on without the client that started it.",
    needs: [],
    steps: [
      ...opening(),
      turn("hold", "hold"),
      firstDelta,
      leaves,
      ...joins,
      { type: "release" },
      seenByB,
    ],
  },
];
