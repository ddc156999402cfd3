import type { AgentThread, OpenThread, Settings, ThreadOp } from "@fairlead/bridge-core";
import { fieldsOf, type Fields } from "@fairlead/bridge-core/parts";
import {
  fakeHost,
  type FakeHost,
  type FakeHostOptions,
  type FakeProcess,
} from "@fairlead/bridge-core/testing";
import claude from "../src/index.ts";

export const folder = "/home/user/project";
export const threadId = "00000000-0000-7000-8000-00000000aaaa";
export const turnId = "00000000-0000-7000-8000-00000000bbbb";
export const signal: AbortSignal = new AbortController().signal;

export const settings: Settings = {
  model: null,
  effort: null,
  mode: "default",
  approvals: "ask",
  sandbox: "workspace-write",
};

/** A thread with a Claude that the test plays. */
export interface OpenedThread {
  readonly host: FakeHost;
  readonly thread: AgentThread;
  readonly claude: FakeProcess;
  readonly initialize: Fields;
  /** The next op, in order. */
  next(): Promise<ThreadOp>;
  /** The next frame Claude is sent; a control request is answered at once. */
  written(): Promise<Fields>;
  /** Hands over a turn of one text, while Claude answers every control request. */
  prompt(change?: Partial<Settings>): Promise<void>;
}

/** Answers the control request in a frame; says whether there was one. */
function answerControl(process: FakeProcess, frame: Fields, response: object = {}): boolean {
  if (frame["type"] !== "control_request") return false;
  const body = { subtype: "success", request_id: frame["request_id"], response };
  process.emit({ type: "control_response", response: body });
  return true;
}

/** A host on which the real path of each folder is `realFolder`; by default, as given. */
export function hostOf(options: FakeHostOptions & { readonly realFolder?: string } = {}): FakeHost {
  return fakeHost({
    ...options,
    onSpawn: (pwd) => {
      if (pwd.spec.file !== "pwd") return;
      pwd.emitText(options.realFolder ?? pwd.spec.cwd);
      pwd.exit();
    },
  });
}

/** The next Claude the bridge starts. */
export async function nextClaude(host: FakeHost): Promise<FakeProcess> {
  const process = await host.nextProcess();
  return process.spec.file === "pwd" ? nextClaude(host) : process;
}

/** Starts the fake Claude that the next `openThread` spawns. */
export async function started(host: FakeHost, version = "2.1.329"): Promise<[FakeProcess, Fields]> {
  const process = await nextClaude(host);
  const initialize = fieldsOf(await process.nextWrite());
  answerControl(process, initialize, { claude_code_version: version, pid: 77 });
  return [process, fieldsOf(initialize["request"])];
}

/** Opens a thread on a fake host. */
export async function openThread(
  spec: Partial<OpenThread> = {},
  options: FakeHostOptions & { readonly version?: string; readonly realFolder?: string } = {},
): Promise<OpenedThread> {
  const host = hostOf(options);
  const base = { threadId, cwd: folder, settings, instructions: null, mcpServers: [], from: null };
  const opening = claude(host).openThread({ ...base, ...spec }, { signal });
  const [process, initialize] = await started(host, options.version);
  const thread = await opening;
  const ops = thread.ops[Symbol.asyncIterator]();
  const written = async (): Promise<Fields> => {
    const frame = fieldsOf(await process.nextWrite());
    answerControl(process, frame);
    return frame;
  };
  return {
    host,
    thread,
    claude: process,
    initialize,
    written,
    async next() {
      const { value, done } = await ops.next();
      if (done === true) throw new Error("the ops have ended");
      return value;
    },
    async prompt(change = {}) {
      const input = [{ type: "text" as const, text: "hello", text_elements: [] }];
      const turn = { id: turnId, input, settings: { ...settings, ...change }, outputSchema: null };
      const handed = thread.prompt(turn);
      while ((await written())["type"] !== "user");
      await handed;
    },
  };
}

/** Claude asks whether a command may run. */
export function askCommand(process: FakeProcess, command: string): void {
  const tool = { tool_name: "Bash", tool_use_id: "toolu_1", input: { command } };
  const request = { subtype: "can_use_tool", ...tool };
  process.emit({ type: "control_request", request_id: "ask-1", request });
}
