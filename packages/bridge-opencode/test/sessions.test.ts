import { expect, test } from "vitest";
import { FakeOpenCode, folder, session, signal } from "./fake-opencode.ts";

async function all<T>(items: AsyncIterable<T> | undefined): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items ?? []) found.push(item);
  return found;
}

test("sessions of all projects are listed page by page, as far as somebody reads", async () => {
  const open = new FakeOpenCode();
  const one = { id: "ses_1", directory: folder, title: "Work", time: { created: 1, updated: 9 } };
  const page = (next: string | null, ...items: object[]): Response =>
    Response.json(items, { headers: next === null ? {} : { "x-next-cursor": next } });
  open.answers["GET /experimental/session"] = page("7", one);
  const list = open.bridge.sessions?.list({ cwd: null, signal })[Symbol.asyncIterator]();
  expect((await list?.next())?.value).toEqual({
    nativeId: "ses_1",
    parentNativeId: null,
    cwd: folder,
    title: "Work",
    preview: "Work",
    createdAtMs: 1,
    updatedAtMs: 9,
    stamp: "9 null",
    archived: false,
    busyElsewhere: false,
  });
  expect(open.count("GET /experimental/session")).toBe(1);
  const child = {
    id: "ses_2",
    parentID: "ses_1",
    title: "New session - 2026",
    time: { archived: 3 },
  };
  open.answers["GET /experimental/session"] = page(null, child);
  expect((await list?.next())?.value).toMatchObject({
    nativeId: "ses_2",
    parentNativeId: "ses_1",
    title: null,
    archived: true,
  });
  expect((await list?.next())?.done).toBe(true);
});

test("a conversation is read as turns, those behind a key alone where one is given", async () => {
  const open = new FakeOpenCode();
  const turn = (user: string, at: number): object[] => [
    {
      info: { id: user, role: "user", time: { created: at } },
      parts: [{ id: `prt_${user}`, messageID: user, type: "text", text: user }],
    },
    {
      info: {
        id: `${user}a`,
        role: "assistant",
        parentID: user,
        finish: "stop",
        time: { created: at + 1, completed: at + 2 },
      },
      parts: [],
    },
  ];
  open.answers[`GET /session/${session}/message`] = [...turn("msg_1", 1), ...turn("msg_2", 10)];
  const read = async (after: string | null): Promise<unknown[]> =>
    (await all(open.bridge.sessions?.read(session, { after, signal }))).flatMap((op) =>
      op.op === "begin" || op.op === "end" ? [[op.op, op.turn]] : [],
    );
  const second = [
    ["begin", "msg_2"],
    ["end", "msg_2"],
  ];
  expect(await read(null)).toEqual([["begin", "msg_1"], ["end", "msg_1"], ...second]);
  expect(await read("msg_1")).toEqual(second);
  expect(await read("msg_2")).toEqual([]);
});

test("a session is renamed and deleted where OpenCode keeps it", async () => {
  const open = new FakeOpenCode();
  await open.bridge.sessions?.rename?.(session, "Better");
  expect((await open.request(`PATCH /session/${session}`)).body).toEqual({ title: "Better" });
  await open.bridge.sessions?.delete?.(session);
  await open.request(`DELETE /session/${session}`);
});

test("one that is not there is said to be missing", async () => {
  const open = new FakeOpenCode();
  const data = { message: "Session not found: ses_1" };
  open.answers[`GET /session/${session}`] = Response.json({ data }, { status: 404 });
  await expect(
    open.open({ from: { nativeId: session, fork: false, before: null } }),
  ).rejects.toMatchObject({ kind: "not-found", message: "OpenCode: Session not found: ses_1" });
});

test("models of connected providers, with their variants as efforts", async () => {
  const open = new FakeOpenCode();
  const models = { one: { id: "one", name: "One", variants: { low: {}, high: {} } } };
  open.answers["GET /config/providers"] = {
    providers: [{ id: "mock", models }],
    default: { mock: "one" },
  };
  expect(await open.bridge.listModels?.({ cwd: folder, signal })).toEqual([
    { id: "mock/one", label: "One", efforts: ["low", "high"], defaultEffort: null, default: true },
  ]);
});

test("commands and skills, each once", async () => {
  const open = new FakeOpenCode();
  const skill = { name: "pdf", description: "reads", location: "/skills/pdf/SKILL.md" };
  open.answers["GET /command"] = [
    { name: "init", description: "starts" },
    { name: "pdf", source: "skill" },
  ];
  open.answers["GET /skill"] = [skill];
  expect(await open.bridge.listCommands?.({ cwd: folder, signal })).toEqual([
    { kind: "command", name: "init", description: "starts", path: null },
    { kind: "skill", name: "pdf", description: "reads", path: "/skills/pdf/SKILL.md" },
  ]);
});

test.each([
  ["1.18.33", "mock/one", { available: true, version: "1.18.33" }],
  [
    "1.18.33",
    "",
    { available: false, reason: "unauthenticated", login: ["opencode", "auth", "login"] },
  ],
])("probe: %s with models %j, and no server", async (version, models, status) => {
  const open = new FakeOpenCode();
  open.onSpawn = (process) => {
    process.emitText(process.spec.args[0] === "--version" ? version : models);
    process.exit();
  };
  expect(await open.bridge.probe({ signal })).toMatchObject(status);
  expect(open.host.processes.map(({ spec }) => spec.args[0])).toEqual(["--version", "models"]);
});
