import { readFile, watch } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { type CodexEntryOptions, codexEntry } from "../../src/codex/codex-entry.ts";
import { type FakeMachine, codexScript, fakeMachine } from "./fake-codex.ts";

const signal = new AbortController().signal;

function entryOn(machine: FakeMachine, more: Partial<CodexEntryOptions> = {}) {
  const { env, groups, log, root } = machine;
  return codexEntry({
    environment: async () => env,
    groups: async () => groups,
    stateDir: join(root, "state"),
    bin: "codex",
    env: {},
    policy: { approvals: "ask", sandbox: "workspace-write" },
    log,
    ...more,
  });
}

/** The process id that a program writes into a file once it runs. */
async function appeared(file: string): Promise<number> {
  for await (const _ of watch(dirname(file))) {
    const text = await readFile(file, "utf8").catch(() => "");
    if (text.endsWith("\n")) return Number(text);
  }
  throw new Error("the folder is watched no more");
}

test("an app-server that dies at once is started three times, then rests, and is told why", async () => {
  await using machine = await fakeMachine("bin");
  const starts = join(machine.root, "starts");
  await machine.program(
    "bin",
    codexScript(
      "0.169.0",
      `echo start >> ${starts}; echo "Error: the database is locked" >&2; exit 3`,
    ),
  );
  let nowMs = 0;
  await using entry = entryOn(machine, { now: () => nowMs });
  for (let count = 0; count < 3; count += 1) {
    await expect(entry.connect({ signal })).rejects.toThrow(
      "codex has ended (exit code 3): Error: the database is locked",
    );
  }
  await expect(entry.connect({ signal })).rejects.toThrow(
    /ended three times within a minute and is started again in 30 s .*the database is locked/u,
  );
  const started = async () => (await readFile(starts, "utf8")).trim().split("\n").length;
  expect(await started()).toBe(3);
  nowMs = 30_000;
  await expect(entry.connect({ signal })).rejects.toThrow("exit code 3");
  expect(await started()).toBe(4);
});

test("a restart opens a gate that is closed", async () => {
  await using machine = await fakeMachine("bin");
  await machine.program("bin", codexScript("0.169.0", "exit 1"));
  await using entry = entryOn(machine, { now: () => 0 });
  for (let count = 0; count < 3; count += 1) {
    await expect(entry.connect({ signal })).rejects.toThrow("exit code 1");
  }
  await entry.restart();
  await expect(entry.connect({ signal })).rejects.toThrow("exit code 1");
});

test("who gives up waits no longer; the end of the daemon ends an app-server that still starts", async () => {
  await using machine = await fakeMachine("bin");
  const started = join(machine.root, "started");
  await machine.program(
    "bin",
    codexScript("0.169.0", `echo $$ > ${started}; while :; do read -r forever; done`),
  );
  await using entry = entryOn(machine);
  const patience = new AbortController();
  const connecting = entry.connect({ signal: patience.signal });
  const pid = await appeared(started);
  patience.abort(new Error("the client has gone"));
  await expect(connecting).rejects.toThrow("the client has gone");
  const waiting = entry.connect({ signal });
  const ended = entry[Symbol.asyncDispose]();
  await expect(waiting).rejects.toThrow();
  await ended;
  expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  await expect(entry.connect({ signal })).rejects.toThrow("Fairlead is shutting down");
});

test("what is missing is a status with what to type, and no connection", async () => {
  await using machine = await fakeMachine("empty");
  await using entry = entryOn(machine, { bin: "codex-of-nobody" });
  const status = await entry.status();
  expect(status).toMatchObject({ available: false, reason: "not-installed", login: null });
  expect(await entry.program()).toBeNull();
  await expect(entry.connect({ signal })).rejects.toThrow("codex-of-nobody");
});

test("a login is asked for with the program that was found", async () => {
  await using machine = await fakeMachine("bin");
  const greet = `read -r initialize; echo '{"id":0,"result":{"userAgent":"fake"}}'`;
  const account = `'{"id":1,"result":{"account":null,"requiresOpenaiAuth":true}}'`;
  const appServer = `${greet}; read -r initialized; read -r account; echo ${account}; read -r end`;
  const script = codexScript("0.169.0", appServer).replace('echo "Logged in"', "exit 1");
  const file = await machine.program("bin", script);
  await using entry = entryOn(machine);
  expect(await entry.status()).toEqual({
    available: false,
    reason: "unauthenticated",
    detail: "codex is installed, but nobody is logged in: run `codex login`",
    login: [file, "login"],
  });
});

test("a second instance has a name of its own", async () => {
  await using machine = await fakeMachine();
  await using entry = entryOn(machine, { name: "codex.work" });
  expect([entry.name, entry.displayName, entry.aliases]).toEqual([
    "codex.work",
    "Codex (work)",
    [],
  ]);
});
