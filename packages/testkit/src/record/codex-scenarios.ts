import type { JsonObject } from "../json.ts";
import type { RecordStep, Scenario } from "./step.ts";

const free = { approvalPolicy: "never", sandbox: "danger-full-access" };
const asking = { approvalPolicy: "untrusted", sandbox: "workspace-write" };

const turnCompleted: RecordStep = { type: "await", frame: { method: "turn/completed" } };

const firstDelta: RecordStep = { type: "await", frame: { method: "item/agentMessage/delta" } };

/** Starts the server and a thread with this policy. */
function opening(policy: JsonObject): readonly RecordStep[] {
  return [
    ...handshake(),
    {
      type: "request",
      method: "thread/start",
      params: { cwd: "$cwd", ...policy },
      capture: { thread: "result.thread.id" },
    },
    { type: "await", frame: { method: "thread/started" } },
  ];
}

function handshake(): readonly RecordStep[] {
  return [
    {
      type: "request",
      method: "initialize",
      params: {
        clientInfo: { name: "recorder", title: "Recorder", version: "0.0.1" },
        capabilities: {
          experimentalApi: true,
          // What these two say depends on the machine.
          optOutNotificationMethods: ["configWarning", "remoteControl/status/changed"],
        },
      },
    },
    { type: "send", frame: { method: "initialized" } },
  ];
}

function turn(text: string, more: JsonObject = {}): RecordStep {
  return {
    type: "request",
    method: "turn/start",
    params: { threadId: "$thread", input: [{ type: "text", text }], ...more },
    capture: { turn: "result.turn.id" },
  };
}

function decide(method: string, decision: string): RecordStep {
  return { type: "answer", to: { method }, with: { decision } };
}

const commandApproval = "item/commandExecution/requestApproval";
const fileApproval = "item/fileChange/requestApproval";

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
    steps: [
      ...opening(free),
      turn("hold"),
      firstDelta,
      {
        type: "request",
        method: "turn/interrupt",
        params: { threadId: "$thread", turnId: "$turn" },
      },
      turnCompleted,
    ],
  },
  "approval-interrupt": {
    steps: [
      ...opening(asking),
      turn("run: touch never.txt ;; say: never"),
      { type: "await", frame: { method: commandApproval } },
      {
        type: "request",
        method: "turn/interrupt",
        params: { threadId: "$thread", turnId: "$turn" },
      },
      turnCompleted,
      { type: "await", frame: { method: "serverRequest/resolved" } },
    ],
  },
  steer: {
    steps: [
      ...opening(free),
      turn("hold"),
      firstDelta,
      {
        type: "request",
        method: "turn/steer",
        params: {
          threadId: "$thread",
          expectedTurnId: "$turn",
          input: [{ type: "text", text: "say: steered" }],
        },
      },
      turnCompleted,
    ],
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
        collaborationMode: {
          mode: "plan",
          settings: {
            model: "mock-model",
            reasoning_effort: "medium",
            developer_instructions: null,
          },
        },
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
};
