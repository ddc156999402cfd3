import { fakeHost, type FakeHost, type FakeProcess } from "@fairlead/bridge-core/testing";
import { expect, test } from "vitest";
import { findHermes, sessionsCommand, storedSessions, type HermesWay } from "../src/index.ts";

const { signal } = new AbortController();
const installed = { "/opt/bin/hermes": "#!/opt/bin/python3\n" };

/** A machine on which these programs print this; what else is started ends with code 1. */
function machine(
  says: Readonly<Record<string, string>>,
  { files = {}, environment = {} }: { files?: object; environment?: object } = {},
): FakeHost {
  return fakeHost({
    files: { ...files },
    environment: { HOME: "/home/user", PATH: "/opt/bin", ...environment },
    fetch: () => Promise.resolve(new Response("", { status: 404 })),
    onSpawn(process: FakeProcess) {
      const { args } = process.spec;
      const text = Object.entries(says).find(([word]) => args.includes(word))?.[1];
      if (text !== undefined) process.emitText(text);
      process.exit(text === undefined ? { code: 1 } : {});
    },
  });
}

async function found(host: FakeHost): Promise<HermesWay> {
  return findHermes(host, await host.environment(), signal);
}

test("the gateway is first, where the Python of `hermes` has one", async () => {
  const way = await found(machine({ "-c": "0.17.0" }, { files: installed }));
  expect([way.mode, way.version]).toEqual(["gateway", "0.17.0"]);
});

test("then comes `hermes acp`, and last `hermes chat`, which says what it cannot", async () => {
  const says = { "--check": "Hermes ACP check OK", "--version": "Hermes Agent v0.17.0" };
  expect((await found(machine(says))).mode).toBe("acp");
  const way = await found(machine({ "--version": says["--version"] }));
  expect([way.mode, way.version]).toEqual(["chat", "0.17.0"]);
  expect(way.why).toContain("it cannot ask");
});

test("the environment names a way, and no other is taken then", async () => {
  const says = { "-c": "0.17.0", "--check": "", "--version": "0.17.0" };
  const naming = (mode: string): Promise<HermesWay> =>
    found(machine(says, { files: installed, environment: { FAIRLEAD_HERMES_MODE: mode } }));
  expect((await naming("chat")).mode).toBe("chat");
  await expect(naming("acp")).rejects.toThrow(/^Hermes is not reached by .*: acp$/);
  await expect(naming("tui")).rejects.toThrow(/"tui" is none of gateway, api, acp, chat/);
});

test("`hermes chat` answers in the gateway's words, and refuses what it does not know", async () => {
  const host = machine({ "--version": "0.17.0", "--query=hi": "hello" });
  const told: string[] = [];
  let over: () => void = () => {};
  const turn = new Promise<void>((resolve) => (over = resolve));
  const way = await found(host);
  await using hermes = way.open(
    { cwd: "/home/user", mcpServers: [], instructions: null },
    () => null,
    {
      event(type, payload) {
        told.push(`${type} ${JSON.stringify(payload)}`);
        if (type === "session.info") over();
      },
      ended: (error) => told.push(error.message),
    },
  );
  await hermes.request("session.create", {});
  await hermes.request("prompt.submit", { text: "hi" });
  await turn;
  expect(told).toEqual([
    'message.complete {"status":"complete","text":"hello","usage":{}}',
    'session.info {"running":false,"stored_session_id":""}',
  ]);
  const chat = host.processes.at(-1);
  expect(chat?.spec.args).toEqual([
    "chat",
    "-Q",
    "--query=hi",
    "--toolsets",
    "todo,session_search",
  ]);
  await expect(hermes.request("fairlead.fork", {})).rejects.toThrow(/knows no fairlead\.fork/);
});

test("without a Python of Hermes' nothing is stored; a refusal of its program is told", async () => {
  const host = machine({ rename: "Session 'x' not found" });
  for await (const session of storedSessions(host, null, signal)) expect(session).toBe("none");
  await expect(sessionsCommand(host, ["rename", "x", "title"], / renamed to: /)).rejects.toThrow(
    "Hermes: Session 'x' not found",
  );
});
