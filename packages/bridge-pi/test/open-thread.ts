import type { AgentThread, OpenThread, Settings, ThreadOp } from "@fairlead/bridge-core";
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
import pi from "../src/index.ts";

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

/** A thread with a Pi that the test plays. */
export interface OpenedThread extends DrivenThread {
  readonly host: FakeHost;
  readonly thread: AgentThread;
  readonly pi: FakeProcess;
}

/** What a recording begins with, and the rest of it. */
export function recorded(name: string): { version: string; entries: readonly FixtureEntry[] } {
  const [header = "", ...lines] = fixture(`${name}.native.jsonl`).trim().split("\n");
  const entries = lines.map((line): FixtureEntry => {
    const { dir, frame } = fieldsOf(JSON.parse(line));
    return { dir: dir === "send" ? "send" : "recv", frame };
  });
  return { version: textOf(fieldsOf(JSON.parse(header))["version"]), entries };
}

/** The text of a file beside the recordings. */
export function fixture(name: string): string {
  return readFileSync(new URL(`fixtures/${name}`, import.meta.url), "utf8");
}

/** A host whose Pi has this version, and whose folders have no links in their paths. */
export function hostOf(
  version: string,
  options: FakeHostOptions = {},
  onPi: (process: FakeProcess) => void = () => {},
): FakeHost {
  return fakeHost({
    ...options,
    onSpawn: (process) => {
      const { file, args, cwd } = process.spec;
      if (file !== "pwd" && args[0] !== "--version") return onPi(process);
      process.emitText(file === "pwd" ? cwd : version);
      process.exit();
    },
  });
}

/** The next Pi the bridge starts. */
export async function nextPi(host: FakeHost): Promise<FakeProcess> {
  const process = await host.nextProcess();
  return process.spec.args.includes("rpc") ? process : nextPi(host);
}

/** Answers a command of the bridge's. */
export function respond(process: FakeProcess, frame: unknown, data: object = {}): void {
  const { id, type: command } = fieldsOf(frame);
  process.emit({ id, type: "response", command, success: true, data });
}

/** Opens a thread on a Pi that the test plays by hand, or that plays a recording. */
export async function openThread(
  options: FakeHostOptions & {
    readonly spec?: Partial<OpenThread>;
    readonly version?: string;
    readonly playing?: string;
  } = {},
): Promise<OpenedThread> {
  const { spec = {}, version = "1.5.2", playing, ...more } = options;
  const recording = playing === undefined ? null : recorded(playing);
  const host = hostOf(recording?.version ?? version, more, (process) => {
    if (recording !== null) void process.play(recording.entries).catch(() => {});
  });
  const base = { threadId, cwd: folder, settings, instructions: null, mcpServers: [], from: null };
  const opening = pi(host).openThread({ ...base, ...spec }, { signal });
  const process = await nextPi(host);
  if (recording === null) {
    const model = { contextWindow: 1000 };
    respond(process, await process.nextWrite(), { sessionId: threadId, model });
  }
  const thread = await opening;
  return {
    host,
    thread,
    pi: process,
    ...driven(thread, settings, turnId),
  };
}

export const isEnd = ({ op }: ThreadOp): boolean => op === "end";
export const isAsk = ({ op }: ThreadOp): boolean => op === "ask";

/** Ops as short lines: deltas of one item joined, tokens left out, times and ids by their order. */
export function compact(ops: readonly ThreadOp[]): string {
  const names = new Map<string, string>();
  const lines: string[] = [];
  let last: { readonly key: string; text: string } | null = null;
  for (const op of ops) {
    if (op.op === "usage") continue;
    if (op.op === "text" && last?.key === op.key) {
      last.text += op.delta;
      lines[lines.length - 1] = `text ${op.key} ${JSON.stringify(last.text)}`;
      continue;
    }
    last = op.op === "text" ? { key: op.key, text: op.delta } : null;
    const { op: name, atMs: _, ...rest } = op;
    lines.push(
      op.op === "text"
        ? `text ${op.key} ${JSON.stringify(op.delta)}`
        : `${name} ${JSON.stringify(rest)}`,
    );
  }
  const unstable = /\b17\d{11}\b|call_[0-9a-f]+|[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f-]{22}|0{60}\d{4}/g;
  return lines.join("\n").replaceAll(unstable, (id) => {
    const name = names.get(id) ?? `#${names.size + 1}`;
    names.set(id, name);
    return name;
  });
}
