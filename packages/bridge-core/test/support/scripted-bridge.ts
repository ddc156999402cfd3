import { BridgeError } from "../../src/index.ts";
import type {
  AgentThread,
  AskAnswer,
  BridgeAdapter,
  BridgeCapabilities,
  BridgeFactory,
  NativeSessions,
  OpenThread,
  Prompt,
  ThreadOp,
} from "../../src/index.ts";
import { opChannel } from "../../src/server/op-channel.ts";
import { Mailbox } from "./mailbox.ts";

/** An agent whose every word is the test's. */
export class ScriptedAgent implements AgentThread {
  readonly spec: OpenThread;
  readonly nativeId: string;
  readonly prompts: Mailbox<Prompt> = new Mailbox();
  readonly steers: Mailbox<string> = new Mailbox();
  readonly answers: Mailbox<{ readonly ask: string; readonly answer: AskAnswer }> = new Mailbox();
  readonly interrupts: Mailbox<true> = new Mailbox();
  /** Resolves when it is disposed of. */
  readonly ended: Promise<void>;
  #onEnd = (): void => {};
  disposed = false;
  /** It no longer takes what is said while it runs. */
  refuseSteer = false;
  readonly #channel = opChannel<ThreadOp>();
  #failure: Error | null = null;

  constructor(spec: OpenThread) {
    this.spec = spec;
    this.nativeId = spec.from?.nativeId ?? spec.threadId;
    this.ended = new Promise((resolve) => (this.#onEnd = resolve));
  }

  get ops(): AsyncIterable<ThreadOp> {
    return this.#read();
  }

  /** The agent does this. */
  emit(...ops: readonly ThreadOp[]): void {
    for (const op of ops) this.#channel.push(op);
  }

  /** A whole answer to a prompt, in one message. */
  reply(prompt: Prompt, text: string): void {
    this.emit(
      { op: "open", key: "answer", item: { type: "message" } },
      { op: "text", key: "answer", delta: text },
      { op: "close", key: "answer" },
      { op: "end", turn: prompt.id, status: "completed" },
    );
  }

  /** The agent dies. */
  crash(failure: Error): void {
    this.#failure = failure;
    this.#channel.close();
  }

  async prompt(turn: Prompt): Promise<void> {
    this.prompts.put(turn);
  }

  async steer(_input: Prompt["input"], id: string): Promise<void> {
    this.steers.put(id);
    if (this.refuseSteer) throw new BridgeError("not-running", "no turn takes this");
  }

  async interrupt(): Promise<void> {
    this.interrupts.put(true);
  }

  async answer(ask: string, answer: AskAnswer): Promise<void> {
    this.answers.put({ ask, answer });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.disposed = true;
    this.#onEnd();
    this.#channel.close();
  }

  async *#read(): AsyncGenerator<ThreadOp> {
    yield* this.#channel.items;
    if (this.#failure !== null) throw this.#failure;
  }
}

/** A bridge to scripted agents, and the agents as they are opened. */
export interface ScriptedBridge {
  readonly factory: BridgeFactory;
  readonly agents: Mailbox<ScriptedAgent>;
}

/** Settings of a scripted bridge. */
export interface ScriptedOptions {
  readonly capabilities?: Partial<BridgeCapabilities>;
  readonly sessions?: NativeSessions;
}

export function scriptedBridge(options: ScriptedOptions = {}): ScriptedBridge {
  const agents = new Mailbox<ScriptedAgent>();
  const { sessions } = options;
  const factory: BridgeFactory = (): BridgeAdapter => ({
    contract: 1,
    id: "scripted",
    displayName: "Scripted",
    capabilities: {
      gating: "all",
      from: "forkAtTurn",
      spare: false,
      input: ["text"],
      ...options.capabilities,
    },
    probe: async () => ({ available: true, version: "1" }),
    async openThread(spec) {
      const agent = new ScriptedAgent(spec);
      agents.put(agent);
      return agent;
    },
    ...(sessions !== undefined && { sessions }),
    async [Symbol.asyncDispose]() {},
  });
  return { factory, agents };
}
