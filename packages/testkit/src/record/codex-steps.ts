import type { JsonObject } from "../json.ts";
import type { RecordStep } from "./step.ts";

/** Nothing is asked, everything is allowed. */
export const free: JsonObject = { approvalPolicy: "never", sandbox: "danger-full-access" };
/** Every command is asked for. */
export const asking: JsonObject = { approvalPolicy: "untrusted", sandbox: "workspace-write" };

/** Plan mode, as `turn/start` takes it. */
export const planMode: JsonObject = {
  mode: "plan",
  settings: { model: "mock-model", reasoning_effort: "medium", developer_instructions: null },
};

/** Waits for the end of a turn, however it ends. */
export const turnCompleted: RecordStep = { type: "await", frame: { method: "turn/completed" } };

/** Waits for a delta of the answer. */
export const firstDelta: RecordStep = {
  type: "await",
  frame: { method: "item/agentMessage/delta" },
};

/** Interrupts the turn. */
export const interruptTurn: RecordStep = {
  type: "request",
  method: "turn/interrupt",
  params: { threadId: "$thread", turnId: "$turn" },
};

/** Steers the turn. */
export const steerTurn: RecordStep = {
  type: "request",
  method: "turn/steer",
  params: {
    threadId: "$thread",
    expectedTurnId: "$turn",
    input: [{ type: "text", text: "say: steered" }],
  },
};

/** Starts the server and a thread with this policy; later steps know it as `$thread`. */
export function opening(policy: JsonObject): readonly RecordStep[] {
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

/** Starts a turn with a text; later steps know it as `$turn`. */
export function turn(text: string, more: JsonObject = {}): RecordStep {
  return {
    type: "request",
    method: "turn/start",
    params: { threadId: "$thread", input: [{ type: "text", text }], ...more },
    capture: { turn: "result.turn.id" },
  };
}

/** Answers a request for approval. */
export function decide(method: string, decision: string): RecordStep {
  return { type: "answer", to: { method }, with: { decision } };
}

/** The request that asks for a command. */
export const commandApproval = "item/commandExecution/requestApproval";
/** The request that asks for a file change. */
export const fileApproval = "item/fileChange/requestApproval";
