import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { execMethods } from "../src/exec/exec-methods.ts";
import type { LiveMethods } from "../src/methods/live-methods.ts";
import { groups } from "./support/unwatched-groups.ts";
import { TestClient } from "./test-client.ts";

const path = process.env["PATH"] ?? "/usr/bin:/bin";
let folder: string;
let methods: LiveMethods;
let client: TestClient;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "fairlead-exec-")));
  methods = execMethods({
    environment: () => Promise.resolve({ PATH: path, HOME: "/home/someone", KEPT: "yes" }),
    defaultCwd: folder,
    groups,
  });
  client = new TestClient(methods.handlers);
});
afterEach(async () => {
  await methods.dispose();
  await rm(folder, { recursive: true });
});

const shell = (script: string): string[] => ["sh", "-c", script];
const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** A pipe a process can hold open as descriptor 3; `cut` resolves when the last holder is gone. */
function lifeline(): { readonly path: string; readonly cut: Promise<unknown> } {
  const pipe = join(folder, "lifeline");
  execFileSync("mkfifo", [pipe]);
  return { path: pipe, cut: readFile(pipe) };
}

test("answers with the exit code and both outputs", async () => {
  const command = shell("echo out; echo err >&2; exit 4");
  expect(await client.request("command/exec", { command })).toEqual({
    exitCode: 4,
    stdout: "out\n",
    stderr: "err\n",
  });
});

test("runs in the default folder or one relative to it, with the environment changed", async () => {
  const command = shell('pwd; echo "$KEPT ${HOME-unset} $ADDED"');
  const env = { HOME: null, ADDED: "new" };
  expect(await client.request("command/exec", { command, env, cwd: ".." })).toEqual({
    exitCode: 0,
    stdout: `${join(folder, "..")}\nyes unset new\n`,
    stderr: "",
  });
  const here = await client.request("command/exec", { command: ["pwd"] });
  expect(here.stdout).toBe(`${folder}\n`);
});

test("gives a command that streams no input an empty one", async () => {
  const result = await client.request("command/exec", { command: shell("cat; echo end") });
  expect(result.stdout).toBe("end\n");
});

test("reports a death by signal as 128 plus its number", async () => {
  const result = await client.request("command/exec", { command: shell("kill -9 $$") });
  expect(result.exitCode).toBe(137);
});

test("says what is missing when the program or the folder does not exist", async () => {
  await expect(
    client.request("command/exec", { command: ["no-such-program"] }),
  ).rejects.toMatchObject({
    code: -32603,
    message: "failed to spawn command: No such file or directory (os error 2): no-such-program",
  });
  await expect(
    client.request("command/exec", { command: ["pwd"], cwd: "/no/such/folder" }),
  ).rejects.toMatchObject({
    message:
      "failed to spawn command: No such file or directory (os error 2): folder /no/such/folder",
  });
});

test("ends a command and its children at the time limit with exit code 124", async () => {
  const { path: pipe, cut } = lifeline();
  const result = await client.request("command/exec", {
    command: shell(`sleep 600 3>${pipe} & wait`),
    timeoutMs: 200,
  });
  expect(result.exitCode).toBe(124);
  await cut;
});

test("caps the output it keeps", async () => {
  const command = ["head", "-c", "3000000", "/dev/zero"];
  const byDefault = await client.request("command/exec", { command });
  expect(byDefault.stdout.length).toBe(1024 * 1024);
  const capped = await client.request("command/exec", { command, outputBytesCap: 10 });
  expect(capped.stdout.length).toBe(10);
  const whole = await client.request("command/exec", { command, disableOutputCap: true });
  expect(whole.stdout.length).toBe(3_000_000);
});

test("streams output before the answer and marks the capped piece", async () => {
  const result = await client.request("command/exec", {
    command: shell("seq 5; seq 3 >&2"),
    processId: "p",
    streamStdoutStderr: true,
    outputBytesCap: 4,
  });
  expect(result).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  const deltas = client.of("command/exec/outputDelta");
  const piece = { processId: "p", deltaBase64: base64("1\n2\n"), capReached: true };
  expect(deltas).toHaveLength(2);
  expect(deltas).toContainEqual({ ...piece, stream: "stdout" });
  expect(deltas).toContainEqual({ ...piece, stream: "stderr" });
});

test("takes input sent right behind the request, and its end", async () => {
  const running = client.request("command/exec", {
    command: ["cat"],
    processId: "cat",
    streamStdin: true,
  });
  const write = (params: { deltaBase64?: string; closeStdin?: boolean }): Promise<unknown> =>
    client.request("command/exec/write", { processId: "cat", ...params });
  expect(await write({ deltaBase64: base64("one ") })).toEqual({});
  expect(await write({ deltaBase64: base64("two"), closeStdin: true })).toEqual({});
  expect(await running).toEqual({ exitCode: 0, stdout: "one two", stderr: "" });
});

test("refuses bad writes in codex's words", async () => {
  const command = ["sleep", "600"];
  const silent = client.request("command/exec", { command, processId: "silent" });
  const open = client.request("command/exec", { command, processId: "open", streamStdin: true });
  const write = (processId: string, deltaBase64?: string): Promise<unknown> =>
    client.request("command/exec/write", {
      processId,
      ...(deltaBase64 === undefined ? {} : { deltaBase64 }),
    });
  await expect(write("silent", "aGk=")).rejects.toThrow(
    "stdin streaming is not enabled for this command/exec",
  );
  await expect(write("open")).rejects.toThrow(
    "command/exec/write requires deltaBase64 or closeStdin",
  );
  await expect(write("open", "!!!")).rejects.toMatchObject({ code: -32602 });
  await client.request("command/exec/write", { processId: "open", closeStdin: true });
  await expect(write("open", "aGk=")).rejects.toThrow("stdin is already closed");
  for (const processId of ["silent", "open"]) {
    await client.request("command/exec/terminate", { processId });
  }
  expect((await silent).exitCode).toBe(143);
  expect((await open).exitCode).toBe(143);
});

test("keeps process ids apart by connection and free again after the end", async () => {
  const command = ["sleep", "600"];
  const other = new TestClient(methods.handlers, "client-2");
  const running = client.request("command/exec", { command, processId: "p" });
  await expect(client.request("command/exec", { command, processId: "p" })).rejects.toMatchObject({
    code: -32600,
    message: 'duplicate active command/exec process id: "p"',
  });
  await expect(other.request("command/exec/terminate", { processId: "p" })).rejects.toMatchObject({
    code: -32600,
    message: 'no active command/exec for process id "p"',
  });
  await client.request("command/exec/terminate", { processId: "p" });
  await running;
  const again = await client.request("command/exec", { command: ["true"], processId: "p" });
  expect(again.exitCode).toBe(0);
});

test("kills what ignores the polite signal, and its children", async () => {
  const { path: pipe, cut } = lifeline();
  const running = client.request("command/exec", {
    command: shell(`trap '' TERM; exec 3>${pipe}; echo ready; sleep 600 & wait`),
    processId: "stubborn",
    streamStdoutStderr: true,
    disableTimeout: true,
  });
  await client.until(() => client.output().endsWith("\n"));
  await client.request("command/exec/terminate", { processId: "stubborn" });
  expect((await running).exitCode).toBe(137);
  await cut;
});

test.each(["the connection closes", "the server is disposed"])(
  "ends processes when %s",
  async (cause) => {
    const { path: pipe, cut } = lifeline();
    const running = client.request("command/exec", {
      command: shell(`exec 3>${pipe}; echo ready; sleep 600 & wait`),
      processId: "p",
      streamStdoutStderr: true,
      disableTimeout: true,
    });
    await client.until(() => client.output().endsWith("\n"));
    if (cause === "the connection closes") client.hangUp();
    else await methods.dispose();
    expect((await running).exitCode).toBe(143);
    await cut;
  },
);

test("answers although a background child holds the output, and ends that child", async () => {
  const { path: pipe, cut } = lifeline();
  const command = shell(`exec 3>${pipe}; sleep 600 & echo hi`);
  expect(await client.request("command/exec", { command })).toEqual({
    exitCode: 0,
    stdout: "hi\n",
    stderr: "",
  });
  await cut;
});

test.each([
  [{ sandboxPolicy: { type: "readOnly", networkAccess: false } as const }, "readOnly"],
  [{ permissionProfile: ":read-only" }, ":read-only"],
])("runs nothing when asked for a sandbox: %o", async (sandbox, name) => {
  const marker = join(folder, "ran");
  await expect(
    client.request("command/exec", { command: ["touch", marker], ...sandbox }),
  ).rejects.toMatchObject({ code: -32600, message: expect.stringContaining(`"${name}"`) });
  expect((await client.request("command/exec", { command: ["ls"] })).stdout).toBe("");
});

test("runs when no sandbox is asked for", async () => {
  for (const sandbox of [
    { sandboxPolicy: null, permissionProfile: null },
    { sandboxPolicy: { type: "dangerFullAccess" } as const },
    { permissionProfile: ":danger-full-access" },
  ]) {
    const result = await client.request("command/exec", { command: ["true"], ...sandbox });
    expect(result.exitCode).toBe(0);
  }
});

test("answers the codex terminal's own requests, which fill every field", async () => {
  const result = await client.request("command/exec", {
    command: ["git", "-c", "core.fsmonitor=false", "rev-parse", "--is-inside-work-tree"],
    processId: null,
    outputBytesCap: null,
    disableOutputCap: true,
    timeoutMs: 30_000,
    cwd: folder,
    env: null,
    size: null,
    sandboxPolicy: null,
    permissionProfile: null,
  });
  expect(result.exitCode).toBe(128);
  expect(result.stderr).toContain("not a git repository");
});

test.each([
  [{ command: [] }, -32600, "command must not be empty"],
  [
    { command: ["cat"], streamStdin: true },
    -32600,
    "command/exec tty or streaming requires a client-supplied processId",
  ],
  [
    { command: ["true"], timeoutMs: -1 },
    -32602,
    "command/exec timeoutMs must be non-negative, got -1",
  ],
  [
    { command: ["true"], timeoutMs: 1, disableTimeout: true },
    -32602,
    "command/exec cannot set both timeoutMs and disableTimeout",
  ],
  [
    { command: ["true"], outputBytesCap: 1, disableOutputCap: true },
    -32602,
    "command/exec cannot set both outputBytesCap and disableOutputCap",
  ],
  [
    { command: ["true"], size: { rows: 1, cols: 1 } },
    -32602,
    "command/exec size requires tty: true",
  ],
  [
    { command: ["true"], tty: true, processId: "p", size: { rows: 0, cols: 1 } },
    -32602,
    "command/exec size rows and cols must be greater than 0",
  ],
])("refuses %j", async (params, code, message) => {
  await expect(client.request("command/exec", params)).rejects.toMatchObject({ code, message });
});
