import { Peer, RpcError, memoryPair } from "@fairlead/bridge-core/peer";
import type {
  ClientMethod,
  ClientRequests,
  ServerNotificationMethod,
  ServerNotifications,
  ServerRequestMethod,
  ServerRequests,
  ThreadItem,
  Turn,
  TurnStatus,
} from "@fairlead/codex-proto";
import { CodexClient, type CodexClientOptions } from "@fairlead/client";
import { type LawChecker, createLawChecker } from "@fairlead/conformance/laws";

const seconds = 1_795_218_122;

type Answer = (params: unknown) => unknown;

/** A server that does what the test says, and the client connected to it. */
export class FakeServer implements AsyncDisposable {
  readonly peer: Peer;
  readonly #answers = new Map<string, Answer>();
  readonly received: { readonly method: string; readonly params: unknown }[] = [];

  constructor(transport: ConstructorParameters<typeof Peer>[0]) {
    this.peer = new Peer(transport, {
      onRequest: (method, params) => {
        this.received.push({ method, params });
        const answer = this.#answers.get(method);
        if (answer === undefined) throw RpcError.methodNotFound(`no ${method} here`);
        return answer(params);
      },
      onNotification: (method, params) => void this.received.push({ method, params }),
    });
    this.answer("initialize", {
      userAgent: "fake",
      codexHome: "/home/user/.codex",
      platformFamily: "unix",
      platformOs: "linux",
    });
  }

  /** What the server says from now on when it is asked. */
  answer<M extends ClientMethod>(
    method: M,
    result: ClientRequests[M]["result"] | (() => ClientRequests[M]["result"]),
  ): void {
    this.#answers.set(method, () => (typeof result === "function" ? result() : result));
  }

  /** Answers with something that is not of the protocol. */
  answerWrongly(method: string, result: unknown): void {
    this.#answers.set(method, () => result);
  }

  notify<M extends ServerNotificationMethod>(method: M, params: ServerNotifications[M]): void {
    this.peer.notify(method, params);
  }

  ask<M extends ServerRequestMethod>(
    id: number,
    method: M,
    params: ServerRequests[M]["params"],
  ): Promise<unknown> {
    return this.peer.requestWithId(id, method, params);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.peer.close();
    await this.peer.closed;
  }
}

export const clientInfo = { name: "test", version: "0" };

/** A server, its client, and a checker that sees what the client sends and receives. */
export interface ConnectedPair extends AsyncDisposable {
  readonly client: CodexClient;
  readonly server: FakeServer;
  readonly laws: LawChecker;
}

export async function connected(options: Partial<CodexClientOptions> = {}): Promise<ConnectedPair> {
  const [near, far] = memoryPair();
  const laws = createLawChecker();
  const server = new FakeServer(far);
  const client = await CodexClient.connect(near, {
    clientInfo,
    onFrame: (direction, frame) => laws[direction](frame),
    ...options,
  });
  return {
    client,
    server,
    laws,
    async [Symbol.asyncDispose]() {
      await client.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

export const threadId = "thread-1";
const turnId = "turn-1";

export function turn(status: TurnStatus): Turn {
  const over = status !== "inProgress";
  return {
    id: turnId,
    rootTurnId: turnId,
    items: [],
    itemsView: "notLoaded",
    status,
    error: null,
    startedAt: seconds,
    completedAt: over ? seconds : null,
    durationMs: over ? 10 : null,
  };
}

export function agentMessage(text: string): ThreadItem {
  return {
    type: "agentMessage",
    moderation: null,
    id: "message-1",
    text,
    phase: null,
    memoryCitation: null,
    delivery: null,
    questions: null,
  };
}

function command(status: "inProgress" | "completed" | "declined"): ThreadItem {
  return {
    type: "commandExecution",
    id: "command-1",
    pluginId: null,
    scriptPath: null,
    command: "echo ok",
    cwd: "/home/user/project",
    processId: null,
    source: "agent",
    status,
    commandActions: [],
    aggregatedOutput: null,
    exitCode: null,
    durationMs: null,
  };
}

const atMs = seconds * 1000;

/** The acts of one turn on `thread-1`. */
export class FakeTurn {
  readonly #server: FakeServer;

  constructor(server: FakeServer) {
    this.#server = server;
  }

  start(): void {
    this.status({ type: "active", activeFlags: [] });
    this.#server.notify("turn/started", { threadId, turn: turn("inProgress") });
  }

  itemStarted(item: ThreadItem): void {
    this.#server.notify("item/started", { item, threadId, turnId, startedAtMs: atMs });
  }

  itemCompleted(item: ThreadItem): void {
    const completedAtMs = atMs;
    const contentTokenCount = null;
    this.#server.notify("item/completed", {
      item,
      threadId,
      turnId,
      contentTokenCount,
      completedAtMs,
    });
  }

  say(text: string): void {
    this.itemStarted(agentMessage(""));
    this.#server.notify("item/agentMessage/delta", {
      threadId,
      turnId,
      itemId: "message-1",
      delta: text,
    });
    this.itemCompleted(agentMessage(text));
  }

  /** Asks whether a command may run, and does as told. Resolves with the answer. */
  async askToRun(): Promise<unknown> {
    this.itemStarted(command("inProgress"));
    const answer = await this.#server.ask(0, "item/commandExecution/requestApproval", approval);
    this.#server.notify("serverRequest/resolved", { threadId, requestId: 0 });
    this.itemCompleted(command("completed"));
    return answer;
  }

  end(status: TurnStatus = "completed"): void {
    this.status({ type: "idle" });
    this.#server.notify("turn/completed", { threadId, turn: turn(status) });
  }

  status(status: ServerNotifications["thread/status/changed"]["status"]): void {
    this.#server.notify("thread/status/changed", { threadId, status });
  }
}

export const approval: ServerRequests["item/commandExecution/requestApproval"]["params"] = {
  kind: "command",
  threadId,
  turnId,
  itemId: "command-1",
  startedAtMs: atMs,
  environmentId: null,
};
