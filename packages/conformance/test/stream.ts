import type {
  ClientMethod,
  ClientRequests,
  ServerNotificationMethod,
  ServerNotifications,
  ServerRequestMethod,
  ServerRequests,
  Thread,
  ThreadItem,
  Turn,
  TurnStatus,
} from "@fairlead/codex-proto";
import type { RecordedFrame } from "@fairlead/conformance/laws";

const seconds = 1_795_218_122;
export const nowMs: number = seconds * 1000;

export function notify<M extends ServerNotificationMethod>(
  method: M,
  params: ServerNotifications[M],
): RecordedFrame {
  return { dir: "recv", frame: { method, params, emittedAtMs: nowMs } };
}

export function ask<M extends ClientMethod>(
  id: number,
  method: M,
  params: ClientRequests[M]["params"],
): RecordedFrame {
  return { dir: "send", frame: { id, method, params } };
}

export function reply<M extends ClientMethod>(
  _method: M,
  id: number,
  result: ClientRequests[M]["result"],
): RecordedFrame {
  return { dir: "recv", frame: { id, result } };
}

function request<M extends ServerRequestMethod>(
  id: number,
  method: M,
  params: ServerRequests[M]["params"],
): RecordedFrame {
  return { dir: "recv", frame: { id, method, params } };
}

export function thread(id: string, turns: Turn[] = []): Thread {
  return {
    id,
    environments: null,
    extra: null,
    sessionId: id,
    forkedFromId: null,
    attachedToThreadId: null,
    parentThreadId: null,
    preview: "",
    ephemeral: false,
    section: null,
    sectionEnteredAt: null,
    projectId: null,
    historyMode: "paginated",
    modelProvider: "test",
    model: "test-model",
    reasoningEffort: null,
    createdAt: seconds,
    updatedAt: seconds,
    recencyAt: seconds,
    status: { type: "idle" },
    path: null,
    cwd: "/home/user/project",
    cliVersion: "0.0.0",
    originator: null,
    source: "appServer",
    canAcceptDirectInput: null,
    threadSource: null,
    agentNickname: null,
    agentRole: null,
    gitInfo: null,
    name: null,
    daybreakEnabled: null,
    turns,
  };
}

export function turn(id: string, status: TurnStatus, items?: ThreadItem[]): Turn {
  const over = status !== "inProgress";
  return {
    id,
    rootTurnId: id,
    items: items ?? [],
    itemsView: items === undefined ? "notLoaded" : "full",
    status,
    error: status === "failed" ? failure : null,
    startedAt: seconds,
    completedAt: over ? seconds + 1 : null,
    durationMs: over ? 900 : null,
  };
}

const failure = {
  message: "the agent crashed",
  codexErrorInfo: null,
  additionalDetails: null,
  misalignment: null,
};

const times = { startedAtMs: nowMs, completedAtMs: nowMs + 10 };

function userMessage(id: string, text: string): ThreadItem {
  const content = [{ type: "text" as const, text, text_elements: [] }];
  return { type: "userMessage", id, clientId: null, content, ...times };
}

export function agentMessage(id: string, text: string): ThreadItem {
  return {
    type: "agentMessage",
    moderation: null,
    id,
    text,
    phase: null,
    memoryCitation: null,
    delivery: null,
    questions: null,
    ...times,
  };
}

function reasoning(id: string, summary: string[]): ThreadItem {
  return { type: "reasoning", id, summary, content: [], ...times };
}

function command(id: string, status: "inProgress" | "completed"): ThreadItem {
  return {
    type: "commandExecution",
    id,
    pluginId: null,
    scriptPath: null,
    command: "echo ok",
    cwd: "/home/user/project",
    processId: null,
    source: "agent",
    status,
    commandActions: [],
    aggregatedOutput: status === "completed" ? "ok\n" : null,
    exitCode: status === "completed" ? 0 : null,
    durationMs: status === "completed" ? 5 : null,
    ...times,
  };
}

export const threadId = "thread-1";

export function itemStarted(turnId: string, item: ThreadItem): RecordedFrame {
  return notify("item/started", { item, threadId, turnId, startedAtMs: nowMs });
}

export function itemCompleted(turnId: string, item: ThreadItem): RecordedFrame {
  const completedAtMs = nowMs + 10;
  return notify("item/completed", {
    item,
    threadId,
    turnId,
    contentTokenCount: null,
    completedAtMs,
  });
}

function status(type: "idle" | "systemError" | "active"): RecordedFrame {
  const value = type === "active" ? { type, activeFlags: [] } : { type };
  return notify("thread/status/changed", { threadId, status: value });
}

/** One turn's beginning: the request, its response, the status, the start, the user's message. */
export function turnBegins(id: number, turnId: string, text: string): readonly RecordedFrame[] {
  return [
    ask(id, "turn/start", { threadId, input: [{ type: "text", text, text_elements: [] }] }),
    reply("turn/start", id, { turn: { ...turn(turnId, "inProgress"), startedAt: null } }),
    status("active"),
    notify("turn/started", { threadId, turn: turn(turnId, "inProgress") }),
    itemStarted(turnId, userMessage(`user-${turnId}`, text)),
    itemCompleted(turnId, userMessage(`user-${turnId}`, text)),
  ];
}

export function turnEnds(turnId: string): readonly RecordedFrame[] {
  return [status("idle"), notify("turn/completed", { threadId, turn: turn(turnId, "completed") })];
}

/** Handshake and an empty thread. */
export function opening(optOut: string[] | null = null): readonly RecordedFrame[] {
  return [
    ask(1, "initialize", {
      clientInfo: { name: "test", title: null, version: "0" },
      capabilities: {
        experimentalApi: true,
        requestAttestation: false,
        optOutNotificationMethods: optOut,
      },
    }),
    reply("initialize", 1, {
      userAgent: "test",
      codexHome: "/home/user/.codex",
      platformFamily: "unix",
      platformOs: "linux",
    }),
    { dir: "send", frame: { method: "initialized" } },
    ask(2, "thread/start", {}),
    reply("thread/start", 2, {
      thread: thread(threadId),
      model: "test-model",
      modelProvider: "test",
      serviceTier: null,
      disabledPluginIds: [],
      cwd: "/home/user/project",
      runtimeWorkspaceRoots: [],
      instructionSources: [],
      approvalPolicy: "untrusted",
      approvalsReviewer: "user",
      sandbox: { type: "readOnly", networkAccess: false },
      activePermissionProfile: null,
      reasoningEffort: null,
      multiAgentMode: "explicitRequestOnly",
    }),
    notify("thread/started", { thread: thread(threadId) }),
  ];
}

const approval = {
  kind: "command" as const,
  threadId,
  turnId: "turn-1",
  itemId: "command-1",
  startedAtMs: nowMs,
  environmentId: null,
};

/**
 * A session without fault: reasoning, an approved command, a message, a read, and a turn that
 * fails.
 */
export function lawfulSession(): readonly RecordedFrame[] {
  const first = "turn-1";
  const about = { threadId, turnId: first };
  return [
    ...opening(),
    ...turnBegins(3, first, "do it"),
    itemStarted(first, reasoning("reasoning-1", [])),
    notify("item/reasoning/summaryPartAdded", {
      ...about,
      itemId: "reasoning-1",
      summaryIndex: 0,
    }),
    notify("item/reasoning/summaryTextDelta", {
      ...about,
      itemId: "reasoning-1",
      delta: "think",
      summaryIndex: 0,
    }),
    itemCompleted(first, reasoning("reasoning-1", ["think"])),
    itemStarted(first, command("command-1", "inProgress")),
    request(0, "item/commandExecution/requestApproval", approval),
    { dir: "send", frame: { id: 0, result: { decision: "accept" } } },
    notify("serverRequest/resolved", { threadId, requestId: 0 }),
    notify("item/commandExecution/outputDelta", { ...about, itemId: "command-1", delta: "o" }),
    itemCompleted(first, command("command-1", "completed")),
    itemStarted(first, agentMessage("message-1", "")),
    notify("item/agentMessage/delta", { ...about, itemId: "message-1", delta: "it is " }),
    notify("item/agentMessage/delta", { ...about, itemId: "message-1", delta: "done" }),
    itemCompleted(first, agentMessage("message-1", "it is done")),
    ...turnEnds(first),
    ask(4, "thread/read", { threadId, includeTurns: true }),
    reply("thread/read", 4, { thread: thread(threadId, [firstTurn()]), readState: null }),
    ...turnBegins(5, "turn-2", "crash"),
    status("systemError"),
    notify("error", { error: failure, willRetry: false, threadId, turnId: "turn-2" }),
    notify("turn/completed", { threadId, turn: turn("turn-2", "failed") }),
  ];
}

/** The first turn of `lawfulSession`, as a read shows it. */
export function firstTurn(): Turn {
  return turn("turn-1", "completed", [
    userMessage("user-turn-1", "do it"),
    reasoning("reasoning-1", ["think"]),
    command("command-1", "completed"),
    agentMessage("message-1", "it is done"),
  ]);
}
