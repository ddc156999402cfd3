import { tmpdir } from "node:os";
import { afterEach, beforeEach, expect, test } from "vitest";
import { execMethods } from "../src/exec/exec-methods.ts";
import type { LiveMethods } from "../src/methods/live-methods.ts";
import { groups } from "./support/unwatched-groups.ts";
import { TestClient } from "./test-client.ts";

let methods: LiveMethods;
let client: TestClient;

beforeEach(() => {
  const environment = { PATH: process.env["PATH"] ?? "/usr/bin:/bin", PS1: "ready> " };
  methods = execMethods({
    environment: () => Promise.resolve(environment),
    defaultCwd: tmpdir(),
    groups,
  });
  client = new TestClient(methods.handlers);
});
afterEach(() => methods.dispose());

const onTerminal = { processId: "t", tty: true, disableTimeout: true } as const;

function type(text: string): Promise<unknown> {
  const deltaBase64 = Buffer.from(text).toString("base64");
  return client.request("command/exec/write", { processId: "t", deltaBase64 });
}

test("runs an interactive shell, follows a resize and ends on a hang-up", async () => {
  const running = client.request("command/exec", {
    ...onTerminal,
    command: ["sh", "-i"],
    size: { rows: 11, cols: 77 },
  });
  await client.until(() => client.output().includes("ready> "));
  await type("stty size\n");
  await client.until(() => client.output().includes("11 77"));
  await client.request("command/exec/resize", { processId: "t", size: { rows: 40, cols: 120 } });
  await type("stty size\n");
  await client.until(() => client.output().includes("40 120"));
  await client.request("command/exec/terminate", { processId: "t" });
  expect((await running).exitCode).not.toBe(0);
});

test("reads a character split between two writes, and closing the input as its end", async () => {
  const running = client.request("command/exec", { ...onTerminal, command: ["cat"] });
  const [first, second] = [Buffer.from("é\n").subarray(0, 1), Buffer.from("é\n").subarray(1)];
  for (const part of [first, second]) {
    await client.request("command/exec/write", {
      processId: "t",
      deltaBase64: part.toString("base64"),
    });
  }
  await client.until(() => client.output().includes("é\r\né"));
  await client.request("command/exec/write", { processId: "t", closeStdin: true });
  expect(await running).toEqual({ exitCode: 0, stdout: "", stderr: "" });
});

test("a program that closes its terminal before it exits was not killed", async () => {
  const command = ["sh", "-c", "exec 0<&- 1>&- 2>&-; sleep 0.2; exit 7"];
  expect((await client.request("command/exec", { ...onTerminal, command })).exitCode).toBe(7);
});

test("reports the exit code, and a program that is missing", async () => {
  const command = ["sh", "-c", "exit 3"];
  expect((await client.request("command/exec", { ...onTerminal, command })).exitCode).toBe(3);
  await expect(
    client.request("command/exec", { ...onTerminal, command: ["no-such-program"] }),
  ).rejects.toThrow("No such file or directory (os error 2): no-such-program");
});

test("refuses to resize what has no terminal", async () => {
  const running = client.request("command/exec", { command: ["sleep", "600"], processId: "t" });
  await expect(
    client.request("command/exec/resize", { processId: "t", size: { rows: 1, cols: 1 } }),
  ).rejects.toThrow("failed to resize PTY: process is not attached to a PTY");
  await client.request("command/exec/terminate", { processId: "t" });
  await running;
});
