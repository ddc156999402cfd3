import { createServer } from "node:http";
import { expect, test } from "vitest";
import type { ThreadOp } from "../src/ops.ts";
import {
  actionOf,
  commandTyped,
  endsInRules,
  grantOf,
  HttpClient,
  inputParts,
  isOrdinaryFile,
  mentionedFile,
  OrderedTurns,
  probed,
  rulesIn,
  textInput,
  usable,
} from "../src/parts.ts";
import { firstTurnIn, opsBehind } from "../src/parts/past-turns.ts";
import { RetryLimit } from "../src/parts/retry-limit.ts";
import { SessionChanges } from "../src/parts/session-changes.ts";
import { fakeHost } from "../src/testing.ts";

const { signal } = new AbortController();

interface Served {
  readonly client: HttpClient;
  readonly seen: string[];
  readonly connections: () => number;
}

/** A server that answers with its requests' paths, two to a page, and keeps connections. */
async function serving(use: (served: Served) => Promise<void>): Promise<void> {
  const seen: string[] = [];
  let connections = 0;
  const server = createServer({ keepAlive: true }, (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    seen.push(request.url ?? "");
    if (pathname === "/gone") response.statusCode = 404;
    response.setHeader("content-type", "application/json");
    if (searchParams.get("cursor") === null) response.setHeader("x-next", "2");
    response.end(JSON.stringify([{ path: pathname }, { at: searchParams.get("cursor") }]));
  });
  server.on("connection", () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const host = fakeHost({ fetch: globalThis.fetch });
  const url = `http://127.0.0.1:${port}`;
  const client = new HttpClient(host, { agent: "Agent", url, user: "u", password: "p" });
  try {
    await use({ client, seen, connections: () => connections });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

test("every request has a connection of its own: a kept one may be closed under it", () =>
  serving(async ({ client, connections }) => {
    for (const path of ["/one", "/two", "/three"]) await client.list(path);
    expect(connections()).toBe(3);
  }));

test("a client in a folder says so with every request, and reads a list page by page", () =>
  serving(async ({ client, seen }) => {
    const inFolder = client.at("", { directory: "/a b" }).at("/session/1");
    const items: unknown[] = [];
    for await (const item of inFolder.pages("/message?limit=2", "x-next", "cursor"))
      items.push(item);
    expect(items).toEqual([
      { path: "/session/1/message" },
      { at: null },
      { path: "/session/1/message" },
      { at: "2" },
    ]);
    expect(seen).toEqual([
      "/session/1/message?limit=2&directory=%2Fa+b",
      "/session/1/message?limit=2&directory=%2Fa+b&cursor=2",
    ]);
  }));

test("an answer to what is gone is passed over, other requests about it are not", () =>
  serving(async ({ client }) => {
    await client.reply("/gone", {});
    await expect(client.post("/gone")).rejects.toMatchObject({ kind: "not-found" });
  }));

test("a request that always fails is stopped, and its turn has failed", () => {
  let stops = 0;
  const limit = new RetryLimit(2, () => (stops += 1));
  const failure = { kind: "rate-limit", message: "slow down" } as const;
  const retry = { op: "retry", failure } as const;
  const tokens = { input: 1, cached: 0, output: 1, reasoning: 0 };
  const end = { op: "end", turn: "t", status: "interrupted" } as const;
  const told: ThreadOp[] = [retry, { op: "usage", last: tokens }, retry, { ...retry, thread: "c" }];
  for (const op of told) expect(limit.pass(op)).toBe(op);
  expect(stops).toBe(0);
  limit.pass(retry);
  expect(stops).toBe(1);
  expect(limit.pass({ ...end, thread: "c" })).toMatchObject({ status: "interrupted" });
  expect(limit.pass(end)).toEqual({ ...end, status: "failed", failure });
  expect(limit.pass(end)).toEqual(end);
});

test.each([
  ["default", "ask", "danger-full-access", "nothing"],
  ["default", "auto", "read-only", "nothing"],
  ["default", "auto", "workspace-write", "edits"],
  ["default", "auto", "danger-full-access", "all"],
  ["plan", "auto", "danger-full-access", "nothing"],
] as const)("%s, %s × %s grants %s", (mode, approvals, sandbox, granted) => {
  expect(grantOf({ model: null, effort: null, mode, approvals, sandbox })).toBe(granted);
});

test.each([
  ["/p/a.txt", true],
  ["/p/.gitignore", true],
  ["/p-other/a.txt", false],
  ["/p/../a.txt", false],
  ["/p/.git/hooks/h", false],
  ["/p/sub/.agents/skills/s", false],
  ["/p/own.json", false],
  ["", false],
])("%s in /p is ordinary: %s", (file, ordinary) => {
  expect(isOrdinaryFile(file, "/p", "own.json")).toBe(ordinary);
});

test("of rules the last one that matches decides; what is unknown asks", () => {
  const rules = rulesIn([
    { permission: "*", pattern: "*", action: "allow" },
    { permission: "bash", pattern: "rm *", action: "deny" },
    { permission: "edit", pattern: "?.txt", action: "perhaps" },
  ]);
  const of = (permission: string, pattern: string): string => actionOf(rules, permission, pattern);
  expect([of("bash", "ls"), of("bash", "rm x"), of("bash", "rm"), of("bash", "rmdir")]).toEqual([
    "allow",
    "deny",
    "deny",
    "allow",
  ]);
  expect([of("edit", "a.txt"), of("edit", "ab.txt")]).toEqual(["ask", "allow"]);
  expect(actionOf([], "bash", "ls")).toBe("ask");
  expect([endsInRules(rules, rules.slice(1)), endsInRules(rules.slice(1), rules)]).toEqual([
    true,
    false,
  ]);
});

test("input is read before it is sent, and what cannot be sent is named", async () => {
  const host = fakeHost({ files: { "/p/a/b.txt": "x" } });
  const image = { type: "image" as const, url: "data:image/png;base64,AAAA" };
  const mention = { type: "mention" as const, name: "b", path: "a" };
  expect(await inputParts("Agent", [textInput("hi"), image, mention], host)).toEqual([
    { type: "text", text: "hi" },
    { type: "image", mediaType: "image/png", base64: "AAAA", url: image.url, name: null },
    mention,
  ]);
  const sound = { type: "localAudio" as const, path: "/a.wav" };
  await expect(inputParts("Agent", [sound], host)).rejects.toMatchObject({
    kind: "unsupported",
    message: "Agent takes no audio",
  });
  const folder = { url: "file:///p/a", name: "a", isFolder: true };
  expect(await mentionedFile("a", "/p", host)).toEqual(folder);
  expect(await mentionedFile("app://mail", "/p", host)).toBeNull();
});

test("a slash command is known by the start of the text", () => {
  expect(commandTyped([textInput(" /st all\nof it")])).toEqual({ name: "st", given: "all\nof it" });
  expect(commandTyped([textInput("/etc/hosts is a file")])).toBeNull();
  expect(commandTyped([])).toBeNull();
});

test("turns behind a key; all where it is none's", () => {
  const turn = (key: string): ThreadOp[] => [
    { op: "begin", turn: key, input: [] },
    { op: "begin", turn: "inner", input: [], thread: "child" },
    { op: "end", turn: key, status: "completed" },
  ];
  const ops = [...turn("1"), ...turn("2")];
  expect(opsBehind(ops, "1")).toEqual(turn("2"));
  expect(opsBehind(ops, "2")).toEqual([]);
  for (const key of [null, "inner"]) expect(opsBehind(ops, key)).toEqual(ops);
});

test("input that cannot be handed over is no turn", async () => {
  const turns = new OrderedTurns();
  const refused = turns.handing("1", "new", () => Promise.reject(new Error("no")));
  expect(turns.open).toBe("1");
  await expect(refused).rejects.toThrow("no");
  expect([turns.open, turns.waiting]).toEqual([null, []]);
});

test("changes are told to all who follow, until they stop", async () => {
  const changes = new SessionChanges();
  const ending = new AbortController();
  const reader = changes.follow(ending.signal);
  const first = reader.next();
  changes.tell("one");
  expect((await first).value).toBe("one");
  ending.abort();
  expect((await reader.next()).done).toBe(true);
});

test("a probe says what the program says of itself, or why it cannot be used", async () => {
  const host = fakeHost({
    onSpawn: (process) => {
      process.emitText("agent v1.2.3-beta");
      process.exit();
    },
  });
  const notInstalled = "install it";
  const about = { notInstalled, signal };
  expect(await probed(host, about, async ({ print }) => usable(await print("a", "-v")))).toEqual({
    available: true,
    version: "1.2.3-beta",
  });
  const broken = await probed(host, about, () => Promise.reject(new Error("it is broken")));
  expect(broken).toMatchObject({ available: false, reason: "error", detail: "it is broken" });
});

test("a turn seen live is joined to the first that is stored, where that can be read", async () => {
  async function* stored(fails: boolean): AsyncGenerator<ThreadOp> {
    if (fails) throw new Error("not there");
    yield { op: "begin", turn: "a", input: [] };
    yield { op: "begin", turn: "b", input: [] };
  }
  expect(await firstTurnIn(stored(false), "live")).toEqual([{ op: "alias", id: "live", key: "a" }]);
  expect(await firstTurnIn(stored(true), "live")).toEqual([]);
});
