import type {
  AgentThread,
  BridgeAdapter,
  OpenThread,
  Settings,
  ThreadOp,
} from "@fairlead/bridge-core";
import { fieldsOf, textOf } from "@fairlead/bridge-core/parts";
import {
  driven,
  type DrivenThread,
  fakeHost,
  type FakeHost,
  type FakeHostOptions,
  type FakeProcess,
  type FixtureEntry,
} from "@fairlead/bridge-core/testing";
import { readFileSync } from "node:fs";
import hermes from "../src/index.ts";

export const folder = "/home/user/project";
const threadId = "00000000-0000-7000-8000-00000000aaaa";
const turnId = "00000000-0000-7000-8000-00000000bbbb";
export const signal: AbortSignal = new AbortController().signal;
export const python = "/opt/hermes/bin/python3";

export const settings: Settings = {
  model: null,
  effort: null,
  mode: "default",
  approvals: "ask",
  sandbox: "workspace-write",
};

/** What a recording of the real Hermes holds, without its first line, which names the version. */
function recorded(name: string): readonly FixtureEntry[] {
  const text = readFileSync(new URL(`fixtures/${name}.native.jsonl`, import.meta.url), "utf8");
  const [, ...lines] = text.trim().split("\n");
  return lines.map((line) => {
    const { dir, frame } = fieldsOf(JSON.parse(line));
    return { dir: dir === "send" ? "send" : "recv", frame };
  });
}

/** What a program of Hermes' prints before it ends; undefined for one that the test plays. */
function printed({ args }: FakeProcess["spec"]): string | undefined {
  if (args[0] === "-c") return "0.17.0";
  if (args[0] === "--version") return "Hermes Agent v0.17.0 (2026.6.19)";
  return args[1] === "--check" ? "Hermes ACP check OK" : undefined;
}

/** A host with an installed Hermes, reached this way. */
export function hostOf(
  mode: string | null,
  options: FakeHostOptions = {},
  onHermes: (process: FakeProcess) => void = () => {},
): FakeHost {
  const named = mode === null ? {} : { FAIRLEAD_HERMES_MODE: mode };
  const { environment, files, ...more } = options;
  return fakeHost({
    ...more,
    files: files ?? { "/opt/hermes/bin/hermes": `#!${python}\n` },
    environment: { HOME: "/home/user", PATH: "/usr/bin:/opt/hermes/bin", ...named, ...environment },
    onSpawn: (process) => {
      const text = printed(process.spec);
      if (text === undefined) return onHermes(process);
      process.emitText(text);
      process.exit();
    },
  });
}

/** The next program the bridge starts that the test plays. */
export async function nextHermes(host: FakeHost): Promise<FakeProcess> {
  const process = await host.nextProcess();
  return printed(process.spec) === undefined ? process : nextHermes(host);
}

/** A thread, and what it tells. */
export interface OpenedThread extends DrivenThread {
  readonly host: FakeHost;
  readonly adapter: BridgeAdapter;
  readonly thread: AgentThread;
}

/** Opens a thread; whoever plays Hermes does so meanwhile. */
export async function openOn(
  host: FakeHost,
  spec: Partial<OpenThread> = {},
): Promise<OpenedThread> {
  const adapter = hermes(host);
  const base = { threadId, cwd: folder, settings, instructions: null, mcpServers: [], from: null };
  const thread = await adapter.openThread({ ...base, ...spec }, { signal });
  return {
    host,
    adapter,
    thread,
    ...driven(thread, settings, turnId),
  };
}

/** Opens a thread on a recording. */
export function playing(name: string, mode: string): Promise<OpenedThread> {
  return openOn(hostOf(mode, {}, (process) => void process.play(recorded(name)).catch(() => {})));
}

/** A gateway that the test plays by hand, with an open session. */
export async function opened(
  spec: Partial<OpenThread> = {},
): Promise<OpenedThread & { readonly gateway: FakeProcess }> {
  const host = hostOf(null);
  const opening = openOn(host, spec);
  const gateway = await nextHermes(host);
  await answered(gateway, "session.create", { session_id: "live", stored_session_id: "stored" });
  return { ...(await opening), gateway };
}

/** The same, with a turn that runs. */
export async function working(): ReturnType<typeof opened> {
  const thread = await opened();
  const handed = thread.prompt("go");
  await answered(thread.gateway, "prompt.submit");
  await handed;
  return thread;
}

/** Takes the next request, which has to be of this method, and answers it. */
export async function answered(
  process: FakeProcess,
  method: string,
  result: object = {},
): Promise<object> {
  const { id, method: written, params } = fieldsOf(await process.nextWrite());
  if (written !== method) throw new Error(`${textOf(written)} came in place of ${method}`);
  process.emit({ jsonrpc: "2.0", id, result });
  return fieldsOf(params);
}

/** An event of the gateway. */
export function event(type: string, payload: object = {}): object {
  return { jsonrpc: "2.0", method: "event", params: { type, session_id: "live", payload } };
}

/** How the session stands when no turn runs. */
export const idle = {
  running: false,
  stored_session_id: "stored",
  rows: [7],
  title: null,
  steer: null,
};

/** The end of what Hermes says in a turn. */
export const complete: object = event("message.complete", {
  text: "",
  status: "complete",
  usage: {},
});

/** Hermes ends its turn. */
export function turnOver(gateway: FakeProcess): void {
  gateway.emit(complete, event("session.info", idle));
}

export const isEnd = (op: ThreadOp): boolean => op.op === "end" && op.thread === undefined;
export const isAsk = ({ op }: ThreadOp): boolean => op === "ask";

/** The ops of one turn; what is asked gets this answer. */
export async function turn(
  opened: OpenedThread,
  text: string,
  answer: "accept" | "decline" = "accept",
): Promise<string> {
  await opened.prompt(text);
  const ops = await opened.until((op) => isAsk(op) || isEnd(op));
  for (let last = ops.at(-1); last?.op === "ask"; last = ops.at(-1)) {
    const answers = { answer: ["Blue"] };
    const isQuestion = last.ask.kind === "questions";
    await opened.thread.answer(
      last.id,
      isQuestion ? { type: "answers", answers } : { type: answer },
    );
    ops.push(...(await opened.until((op) => isAsk(op) || isEnd(op))));
  }
  return compact(ops);
}

/** Ops as short lines: deltas joined, tokens left out, ids by their order. */
export function compact(ops: readonly ThreadOp[]): string {
  const names = new Map<string, string>();
  const lines: string[] = [];
  let last = "";
  for (const op of ops) {
    if (op.op === "usage") continue;
    const { op: name, ...rest } = op;
    if (op.op === "text" && last === op.key) lines.push(`${lines.pop() ?? ""}${op.delta}`);
    else
      lines.push(
        op.op === "text" ? `text ${op.key} ${op.delta}` : `${name} ${JSON.stringify(rest)}`,
      );
    last = op.op === "text" ? op.key : "";
  }
  return lines.join("\n").replaceAll(/(call|tc)[_-][0-9a-f]{6,}|\d{8}_\d{6}_[0-9a-f]{6}/g, (id) => {
    const name = names.get(id) ?? `#${names.size + 1}`;
    names.set(id, name);
    return name;
  });
}

/** Everything that comes, of what is there. */
export async function all<T>(items: AsyncIterable<T> | undefined): Promise<T[]> {
  if (items === undefined) throw new Error("the bridge has no such thing");
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}
