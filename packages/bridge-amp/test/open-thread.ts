import type {
  AgentThread,
  BridgeAdapter,
  OpenThread,
  Settings,
  ThreadOp,
} from "@fairlead/bridge-core";
import { fieldsOf, textOf, type Fields } from "@fairlead/bridge-core/parts";
import {
  driven,
  type DrivenThread,
  fakeHost,
  type FakeHost,
  type FakeHostOptions,
  type FakeProcess,
} from "@fairlead/bridge-core/testing";
import amp from "../src/index.ts";

export const folder = "/home/user/project";
export const turnId = "00000000-0000-7000-8000-00000000bbbb";
export const session = "T-00000000-0000-7000-8000-00000000cccc";
export const signal: AbortSignal = new AbortController().signal;
export const loggedIn = { HOME: "/home/user", PATH: "/usr/bin", AMP_API_KEY: "sgamp_test" };

export const settings: Settings = {
  model: null,
  effort: null,
  mode: "default",
  approvals: "ask",
  sandbox: "workspace-write",
};

/** A thread whose Amp, and whose plugin in it, the test plays. */
export interface OpenedThread extends DrivenThread {
  readonly host: FakeHost;
  readonly adapter: BridgeAdapter;
  readonly thread: AgentThread;
  /** The next Amp that is started, with what its private folder is made of. */
  nextAmp(): Promise<PlayedAmp>;
}

/** One process of Amp's. */
export interface PlayedAmp {
  readonly process: FakeProcess;
  readonly made: Fields;
  /** Our plugin asks the bridge. */
  ask(path: string, body: object, left?: AbortSignal): Promise<Fields>;
}

/** What ends the private folder does so at once. */
export function hostOf(options: FakeHostOptions = {}): FakeHost {
  return fakeHost({
    environment: loggedIn,
    ...options,
    onSpawn: (process) => {
      if (process.spec.file === "sh") process.exit();
      options.onSpawn?.(process);
    },
  });
}

export async function openThread(
  options: FakeHostOptions & {
    readonly spec?: Partial<OpenThread>;
    readonly adapter?: BridgeAdapter;
  } = {},
): Promise<OpenedThread> {
  const { spec = {}, adapter: known, ...more } = options;
  const host = hostOf(more);
  const adapter = known ?? amp(host);
  const base = { threadId: turnId, cwd: folder, settings, instructions: null, mcpServers: [] };
  const thread = await adapter.openThread({ ...base, from: null, ...spec }, { signal });
  return {
    host,
    adapter,
    thread,
    ...driven(thread, settings, turnId),
    nextAmp: () => nextAmp(host),
  };
}

async function nextAmp(host: FakeHost): Promise<PlayedAmp> {
  let made: Fields = {};
  for (;;) {
    const process = await host.nextProcess();
    const { file, args, env = {} } = process.spec;
    if (file === "sh" && args[1] === "make") made = env;
    if (file === "sh") continue;
    const { url } = fieldsOf(JSON.parse(textOf(made["FAIRLEAD_AMP_ASK"])));
    return {
      process,
      made,
      async ask(path, body, left) {
        const more = left === undefined ? {} : { signal: left };
        const init = { method: "POST", body: JSON.stringify(body), ...more };
        const response = await host.call(new Request(`${textOf(url)}${path}`, init));
        return fieldsOf(await response.json());
      },
    };
  }
}

/** Amp has begun to work on the prompt. */
export async function working(
  opened: OpenedThread,
  text = "do it",
  change: Partial<Settings> = {},
): Promise<PlayedAmp> {
  const prompted = opened.prompt(text, change);
  const amp = await opened.nextAmp();
  await amp.ask("/hello", {});
  await prompted;
  amp.process.emit({ type: "system", subtype: "init", session_id: session, mcp_servers: [] });
  amp.process.emit(said(text));
  return amp;
}

/** Amp repeats what the user said. */
export function said(text: string): object {
  const message = { role: "user", content: [{ type: "text", text }] };
  return { type: "user", message, parent_tool_use_id: null, session_id: session };
}

/** Amp says something. */
export function answer(
  content: readonly object[],
  reason: string | null = "end_turn",
  parent: string | null = null,
): object {
  const message = { type: "message", role: "assistant", content, stop_reason: reason };
  return { type: "assistant", message, parent_tool_use_id: parent, session_id: session };
}

export function text(words: string): object {
  return { type: "text", text: words };
}

export function use(id: string, name: string, input: object): object {
  return { type: "tool_use", id, name, input };
}

export function result(id: string, content: string, isError = false): object {
  const block = { type: "tool_result", tool_use_id: id, content, is_error: isError };
  const message = { role: "user", content: [block] };
  return { type: "user", message, parent_tool_use_id: null, session_id: session };
}

export const isEnd = ({ op }: ThreadOp): boolean => op === "end";
export const isAsk = ({ op }: ThreadOp): boolean => op === "ask";
