import { spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import type { AgentProcess } from "../src/adapter.ts";
import { startAgentProcess } from "../src/process/agent-process.ts";
import { gone } from "./support/gone.ts";
import { groups } from "./support/unwatched-groups.ts";

const open: AgentProcess[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((child) => child[Symbol.asyncDispose]()));
});

interface Start {
  readonly script: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly graceMs?: number;
  readonly maxLineBytes?: number;
}

function start({ script, env = {}, ...limits }: Start): AgentProcess {
  const spec = { file: process.execPath, args: ["-e", script], cwd: tmpdir(), env };
  const environment = Promise.resolve({ FROM_FOLDER: "1", BOTH: "folder" });
  const child = startAgentProcess(spec, { environment, groups, ...limits });
  open.push(child);
  return child;
}

async function read(child: AgentProcess): Promise<unknown[]> {
  const lines: unknown[] = [];
  for await (const line of child.lines) lines.push("json" in line ? line.json : line.text);
  return lines;
}

async function first(child: AgentProcess): Promise<unknown> {
  for await (const line of child.lines) return "json" in line ? line.json : line.text;
  throw new Error("the process printed nothing");
}

/** Prints its own grandchild's pid; the grandchild holds the pipes open and ignores SIGTERM. */
const withGrandchild = `
  const script = "process.on('SIGTERM', () => {}); console.log('ready'); setInterval(() => {}, 1000)";
  const child = require("node:child_process").spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  child.stdout.once("data", () => console.log(child.pid));
`;

test("the environment is the folder's and the spec's, and nothing else", async () => {
  const script = "console.log(JSON.stringify(process.env))";
  expect(await read(start({ script, env: { BOTH: "spec" } }))).toEqual([
    { FROM_FOLDER: "1", BOTH: "spec", PWD: tmpdir() },
  ]);
});

test("what is written comes back as lines; the end of stdin ends the agent", async () => {
  const child = start({ script: "process.stdin.pipe(process.stdout)" });
  const big = "x".repeat(1_000_000);
  for (const message of [{ a: "ü" }, [big], "text"]) await child.write(message);
  child.end();
  expect(await read(child)).toEqual([{ a: "ü" }, [big], "text"]);
  expect(await child.exited).toEqual({ code: 0, signal: null, stderr: "" });
  await expect(child.write({})).rejects.toMatchObject({ kind: "crashed" });
});

test("text lines are delivered, stderr is kept to its last 8 KiB, the code is told", async () => {
  const script = `
    console.log("Log in at …");
    process.stderr.write("x".repeat(20000) + "the end");
    process.exitCode = 3;
  `;
  const child = start({ script });
  expect(await read(child)).toEqual(["Log in at …"]);
  const { code, stderr } = await child.exited;
  expect(code).toBe(3);
  expect(stderr).toHaveLength(8192);
  expect(stderr.endsWith("the end")).toBe(true);
});

test("a slow reader gets every line behind the exit", async () => {
  const script = "for (let i = 0; i < 100000; i += 1) console.log(i)";
  const child = start({ script });
  expect(await first(child)).toBe(0);
  expect(await read(child)).toEqual(Array.from({ length: 99_999 }, (_, i) => i + 1));
});

test("a line over the limit ends the lines with an error that names it", async () => {
  const child = start({
    script: `console.log("1"); console.log("x".repeat(100))`,
    maxLineBytes: 50,
  });
  expect(await first(child)).toBe(1);
  await expect(read(child)).rejects.toMatchObject({
    kind: "other",
    message: expect.stringContaining("a line is longer than the limit of 50 bytes"),
  });
});

test("lines end and the exit is told although a grandchild holds the pipes", async () => {
  const child = start({
    script:
      `${withGrandchild}; child.stdout.once("data", () => setTimeout(() => process.exit(5), 50));`.replace(
        '["ignore", "pipe", "inherit"]',
        '["ignore", "pipe", "inherit", "inherit"]',
      ),
  });
  expect(await read(child)).toEqual([expect.any(Number)]);
  expect((await child.exited).code).toBe(5);
});

test("dispose ends the group, a stubborn grandchild included, and may be called again", async () => {
  const child = start({ script: withGrandchild, graceMs: 5000 });
  const pid = Number(await first(child));
  await Promise.all([child[Symbol.asyncDispose](), child[Symbol.asyncDispose]()]);
  expect(await child.exited).toMatchObject({ code: null, signal: "SIGTERM" });
  await gone(pid);
});

test("an agent that ignores SIGTERM is killed behind the grace", async () => {
  const script = `process.on("SIGTERM", () => {}); console.log(1); setInterval(() => {}, 1000)`;
  const child = start({ script, graceMs: 50 });
  await first(child);
  await child[Symbol.asyncDispose]();
  expect(await child.exited).toMatchObject({ code: null, signal: "SIGKILL" });
});

test("a signal reaches the agent only", async () => {
  const script = `process.on("SIGINT", () => { console.log("int"); process.exit(7) }); console.log(1); setInterval(() => {}, 1000)`;
  const child = start({ script });
  await first(child);
  child.signal("SIGINT");
  expect(await read(child)).toEqual(["int"]);
  expect((await child.exited).code).toBe(7);
});

test.each([
  { file: "no-such-agent", cwd: tmpdir(), kind: "not-installed", text: "is not installed" },
  { file: tmpdir(), cwd: tmpdir(), kind: "not-installed", text: "is not an executable file" },
  { file: "sh", cwd: "/no/such/folder", kind: "not-found", text: "/no/such/folder does not exist" },
])("$file in $cwd is told as $kind by all members", async ({ file, cwd, kind, text }) => {
  const environment = Promise.resolve({ PATH: "/usr/bin:/bin" });
  const child = startAgentProcess({ file, args: [], cwd }, { environment, groups });
  const error = { kind, message: expect.stringContaining(text) };
  await expect(child.write({})).rejects.toMatchObject(error);
  await expect(read(child)).rejects.toMatchObject(error);
  expect(await child.exited).toMatchObject({ code: null, stderr: error.message });
  await child[Symbol.asyncDispose]();
});

test("a process disposed before its environment is known never starts", async () => {
  let know: (environment: Record<string, string>) => void = () => {};
  const environment = new Promise<Record<string, string>>((resolve) => {
    know = resolve;
  });
  const child = startAgentProcess(
    { file: process.execPath, args: ["-e", "console.log(1)"], cwd: tmpdir() },
    { environment, groups },
  );
  const disposed = child[Symbol.asyncDispose]();
  know({});
  await disposed;
  await expect(read(child)).rejects.toThrow("was disposed before it started");
});

test.each([
  ["SIGTERM", "process.kill(process.pid, 'SIGTERM')", "SIGTERM"],
  ["SIGINT", "process.kill(process.pid, 'SIGINT')", "SIGINT"],
  ["process.exit", "process.exit(4)", 4],
  ["an uncaught exception", "setTimeout(() => { throw new Error('x') })", 1],
  [
    "its own handler",
    "process.on('SIGTERM', () => process.exit(9)); process.kill(process.pid, 'SIGTERM')",
    9,
  ],
])("%s of the daemon kills every group", async (_name, ending, expected) => {
  const source = (file: string): string =>
    JSON.stringify(fileURLToPath(new URL(`../src/process/${file}`, import.meta.url)));
  const program = `
    import { startAgentProcess } from ${source("agent-process.ts")};
    import { ProcessGroups } from ${source("process-groups.ts")};
    const spec = { file: process.execPath, args: ["-e", ${JSON.stringify(withGrandchild)}], cwd: "/" };
    const child = startAgentProcess(spec, { environment: Promise.resolve({}), groups: new ProcessGroups() });
    for await (const { json } of child.lines) {
      console.log(json);
      break;
    }
    ${ending};
  `;
  const args = ["--import", "tsx", "--input-type=module", "-e", program];
  const daemon = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"] });
  const ended = once(daemon, "exit");
  const [pid]: unknown[] = await once(daemon.stdout.setEncoding("utf8"), "data");
  const [code, signal]: unknown[] = await ended;
  expect(signal ?? code).toBe(expected);
  await gone(Number(pid));
});
