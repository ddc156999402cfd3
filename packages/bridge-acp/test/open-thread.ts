import type { AgentThread, OpenThread, Settings, ThreadOp } from "@fairlead/bridge-core";
import { fieldsOf, listOf, textOf, type Fields } from "@fairlead/bridge-core/parts";
import { fakeHost, type FakeHost, type FakeProcess } from "@fairlead/bridge-core/testing";
import { readFileSync } from "node:fs";
import { acpBridge, type AcpAgent } from "../src/index.ts";

export const folder = "/home/user/project";
export const signal: AbortSignal = new AbortController().signal;
export const sessionId = "session-1";
export const turnId = "00000000-0000-7000-8000-00000000bbbb";

/** An agent of which nothing is known but its command. */
export const plain: AcpAgent = {
  id: "plain",
  displayName: "Plain",
  command: "plain-agent",
  args: ["--acp"],
  env: {},
};

const settings: Settings = {
  model: null,
  effort: null,
  mode: "default",
  approvals: "ask",
  sandbox: "workspace-write",
};

/** The frames of a recording, and the version it was made with. */
export function recorded(name: string): {
  readonly version: string;
  readonly frames: readonly { readonly isOurs: boolean; readonly frame: Fields }[];
} {
  const file = new URL(`fixtures/${name}.native.jsonl`, import.meta.url);
  const [head = "", ...lines] = readFileSync(file, "utf8").trim().split("\n");
  const frames = lines.map((line) => {
    const { dir, frame } = fieldsOf(JSON.parse(line));
    return { isOurs: dir === "send", frame: fieldsOf(frame) };
  });
  return { version: textOf(fieldsOf(JSON.parse(head))["version"]), frames };
}

/** An agent that the test plays by hand. */
export class PlayedAgent {
  readonly process: FakeProcess;

  constructor(process: FakeProcess) {
    this.process = process;
  }

  /** The next request or notification, which has to be of this method. */
  async next(method: string): Promise<Fields> {
    const frame = fieldsOf(await this.process.nextWrite());
    if (frame["method"] === method) return frame;
    throw new Error(`expected ${method}, the bridge wrote ${JSON.stringify(frame)}`);
  }

  /** Takes the next request and answers it. */
  async answer(method: string, result: Fields = {}): Promise<Fields> {
    const frame = await this.next(method);
    this.process.emit({ jsonrpc: "2.0", id: frame["id"], result });
    return fieldsOf(frame["params"]);
  }

  /** Takes the next request and refuses it. */
  async refuse(method: string, code: number, message: string): Promise<void> {
    const frame = await this.next(method);
    this.process.emit({ jsonrpc: "2.0", id: frame["id"], error: { code, message } });
  }

  /** Tells of the session. */
  update(...updates: readonly Fields[]): void {
    const params = updates.map((update) => ({ sessionId, update }));
    this.process.emit(
      ...params.map((each) => ({ jsonrpc: "2.0", method: "session/update", params: each })),
    );
  }

  /** Asks for permission; the id of the request is a text, as some agents have it. */
  permit(id: string, toolCall: Fields, ...kinds: readonly string[]): void {
    const options = kinds.map((kind) => ({ optionId: `option-${kind}`, name: kind, kind }));
    const params = { sessionId, toolCall, options };
    const method = "session/request_permission";
    this.process.emit({ jsonrpc: "2.0", method, params, id });
  }

  /** What the bridge answers next. */
  async answered(): Promise<{ readonly id: unknown; readonly result: Fields }> {
    const { id, result } = fieldsOf(await this.process.nextWrite());
    return { id, result: fieldsOf(result) };
  }
}

/** What an agent says of itself. */
export interface Played {
  readonly agent?: Partial<AcpAgent>;
  readonly capabilities?: Fields;
  readonly session?: Fields;
  readonly spec?: Partial<OpenThread>;
  readonly authMethods?: readonly Fields[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** A thread with an agent that the test plays. */
export interface Opened {
  readonly host: FakeHost;
  readonly agent: PlayedAgent;
  readonly thread: AgentThread;
  /** All ops up to the first of this kind, with it. */
  until(op: ThreadOp["op"]): Promise<readonly ThreadOp[]>;
  /** Hands over a turn; the agent has it. */
  prompt(text: string, change?: Partial<Settings>): Promise<Fields>;
  /** The agent ends the turn. */
  end(stopReason?: string): void;
}

/** Takes the hello. */
export async function hello(host: FakeHost, played: Played = {}): Promise<PlayedAgent> {
  const agent = new PlayedAgent(await host.nextProcess());
  const { capabilities: agentCapabilities = {}, authMethods = [] } = played;
  const agentInfo = { name: "plain", version: "1.2.3" };
  await agent.answer("initialize", {
    protocolVersion: 1,
    agentInfo,
    agentCapabilities,
    authMethods,
  });
  return agent;
}

/** What a thread is opened with. */
export function specOf(more: Partial<OpenThread> = {}): OpenThread {
  const threadId = "00000000-0000-7000-8000-00000000aaaa";
  return {
    threadId,
    cwd: folder,
    settings,
    instructions: null,
    mcpServers: [],
    from: null,
    ...more,
  };
}

/** Opens a thread of a new session. */
export async function openThread(played: Played = {}): Promise<Opened> {
  const host = hostOf(played);
  const adapter = acpBridge({ ...plain, ...played.agent })(host);
  const opening = adapter.openThread(specOf(played.spec), { signal });
  const agent = await hello(host, played);
  await agent.answer("session/new", { sessionId, ...played.session });
  return opened(host, agent, await opening);
}

/** A host with this environment. */
export function hostOf({ environment }: Played = {}): FakeHost {
  return fakeHost(environment === undefined ? {} : { environment });
}

/** A thread that is open. */
export function opened(host: FakeHost, agent: PlayedAgent, thread: AgentThread): Opened {
  const ops = thread.ops[Symbol.asyncIterator]();
  let prompt: Fields = {};
  return {
    host,
    agent,
    thread,
    async until(kind) {
      const seen: ThreadOp[] = [];
      for (;;) {
        const { value, done } = await ops.next();
        if (done === true) throw new Error(`the ops ended before ${kind}`);
        seen.push(value);
        if (value.op === kind) return seen;
      }
    },
    async prompt(text, change = {}) {
      const input = [{ type: "text" as const, text, text_elements: [] }];
      const turn = { id: turnId, input, settings: { ...settings, ...change }, outputSchema: null };
      await thread.prompt(turn);
      prompt = await agent.next("session/prompt");
      return fieldsOf(prompt["params"]);
    },
    end: (stopReason = "end_turn") =>
      agent.process.emit({ jsonrpc: "2.0", id: prompt["id"], result: { stopReason } }),
  };
}

/** The texts of a prompt. */
export function textsOf({ prompt }: Fields): readonly string[] {
  return listOf(prompt).map(({ text }) => textOf(text));
}
