import { tmpdir } from "node:os";
import {
  type AgentServer,
  type AgentThread,
  type AskAnswer,
  type BridgeFactory,
  createAgentServer,
  type FrameTransport,
  memoryPair,
  opChannel,
  type OpenThread,
  type Prompt,
  type ThreadOp,
} from "@fairlead/bridge-core";
import type { AgentEntry, ConnectOptions } from "../../src/agents/agent-entry.ts";
import { Mailbox } from "../../../../packages/bridge-core/test/support/mailbox.ts";

/** One thread of an agent whose every word is the test's. */
export class ScriptedThread implements AgentThread {
  readonly nativeId: string;
  readonly prompts: Mailbox<Prompt> = new Mailbox();
  readonly answers: Mailbox<{ readonly ask: string; readonly answer: AskAnswer }> = new Mailbox();
  readonly interrupts: Mailbox<true> = new Mailbox();
  readonly #channel = opChannel<ThreadOp>();

  constructor(spec: OpenThread) {
    this.nativeId = spec.from?.nativeId ?? spec.threadId;
  }

  get ops(): AsyncIterable<ThreadOp> {
    return this.#channel.items;
  }

  /** The agent does this. */
  emit(...ops: readonly ThreadOp[]): void {
    for (const op of ops) this.#channel.push(op);
  }

  /** It asks before a command. */
  askToRun(): void {
    this.emit(
      { op: "open", key: "c", item: { type: "command", command: "touch x", cwd: null } },
      { op: "ask", id: "a", ask: { kind: "command", key: "c", reason: null, scope: null } },
    );
  }

  /** A whole answer to a prompt. */
  reply(prompt: Prompt, text: string): void {
    this.emit(
      { op: "open", key: "answer", item: { type: "message" } },
      { op: "text", key: "answer", delta: text },
      { op: "close", key: "answer" },
      { op: "end", turn: prompt.id, status: "completed" },
    );
  }

  async prompt(turn: Prompt): Promise<void> {
    this.prompts.put(turn);
  }

  async interrupt(): Promise<void> {
    this.interrupts.put(true);
  }

  async answer(ask: string, answer: AskAnswer): Promise<void> {
    this.answers.put({ ask, answer });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#channel.close();
  }
}

/** An agent of the daemon with a real server, and the threads its bridge opens. */
export class ScriptedAgent implements AgentEntry {
  readonly name: string;
  readonly displayName: string;
  readonly aliases: readonly string[] = [];
  readonly threadPermissions = true;
  readonly threads: Mailbox<ScriptedThread> = new Mailbox();
  /** Connections made to it. */
  connections = 0;
  isAvailable = true;
  /** Names of its models, the default first. */
  models: readonly string[] = [];
  readonly #dataDir: string | null;
  #server: AgentServer | null = null;

  constructor(name: string, dataDir: string | null = null) {
    this.name = name;
    this.displayName = `The ${name}`;
    this.#dataDir = dataDir;
  }

  async status(): ReturnType<AgentEntry["status"]> {
    if (this.isAvailable) return { available: true, version: "1" };
    return { available: false, reason: "not-installed", detail: "not installed", login: null };
  }

  async program(): Promise<string | null> {
    return null;
  }

  async connect({ mayAnswer }: ConnectOptions): Promise<FrameTransport> {
    const [near, far] = memoryPair();
    this.connections += 1;
    this.#server ??= this.#start();
    this.#server.attach(far, mayAnswer === undefined ? {} : { mayAnswer });
    return near;
  }

  async restart(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    await server?.[Symbol.asyncDispose]();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.restart();
  }

  #start(): AgentServer {
    const bridge: BridgeFactory = () => ({
      contract: 1,
      id: this.name,
      displayName: this.displayName,
      capabilities: { gating: "all", from: "forkAtTurn", spare: false, input: ["text"] },
      probe: async () => ({ available: true, version: "1" }),
      ...(this.models.length > 0 && {
        listModels: async () =>
          this.models.map((id, index) => ({
            id,
            label: id,
            efforts: [],
            defaultEffort: null,
            default: index === 0,
          })),
      }),
      openThread: async (spec) => {
        const thread = new ScriptedThread(spec);
        this.threads.put(thread);
        return thread;
      },
      async [Symbol.asyncDispose]() {},
    });
    return createAgentServer({
      bridge,
      dataDir: this.#dataDir,
      defaultCwd: tmpdir(),
      environment: async () => ({ PATH: process.env["PATH"] ?? "" }),
      interruptGraceMs: 10,
    });
  }
}
