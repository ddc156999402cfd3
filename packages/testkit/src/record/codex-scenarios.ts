import {
  asking,
  commandApproval,
  decide,
  fileApproval,
  firstDelta,
  free,
  interruptTurn,
  opening,
  planMode,
  steerTurn,
  turn,
  turnCompleted,
} from "./codex-steps.ts";
import type { Scenario } from "./step.ts";

/** The recordings of `codex app-server`, by the name of their file. */
export const codexScenarios: Readonly<Record<string, Scenario>> = {
  text: { steps: [...opening(free), turn("say: hello world"), turnCompleted] },
  reasoning: {
    steps: [
      ...opening(free),
      turn("think: forty two", { effort: "high", summary: "detailed" }),
      turnCompleted,
    ],
  },
  "command-accept": {
    steps: [
      ...opening(asking),
      turn("run: touch approved.txt ;; say: finished"),
      decide(commandApproval, "accept"),
      turnCompleted,
    ],
  },
  "command-accept-session": {
    steps: [
      ...opening(asking),
      turn("run: touch twice.txt ;; run: touch twice.txt ;; say: finished"),
      decide(commandApproval, "acceptForSession"),
      turnCompleted,
    ],
  },
  "command-decline": {
    steps: [
      ...opening(asking),
      turn("run: touch declined.txt ;; say: after decline"),
      decide(commandApproval, "decline"),
      turnCompleted,
    ],
  },
  "command-cancel": {
    steps: [
      ...opening(asking),
      turn("run: touch cancelled.txt ;; say: after cancel"),
      decide(commandApproval, "cancel"),
      turnCompleted,
    ],
  },
  "command-failed": {
    steps: [
      ...opening(free),
      turn("run: sleep 0.3; echo out; exit 3 ;; say: it failed"),
      turnCompleted,
    ],
  },
  "file-change-accept": {
    files: { "base.txt": "base\n" },
    steps: [
      ...opening({ ...asking, sandbox: "read-only" }),
      turn(
        "write: new.txt = line one ;; edit: base.txt = base => changed ;; rm: base.txt ;; say: ok",
      ),
      decide(fileApproval, "accept"),
      decide(fileApproval, "accept"),
      decide(fileApproval, "accept"),
      turnCompleted,
    ],
  },
  "file-change-decline": {
    steps: [
      ...opening({ ...asking, sandbox: "read-only" }),
      turn("write: new.txt = line one ;; say: after decline"),
      decide(fileApproval, "decline"),
      turnCompleted,
    ],
  },
  plan: {
    steps: [...opening(free), turn("plan: read, write, test ;; say: planned"), turnCompleted],
  },
  interrupt: {
    steps: [...opening(free), turn("hold"), firstDelta, interruptTurn, turnCompleted],
  },
  "approval-interrupt": {
    steps: [
      ...opening(asking),
      turn("run: touch never.txt ;; say: never"),
      { type: "await", frame: { method: commandApproval } },
      interruptTurn,
      turnCompleted,
      { type: "await", frame: { method: "serverRequest/resolved" } },
    ],
  },
  steer: {
    steps: [...opening(free), turn("hold"), firstDelta, steerTurn, turnCompleted],
  },
  "error-500": { steps: [...opening(free), turn("error: 500"), turnCompleted] },
  "error-recover": {
    steps: [...opening(free), turn("error: 500 x1 ;; say: recovered"), turnCompleted],
  },
  "two-turns": {
    steps: [
      ...opening(free),
      turn("say: first"),
      turnCompleted,
      turn("say: second"),
      turnCompleted,
      {
        type: "request",
        method: "thread/read",
        params: { threadId: "$thread", includeTurns: true },
      },
    ],
  },
  fork: {
    steps: [
      ...opening(free),
      turn("say: before the fork"),
      turnCompleted,
      {
        type: "request",
        method: "thread/fork",
        params: { threadId: "$thread" },
        capture: { thread: "result.thread.id" },
      },
      turn("say: after the fork"),
      turnCompleted,
    ],
  },
  "user-question": {
    steps: [
      ...opening(free),
      turn("ask: Which colour? ;; say: got it", {
        collaborationMode: planMode,
      }),
      {
        type: "answer",
        to: { method: "item/tool/requestUserInput" },
        with: { answers: { q1: { answers: ["Red"] } } },
      },
      turnCompleted,
    ],
  },
  compact: {
    steps: [
      ...opening(free),
      turn("say: something to compact"),
      turnCompleted,
      { type: "request", method: "thread/compact/start", params: { threadId: "$thread" } },
      turnCompleted,
    ],
  },
  resume: {
    steps: [
      ...opening(free),
      turn("say: before"),
      turnCompleted,
      { type: "request", method: "thread/unsubscribe", params: { threadId: "$thread" } },
      { type: "request", method: "thread/resume", params: { threadId: "$thread" } },
      turn("say: after"),
      turnCompleted,
    ],
  },
  threads: {
    steps: [
      ...opening(free),
      turn("say: something"),
      turnCompleted,
      {
        type: "request",
        method: "thread/name/set",
        params: { threadId: "$thread", name: "A name" },
      },
      { type: "await", frame: { method: "thread/name/updated" } },
      { type: "request", method: "thread/list", params: {} },
      { type: "request", method: "thread/loaded/list", params: {} },
      { type: "request", method: "thread/archive", params: { threadId: "$thread" } },
      { type: "await", frame: { method: "thread/archived" } },
      { type: "request", method: "thread/list", params: {} },
      { type: "request", method: "thread/unarchive", params: { threadId: "$thread" } },
      { type: "await", frame: { method: "thread/unarchived" } },
    ],
  },
  "shell-command": {
    steps: [
      ...opening(free),
      {
        type: "request",
        method: "thread/shellCommand",
        params: { threadId: "$thread", command: "sleep 0.3; echo from the user" },
      },
      turnCompleted,
    ],
  },
  "proposed-plan": {
    steps: [
      ...opening(free),
      turn("say: <proposed_plan>\\n# My plan\\n1. do\\n</proposed_plan>", {
        collaborationMode: planMode,
      }),
      turnCompleted,
    ],
  },
  subagent: {
    steps: [
      ...opening(free),
      turn("task: say: from the sub-agent ;; say: parent finished"),
      turnCompleted,
      turnCompleted,
    ],
  },
  "error-context": { steps: [...opening(free), turn("error: context"), turnCompleted] },
  "bad-requests": {
    steps: [
      {
        type: "request",
        method: "thread/start",
        params: {},
      },
      ...opening(free),
      { type: "request", method: "no/such", params: {} },
      { type: "request", method: "turn/start", params: { input: [] } },
      {
        type: "request",
        method: "turn/start",
        params: { threadId: "00000000-0000-7000-8000-00000000dead", input: [] },
      },
      {
        type: "request",
        method: "turn/interrupt",
        params: { threadId: "$thread", turnId: "00000000-0000-7000-8000-00000000dead" },
      },
      turn("say: still alive"),
      turnCompleted,
    ],
  },
  "interrupt-message": {
    steps: [...opening(free), turn("slow: 100"), firstDelta, interruptTurn, turnCompleted],
  },
  "interrupt-command": {
    steps: [
      ...opening(free),
      turn("run: sleep 0.5; echo start; sleep 5 ;; say: never"),
      { type: "await", frame: { method: "item/commandExecution/outputDelta" } },
      interruptTurn,
      turnCompleted,
    ],
  },
  "steer-message": {
    steps: [...opening(free), turn("slow: 100"), firstDelta, steerTurn, turnCompleted],
  },
  "background-command": {
    steps: [...opening(free), turn("run: sleep 13 ;; say: it still runs"), turnCompleted],
  },
  "dynamic-tool": {
    steps: [
      ...opening({
        ...free,
        dynamicTools: [
          {
            type: "function",
            name: "my_tool",
            description: "A tool of the client",
            inputSchema: { type: "object", properties: { a: { type: "string" } } },
          },
        ],
      }),
      turn('tool: my_tool {"a":"b"} ;; say: done'),
      {
        type: "answer",
        to: { method: "item/tool/call" },
        with: { contentItems: [{ type: "inputText", text: "made by the client" }], success: true },
      },
      turnCompleted,
    ],
  },
};
