import { tmpdir } from "node:os";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { LiveMethods } from "../src/methods/live-methods.ts";
import { processMethods } from "../src/exec/process-methods.ts";
import { groups } from "./support/unwatched-groups.ts";
import { TestClient } from "./test-client.ts";

const cwd = tmpdir();
let methods: LiveMethods;
let client: TestClient;

beforeEach(() => {
  const environment = { PATH: process.env["PATH"] ?? "/usr/bin:/bin" };
  methods = processMethods({
    environment: () => Promise.resolve(environment),
    defaultCwd: cwd,
    groups,
  });
  client = new TestClient(methods.handlers);
});
afterEach(() => methods.dispose());

const untilExit = (): Promise<void> =>
  client.until((received) => received.some(({ method }) => method === "process/exited"));

test("answers at the start, then streams, takes input and tells the exit", async () => {
  const answer = await client.request("process/spawn", {
    command: ["sh", "-c", "read line; echo got $line; exit 5"],
    processHandle: "h",
    cwd,
    streamStdin: true,
    streamStdoutStderr: true,
  });
  expect(answer).toEqual({});
  expect(client.received).toEqual([]);
  const deltaBase64 = Buffer.from("it\n").toString("base64");
  await client.request("process/writeStdin", { processHandle: "h", deltaBase64 });
  await untilExit();
  expect(client.output()).toBe("got it\n");
  expect(client.of("process/exited")).toEqual([
    {
      processHandle: "h",
      exitCode: 5,
      outputDrainTimedOut: false,
      stdout: "",
      stdoutCapReached: false,
      stderr: "",
      stderrCapReached: false,
    },
  ]);
});

test("keeps the output for the exit when it is not streamed", async () => {
  const command = ["sh", "-c", "seq 5; echo e >&2"];
  await client.request("process/spawn", { command, processHandle: "h", cwd, outputBytesCap: 4 });
  await untilExit();
  expect(client.of("process/exited")).toMatchObject([
    { stdout: "1\n2\n", stdoutCapReached: true, stderr: "e\n", stderrCapReached: false },
  ]);
});

test("kills a process, whose handle is free afterwards", async () => {
  const command = ["sleep", "600"];
  const spawn = { command, processHandle: "h", cwd, timeoutMs: null };
  await client.request("process/spawn", spawn);
  await expect(client.request("process/spawn", spawn)).rejects.toThrow(
    'duplicate active process handle: "h"',
  );
  await client.request("process/kill", { processHandle: "h" });
  await untilExit();
  expect(client.of("process/exited")).toMatchObject([{ exitCode: 143 }]);
  expect(await client.request("process/spawn", spawn)).toEqual({});
});

test("refuses what it cannot start", async () => {
  const spawn = { command: ["true"], processHandle: "h", cwd };
  await expect(
    client.request("process/spawn", { ...spawn, command: ["no-such-program"] }),
  ).rejects.toMatchObject({
    code: -32603,
    message: "failed to spawn process: No such file or directory (os error 2): no-such-program",
  });
  await expect(client.request("process/spawn", { ...spawn, cwd: "sub" })).rejects.toThrow(
    'cwd must be an absolute path, got "sub"',
  );
  await expect(client.request("process/spawn", { ...spawn, processHandle: "" })).rejects.toThrow(
    "processHandle must not be empty",
  );
  await expect(client.request("process/kill", { processHandle: "gone" })).rejects.toThrow(
    'no active process for process handle "gone"',
  );
});

test("follows a resize of its terminal", async () => {
  await client.request("process/spawn", {
    command: ["sh", "-c", "read line; stty size"],
    processHandle: "h",
    cwd,
    tty: true,
    size: { rows: 11, cols: 77 },
  });
  const size = { rows: 40, cols: 120 };
  await client.request("process/resizePty", { processHandle: "h", size });
  const deltaBase64 = Buffer.from("\n").toString("base64");
  await client.request("process/writeStdin", { processHandle: "h", deltaBase64 });
  await untilExit();
  expect(client.output()).toContain("40 120");
});
