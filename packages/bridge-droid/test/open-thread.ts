import type { AgentThread, OpenThread, Settings, ThreadOp } from "@fairlead/bridge-core";
import { fieldsOf, listOf, textOf, type Fields } from "@fairlead/bridge-core/parts";
import {
  driven,
  type DrivenThread,
  fakeHost,
  type FakeHost,
  type FakeHostOptions,
  type FakeProcess,
} from "@fairlead/bridge-core/testing";
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import droid from "../src/index.ts";

export const folder = "/home/user/project";
export const threadId = "00000000-0000-7000-8000-00000000aaaa";
export const turnId = "00000000-0000-7000-8000-00000000bbbb";
export const signal: AbortSignal = new AbortController().signal;

export const settings: Settings = {
  model: "custom:Mock-Anthropic-0",
  effort: "low",
  mode: "default",
  approvals: "ask",
  sandbox: "workspace-write",
};

/** A thread with a Droid that the test plays. */
export interface OpenedThread extends DrivenThread {
  readonly host: FakeHost;
  readonly thread: AgentThread;
  readonly droid: FakeProcess;
  /** What our hook is told about a call with this input. */
  hook(input: object, name?: string): Promise<unknown>;
}

/** The text of a file beside the recordings. */
export function fixture(name: string): string {
  return readFileSync(new URL(`fixtures/${name}`, import.meta.url), "utf8");
}

/** The frames of a recording; its first line tells of which version. */
export function recorded(name: string): { dir: string; frame: unknown }[] {
  const [, ...lines] = fixture(`${name}.native.jsonl`).trim().split("\n");
  return lines.map((line) => {
    const { dir, frame } = fieldsOf(JSON.parse(line));
    return { dir: textOf(dir), frame };
  });
}

/** A frame that tells something of the session. */
export function notification(fields: object): object {
  const params = { sessionId: threadId, notification: fields };
  return { type: "notification", method: "droid.session_notification", params };
}

/** Answers a request of the bridge's. */
export function respond(process: FakeProcess, frame: unknown, result: object = {}): void {
  process.emit({ type: "response", id: fieldsOf(frame)["id"], result });
}

/** What a session of Droid's begins with. */
export const session = {
  sessionId: threadId,
  session: { messages: [] },
  settings: {
    modelId: "custom:Mock-Anthropic-0",
    reasoningEffort: "low",
    interactionMode: "auto",
    autonomyLevel: "off",
  },
  availableModels: [
    { id: "custom:Mock-Anthropic-0", supportedReasoningEfforts: ["off", "low", "high"] },
    { id: "custom:Mock-Chat-0", supportedReasoningEfforts: ["none"] },
  ],
};

async function ask(host: FakeHost, process: FakeProcess, call: Fields): Promise<unknown> {
  const url = process.spec.env?.["FAIRLEAD_DROID_GATE"] ?? "";
  const body = JSON.stringify({ tool_name: call["name"], tool_input: call["input"] });
  return (await host.call(new Request(url, { method: "POST", body }))).json();
}

/** Plays a recording: Droid goes on when the bridge has written, and our hook has been answered. */
async function play(host: FakeHost, process: FakeProcess, name: string): Promise<void> {
  const calls = new Map<string, Fields>();
  for (const { dir, frame } of recorded(name)) {
    if (dir === "send") {
      const written = await process.nextWrite();
      if (!isDeepStrictEqual(written, frame)) {
        throw new Error(`wrote ${JSON.stringify(written)}, recorded ${JSON.stringify(frame)}`);
      }
      continue;
    }
    const told = fieldsOf(fieldsOf(fieldsOf(frame)["params"])["notification"]);
    for (const block of listOf(fieldsOf(told["message"])["content"])) {
      if (block["type"] === "tool_use") calls.set(textOf(block["id"]), block);
    }
    const held = calls.get(textOf(told["hookToolCallId"]));
    if (told["type"] === "hook_execution_completed" && held !== undefined) {
      await ask(host, process, held);
    }
    process.emit(frame);
  }
}

/** Opens a thread on a Droid that the test plays by hand, or that plays a recording. */
export async function openThread(
  options: FakeHostOptions & {
    readonly spec?: Partial<OpenThread>;
    readonly playing?: string;
    /** What it answers while it is opened; further requests get an empty answer. */
    readonly answers?: readonly object[];
  } = {},
): Promise<OpenedThread> {
  const { spec = {}, playing, answers = [session, { limit: 1000 }], ...more } = options;
  const host = fakeHost(more);
  const base = { threadId, cwd: folder, settings, instructions: null, mcpServers: [], from: null };
  const opening = droid(host).openThread({ ...base, ...spec }, { signal });
  const process = await host.nextProcess();
  if (playing === undefined) {
    for (const answer of answers) respond(process, await process.nextWrite(), answer);
    if (spec.from !== undefined) {
      respond(process, await process.nextWrite());
      respond(process, await process.nextWrite());
    }
  } else {
    play(host, process, playing).catch((error: unknown) => {
      process.exit({ code: 1, stderr: String(error) });
    });
  }
  const thread = await opening;
  return {
    host,
    thread,
    droid: process,
    ...driven(thread, settings, turnId),
    hook: (input, name = "Execute") => ask(host, process, { name, input }),
  };
}

export const isEnd = ({ op }: ThreadOp): boolean => op === "end";
export const isAsk = ({ op }: ThreadOp): boolean => op === "ask";

/** Ops as short lines: deltas of one item joined, tokens left out, ids by their order. */
export function compact(ops: readonly ThreadOp[]): string {
  const names = new Map<string, string>();
  const lines: string[] = [];
  let last: { readonly key: string; text: string } | null = null;
  for (const op of ops) {
    if (op.op === "usage" || op.op === "title") continue;
    if (op.op === "text" && last?.key === op.key) {
      last.text += op.delta;
      lines[lines.length - 1] = `text ${op.key} ${JSON.stringify(last.text)}`;
      continue;
    }
    last = op.op === "text" ? { key: op.key, text: op.delta } : null;
    const { op: name, atMs: _, ...rest } = op;
    lines.push(
      last === null
        ? `${name} ${JSON.stringify(rest)}`
        : `text ${last.key} ${JSON.stringify(last.text)}`,
    );
  }
  const unstable = /toolu_[0-9a-f]+|[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f-]{22}/g;
  return lines.join("\n").replaceAll(unstable, (id) => {
    const name = names.get(id) ?? `#${names.size + 1}`;
    names.set(id, name);
    return name;
  });
}

/** What a call of a command is given, where nothing else is said. */
export const input = { command: "ls > made" };

/** Hands over a prompt, which Droid takes. */
export async function begin(opened: OpenedThread, change: Partial<Settings> = {}): Promise<void> {
  const before = opened.droid.written.length;
  const begun = opened.prompt("do it", change);
  for (let at = before; ; at += 1) {
    while (opened.droid.written.length <= at) await opened.droid.nextWrite();
    respond(opened.droid, opened.droid.written[at], { limit: 1 });
    if (fieldsOf(opened.droid.written[at])["method"] === "droid.add_user_message") break;
  }
  await begun;
}

const hookCommands = [{ command: '"$FAIRLEAD_DROID_NODE" "$FAIRLEAD_DROID_HOOK" || exit 2' }];

/** Our hook holds a call. */
export const hookStarted = {
  type: "hook_execution_started",
  hookEventName: "PreToolUse",
  hookCommands,
};

/** The model calls tools in one answer, each of which our hook holds. */
export function calls(
  opened: OpenedThread,
  made: readonly { readonly id: string; readonly name: string; readonly input: object }[],
): void {
  const content = made.map((each) => ({ type: "tool_use", ...each }));
  const message = { id: `m-${made[0]?.id}`, role: "assistant", content };
  opened.droid.emit(
    notification({ type: "create_message", message }),
    ...made.map(({ id }) => notification({ ...hookStarted, hookToolCallId: id })),
  );
}

/** The same for one call. */
export function call(
  opened: OpenedThread,
  id: string,
  name = "Execute",
  given: object = input,
): void {
  calls(opened, [{ id, name, input: given }]);
}

/** A turn's end. */
export const over = notification({ type: "agent_turn_completed", reason: "completed" });
