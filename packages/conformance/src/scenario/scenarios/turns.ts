import type { Scenario } from "../scenario.ts";
import {
  firstDelta,
  interruptTurn,
  notified,
  opening,
  request,
  say,
  turn,
  turnCompleted,
} from "../scripts.ts";
import type { JsonObject } from "../step.ts";

const more: JsonObject = { type: "text", text: "say: more" };
const moreShown = notified("item/started", {
  params: { item: { type: "userMessage", content: [more] } },
});

/** Turns that others break into. */
export const turnScenarios: readonly Scenario[] = [
  {
    id: "interrupt-text",
    title: "An interrupt ends the turn in the middle of a sentence, and the thread goes on.",
    needs: [],
    steps: [
      ...opening(),
      turn("interrupt-text", "hold"),
      firstDelta,
      interruptTurn,
      turnCompleted,
      ...say("still here"),
    ],
  },
  {
    id: "interrupt-command",
    title: "An interrupt ends the turn in the middle of a command.",
    needs: ["command", "commandOutput"],
    steps: [
      ...opening(),
      turn("interrupt-command", "run: sleep 0.5; echo start; sleep 5 ;; say: never"),
      notified("item/commandExecution/outputDelta"),
      interruptTurn,
      turnCompleted,
    ],
  },
  {
    id: "steer",
    title: "What the user adds during a turn reaches the agent within that turn.",
    needs: ["steer"],
    steps: [
      ...opening(),
      turn("steer", "hold"),
      firstDelta,
      request("turn/steer", {
        threadId: "$thread",
        expectedTurnId: "$turn",
        input: [{ type: "text", text: "say: steered" }],
      }),
      turnCompleted,
    ],
  },
  {
    id: "turn-while-active",
    title: "Starting a turn during a turn steers it instead.",
    needs: ["steer"],
    steps: [
      ...opening(),
      turn("steer", "hold"),
      firstDelta,
      request("turn/start", {
        threadId: "$thread",
        input: [{ type: "text", text: "say: steered" }],
      }),
      turnCompleted,
    ],
  },
  {
    id: "steer-during-turn",
    title:
      "What the user adds is answered within the turn, whether or not the agent can be steered.",
    needs: [],
    steps: [
      ...opening(),
      turn("hold-more", "hold"),
      firstDelta,
      request("turn/steer", { threadId: "$thread", expectedTurnId: "$turn", input: [more] }),
      moreShown,
      { type: "release" },
      turnCompleted,
    ],
  },
  {
    id: "turn-during-turn",
    title: "A turn that is started during another is answered within that one, by any agent.",
    needs: [],
    steps: [
      ...opening(),
      turn("hold-more", "hold"),
      firstDelta,
      request("turn/start", { threadId: "$thread", input: [more] }),
      moreShown,
      { type: "release" },
      turnCompleted,
    ],
  },
  {
    id: "queue",
    title: "A queued prompt becomes a turn of its own after the running one.",
    needs: ["queue"],
    steps: [
      ...opening(),
      turn("hold", "hold"),
      firstDelta,
      {
        type: "request",
        method: "thread/queue/add",
        params: {
          threadId: "$thread",
          input: [{ type: "text", text: "say: queued" }],
          clientUserMessageId: "queued-1",
        },
        beat: "text",
      },
      request("thread/queue/list", { threadId: "$thread" }),
      { type: "release" },
      turnCompleted,
      turnCompleted,
    ],
  },
];
