import type { Scenario } from "../scenario.ts";
import {
  firstDelta,
  handshake,
  nobody,
  notified,
  opening,
  request,
  say,
  turn,
  turnCompleted,
  wholeTurn,
} from "../scripts.ts";
import type { ClientStep } from "../step.ts";

const compact: ClientStep = {
  type: "request",
  method: "thread/compact/start",
  params: { threadId: "$thread" },
  beat: "compact",
};

const unsubscribe = request("thread/unsubscribe", { threadId: "$thread" });
const resume = request("thread/resume", { threadId: "$thread" });

/** What a thread has been: compacted, forked, taken back, taken up again, read. */
export const historyScenarios: readonly Scenario[] = [
  {
    id: "compact",
    title: "Compaction on request is a turn of its own, and the thread goes on.",
    needs: ["compact"],
    steps: [...opening(), ...say("a story"), compact, turnCompleted, ...say("after")],
  },
  {
    id: "compact-auto",
    title: "When the context is full the agent compacts it before it goes on.",
    needs: ["autoCompact"],
    steps: [
      ...opening(),
      ...wholeTurn("text", "tokens: 260000"),
      ...wholeTurn("compact-auto", "say: after"),
    ],
  },
  {
    id: "fork",
    title: "A fork has the turns so far, and goes its own way.",
    needs: [],
    steps: [
      ...opening(),
      ...say("before the fork"),
      request("thread/fork", { threadId: "$thread" }, { capture: { thread: "result.thread.id" } }),
      ...say("after the fork"),
      request("thread/turns/list", { threadId: "$thread", itemsView: "full" }),
    ],
  },
  {
    id: "fork-at-turn",
    title: "A fork at a turn has the turns up to it and no later one.",
    needs: [],
    steps: [
      ...opening(),
      turn("text", "say: kept"),
      turnCompleted,
      {
        type: "request",
        method: "turn/start",
        params: { threadId: "$thread", input: [{ type: "text", text: "say: left out" }] },
        beat: "text",
      },
      turnCompleted,
      request(
        "thread/fork",
        { threadId: "$thread", lastTurnId: "$turn" },
        { capture: { thread: "result.thread.id" } },
      ),
      request("thread/turns/list", { threadId: "$thread", itemsView: "full" }),
    ],
  },
  {
    id: "revert",
    title: "A reverted thread has lost its last turns and takes new ones.",
    needs: [],
    steps: [
      ...opening(),
      ...say("kept"),
      ...say("taken back"),
      request("thread/revert", { threadId: "$thread", beforeTurnId: "$turn" }),
      notified("thread/reverted"),
      ...say("instead"),
      request("thread/turns/list", { threadId: "$thread", itemsView: "full" }),
    ],
  },
  {
    id: "resume-idle",
    title: "A thread nobody listened to is taken up again and goes on.",
    needs: [],
    steps: [...opening(), ...say("before"), unsubscribe, resume, ...say("after")],
  },
  {
    id: "resume-running",
    title: "Resuming a thread in the middle of a turn shows the turn so far and then its end.",
    needs: [],
    steps: [
      ...opening(),
      turn("hold", "hold"),
      firstDelta,
      resume,
      { type: "release" },
      turnCompleted,
    ],
  },
  {
    id: "resume-missing",
    title: "A thread that does not exist can be neither resumed nor read.",
    needs: [],
    steps: [
      ...handshake(),
      request("thread/resume", { threadId: nobody }),
      request("thread/read", { threadId: nobody }),
    ],
  },
  {
    id: "read",
    title: "A thread can be read with its turns and their items.",
    needs: [],
    steps: [
      ...opening(),
      ...say("something"),
      request("thread/read", { threadId: "$thread" }),
      request("thread/read", { threadId: "$thread", includeTurns: true }),
    ],
  },
  {
    id: "turns-paging",
    title: "Turns are listed page by page, in both directions.",
    needs: [],
    steps: [
      ...opening(),
      ...say("first"),
      ...say("second"),
      ...say("third"),
      request(
        "thread/turns/list",
        { threadId: "$thread", limit: 2 },
        { capture: { next: "result.nextCursor" } },
      ),
      request("thread/turns/list", { threadId: "$thread", limit: 2, cursor: "$next" }),
      request("thread/turns/list", { threadId: "$thread", sortDirection: "asc" }),
      request("thread/turns/list", { threadId: "$thread", itemsView: "full" }),
    ],
  },
  {
    id: "items-paging",
    title: "Items are listed page by page, of the thread and of one turn.",
    needs: [],
    steps: [
      ...opening(),
      ...say("first"),
      ...say("second"),
      request(
        "thread/items/list",
        { threadId: "$thread", limit: 3 },
        { capture: { next: "result.nextCursor" } },
      ),
      request("thread/items/list", { threadId: "$thread", limit: 3, cursor: "$next" }),
      request("thread/items/list", { threadId: "$thread", turnId: "$turn" }),
    ],
  },
];
