import type { ClientStep, JsonObject } from "./step.ts";

/** Thread settings: nothing is asked, everything is allowed. */
export const free: JsonObject = { approvalPolicy: "never", sandbox: "danger-full-access" };
/** Thread settings: every command is asked for. */
export const asking: JsonObject = { approvalPolicy: "untrusted", sandbox: "workspace-write" };
/** Thread settings: every command and every change of a file is asked for. */
export const askingForFiles: JsonObject = { approvalPolicy: "untrusted", sandbox: "read-only" };

/** The request that asks for a command. */
export const commandApproval = "item/commandExecution/requestApproval";
/** The request that asks for a file change. */
export const fileApproval = "item/fileChange/requestApproval";

/** A thread nobody has. */
export const nobody = "00000000-0000-7000-8000-00000000dead";

/** A connection other than `a`. */
export interface OnClient {
  readonly client?: string;
}

/** A request; `$thread` is filled in where the script has captured it. */
export function request(
  method: string,
  params: JsonObject,
  more: OnClient & { readonly capture?: Readonly<Record<string, string>> } = {},
): ClientStep {
  return { type: "request", method, params, ...more };
}

/** Waits for a notification or a request of the server. */
export function notified(
  method: string,
  more: OnClient & { readonly params?: JsonObject } = {},
): ClientStep {
  const { params, ...where } = more;
  return {
    type: "await",
    frame: { method, ...(params === undefined ? {} : { params }) },
    ...where,
  };
}

/** Introduces a connection to the server. */
export function handshake(on: OnClient = {}): readonly ClientStep[] {
  const capabilities = {
    experimentalApi: true,
    // What these two say depends on the machine.
    optOutNotificationMethods: ["configWarning", "remoteControl/status/changed"],
  };
  const clientInfo = { name: "conformance", title: "Conformance", version: "0.0.1" };
  return [
    request("initialize", { clientInfo, capabilities }, on),
    { type: "send", frame: { method: "initialized" }, ...on },
  ];
}

/** Starts a thread with these settings; later steps know it as `$thread`. */
export function startThread(settings: JsonObject): readonly ClientStep[] {
  return [
    request(
      "thread/start",
      { cwd: "$cwd", ...settings },
      { capture: { thread: "result.thread.id" } },
    ),
    notified("thread/started"),
  ];
}

/** Introduces the client and starts a thread. */
export function opening(settings: JsonObject = free): readonly ClientStep[] {
  return [...handshake(), ...startThread(settings)];
}

/**
 * Starts a turn; later steps know it as `$turn`.
 *
 * @param beat What the agent does with it.
 * @param program The prompt: a program of the mock LLM that makes codex do the same.
 * @param more Further parameters of `turn/start`.
 */
export function turn(
  beat: string,
  program: string,
  more: JsonObject = {},
  on: OnClient = {},
): ClientStep {
  return {
    type: "request",
    method: "turn/start",
    params: { threadId: "$thread", input: [{ type: "text", text: program }], ...more },
    capture: { turn: "result.turn.id" },
    beat,
    ...on,
  };
}

/** Waits for the end of a turn, however it ends. */
export const turnCompleted: ClientStep = notified("turn/completed");

/** A turn and its end. */
export function wholeTurn(
  beat: string,
  program: string,
  more: JsonObject = {},
): readonly ClientStep[] {
  return [turn(beat, program, more), turnCompleted];
}

/** A plain turn that says this. */
export function say(text: string): readonly ClientStep[] {
  return wholeTurn("text", `say: ${text}`);
}

/** Waits for a delta of the answer. */
export const firstDelta: ClientStep = notified("item/agentMessage/delta");

/** Interrupts the turn. */
export const interruptTurn: ClientStep = request("turn/interrupt", {
  threadId: "$thread",
  turnId: "$turn",
});

/** Answers a request for approval. */
export function decide(method: string, decision: string, on: OnClient = {}): ClientStep {
  return { type: "answer", to: { method }, with: { decision }, ...on };
}

/** Refuses a request of the server with a JSON-RPC error. */
export function refuse(method: string): ClientStep {
  const error = { code: -32603, message: "the client cannot show this" };
  return { type: "answer", to: { method }, error };
}
