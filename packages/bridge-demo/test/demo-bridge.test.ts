import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createBridgeHost, loginShellEnvironment } from "@fairlead/bridge-core";
import type { AgentThread, AskAnswer, Prompt, Settings, ThreadOp } from "@fairlead/bridge-core";
import { afterEach, beforeEach, expect, test } from "vitest";
import demoBridge from "@fairlead/bridge-demo";

const settings: Settings = {
  model: null,
  effort: null,
  mode: "default",
  approvals: "ask",
  sandbox: "read-only",
};

let folder: string;
let host: ReturnType<typeof createBridgeHost>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fairlead-demo-"));
  const log = () => {};
  host = createBridgeHost({ environment: loginShellEnvironment({ log, shell: null }), log });
});

afterEach(async () => {
  await host[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

function open(): Promise<AgentThread> {
  const signal = AbortSignal.timeout(20_000);
  const spec = { threadId: "t", cwd: folder, settings, instructions: null, mcpServers: [] };
  return demoBridge(host).openThread({ ...spec, from: null }, { signal });
}

/** Plays one turn, reacting to each op, up to its end. */
async function play(
  text: string,
  react: (op: ThreadOp, thread: AgentThread) => Promise<void> | undefined,
  changed: Partial<Settings> = {},
): Promise<readonly ThreadOp[]> {
  await using thread = await open();
  const input: Prompt["input"] = [{ type: "text", text, text_elements: [] }];
  const prompt = { id: "turn-1", input, settings: { ...settings, ...changed }, outputSchema: null };
  await thread.prompt(prompt);
  const ops: ThreadOp[] = [];
  for await (const op of thread.ops) {
    ops.push(op);
    await react(op, thread);
    if (op.op === "end") break;
  }
  return ops;
}

const answering =
  (type: Extract<AskAnswer["type"], "accept" | "decline" | "cancel">) =>
  (op: ThreadOp, thread: AgentThread) =>
    op.op === "ask" ? thread.answer(op.id, { type }) : undefined;

const shape = (ops: readonly ThreadOp[]) =>
  ops.map((op) => ("status" in op && op.status !== undefined ? `${op.op} ${op.status}` : op.op));

test("text streams in several deltas of one message", async () => {
  const ops = await play("good morning", () => undefined);
  const text = ops.flatMap((op) => (op.op === "text" ? [op.delta] : []));
  expect(text.length).toBeGreaterThan(2);
  expect(text.join("")).toBe("You said: good morning");
  expect(shape(ops).slice(-2)).toEqual(["close completed", "end completed"]);
});

test("a command runs only after its approval, and its output streams", async () => {
  const ops = await play("run: pwd; touch ran; exit 3", async (op, thread) => {
    if (op.op !== "ask") return;
    expect(existsSync(join(folder, "ran"))).toBe(false);
    expect(op.ask).toMatchObject({ kind: "command", scope: "pwd; touch ran; exit 3" });
    await thread.answer(op.id, { type: "accept" });
  });
  expect(shape(ops)).toEqual(["open", "ask", "output", "close failed", "end completed"]);
  expect(ops[2]).toMatchObject({ delta: `${folder}\n` });
  expect(ops[3]).toMatchObject({ item: { type: "command", exitCode: 3 } });
  expect(existsSync(join(folder, "ran"))).toBe(true);
});

test("a declined command never runs and the turn goes on", async () => {
  const ops = await play("run: touch ran ;; bye", answering("decline"));
  expect(shape(ops).slice(0, 3)).toEqual(["open", "ask", "close declined"]);
  expect(shape(ops).slice(-2)).toEqual(["close completed", "end completed"]);
  expect(existsSync(join(folder, "ran"))).toBe(false);
});

test("cancel ends the turn as interrupted", async () => {
  const ops = await play("run: touch ran ;; bye", answering("cancel"));
  expect(shape(ops)).toEqual(["open", "ask", "close declined", "end interrupted"]);
  expect(existsSync(join(folder, "ran"))).toBe(false);
});

test("a new file is written after its approval, with its content as the diff", async () => {
  const ops = await play("write: note.txt = a = b", answering("accept"));
  const path = join(folder, "note.txt");
  const changes = [{ path, kind: "add", diff: "a = b" }];
  expect(ops[0]).toMatchObject({ op: "open", item: { type: "fileChange", changes } });
  expect(shape(ops)).toEqual(["open", "ask", "close completed", "end completed"]);
  expect(await readFile(path, "utf8")).toBe("a = b");
});

test("an existing file is left alone and the agent says so", async () => {
  const ops = await play("write: n = 1 ;; write: n = 2", answering("accept"));
  expect(shape(ops)).toContain("close failed");
  expect(ops.flatMap((op) => (op.op === "text" ? [op.delta] : [])).join("")).toContain("EEXIST");
  expect(await readFile(join(folder, "n"), "utf8")).toBe("1");
});

test("a slow answer can be interrupted", async () => {
  const ops = await play("slow", (op, thread) =>
    op.op === "text" ? thread.interrupt() : undefined,
  );
  expect(shape(ops).at(-1)).toBe("end interrupted");
});

test.each([
  ["a command", "(echo up; exec sleep 30); touch late"],
  ["what ignores signals", "trap '' INT TERM; (echo up; sleep 30); touch late"],
  ["what runs in the background", "(echo up; sleep 30) & wait; touch late"],
  ["what starts more and more", "echo up; while true; do sleep 0 & done; touch late"],
])("an interrupt ends %s and everything it started", async (_name, command) => {
  const ops = await play(`run: ${command} ;; bye`, (op, thread) => {
    if (op.op === "ask") return thread.answer(op.id, { type: "accept" });
    return op.op === "output" ? thread.interrupt() : undefined;
  });
  // The command is closed once nobody holds its output any more, so the sleep is gone too.
  expect(shape(ops)).toEqual(["open", "ask", "output", "close failed", "end interrupted"]);
});

test("nothing is asked only where the user asked for no limit at all", async () => {
  const unasked = await play("run: true", () => undefined, {
    approvals: "auto",
    sandbox: "danger-full-access",
  });
  expect(shape(unasked)).toEqual(["open", "close completed", "end completed"]);
  const confined = await play("run: true", answering("accept"), {
    approvals: "auto",
    sandbox: "workspace-write",
  });
  expect(shape(confined)).toContain("ask");
});

test("a command ends with its agent, in whatever way that dies", async () => {
  const lifeline = join(folder, "lifeline");
  execFileSync("mkfifo", [lifeline]);
  const cut = readFile(lifeline, "utf8");
  const command = `trap '' TERM; exec 3>lifeline; echo up >&3; kill -9 $PPID; sleep 30; touch late`;
  await expect(play(`run: ${command}`, answering("accept"))).rejects.toThrow("SIGKILL");
  expect(await cut).toBe("up\n");
});

test("an agent that dies ends its ops with an error that says how", async () => {
  const ops = play("run: kill -9 $PPID", answering("accept"));
  await expect(ops).rejects.toThrow("demo agent: exit SIGKILL");
});

test("the probe tells the agent's version", async () => {
  const status = await demoBridge(host).probe({ signal: AbortSignal.timeout(5000) });
  expect(status).toEqual({ available: true, version: "1.0.0" });
});
