import type { NativeSession, ThreadOp } from "@fairlead/bridge-core";
import { fakeHost } from "@fairlead/bridge-core/testing";
import { expect, test } from "vitest";
import droid from "../src/index.ts";
import { compact, fixture, folder, signal, threadId } from "./open-thread.ts";

const root = "/home/user/.factory/sessions";
const own = `${root}/-home-user-project`;

async function all<T>(items: AsyncIterable<T> | undefined): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items ?? []) found.push(item);
  return found;
}

function sessionsIn(files: Readonly<Record<string, string>>) {
  const { sessions } = droid(fakeHost({ files }));
  return {
    list: (cwd: string | null): Promise<NativeSession[]> => all(sessions?.list({ cwd, signal })),
    read: (id: string, after: string | null = null): Promise<ThreadOp[]> =>
      all(sessions?.read(id, { after, signal })),
  };
}

test("a list tells of the folder's sessions, which are archived, and whose sub-agent one is", async () => {
  const start = { type: "session_start", id: "child", title: "New Session", cwd: folder };
  const message = { role: "user", content: [{ type: "text", text: "hello\nyou" }] };
  const line = { type: "message", id: "m", timestamp: "2026-01-01T00:00:00.000Z", message };
  const child = [{ ...start, callingSessionId: threadId }, line].map((each) =>
    JSON.stringify(each),
  );
  const { list } = sessionsIn({
    [`${own}/${threadId}.jsonl`]: fixture("decline.session.jsonl"),
    [`${own}/${threadId}.settings.json`]: '{"archivedAt":"2026-01-01T00:00:00.000Z"}',
    [`${own}/child.jsonl`]: child.join("\n"),
    [`${own}/unsaid.jsonl`]: JSON.stringify({ ...start, id: "unsaid" }),
    [`${root}/-elsewhere/other.jsonl`]: child.join("\n").replace(folder, "/elsewhere"),
  });
  const found = (await list(folder)).map(
    ({ nativeId, parentNativeId, title, preview, archived }) => {
      return [nativeId, parentNativeId, title, preview.slice(0, 20), archived];
    },
  );
  expect(found).toEqual([
    ["child", threadId, null, "hello", false],
    [threadId, null, "Mock title", 'tool: Execute {"comm', true],
  ]);
  expect(await list(null)).toHaveLength(3);
});

test("a stored turn has the keys it had live, and tells what was declined", async () => {
  const { read } = sessionsIn({ [`${own}/${threadId}.jsonl`]: fixture("decline.session.jsonl") });
  expect(compact(await read(threadId))).toMatchInlineSnapshot(`
    "begin {"turn":"00000000-0000-7000-8000-00000000bbbb","input":[{"type":"text","text":"tool: Execute {\\"command\\":\\"ls > no\\",\\"summary\\":\\"s\\",\\"riskLevel\\":\\"low\\",\\"riskLevelReason\\":\\"r\\"} ;; say: went on","text_elements":[]}]}
    open {"key":"#1","item":{"type":"command","command":"ls > no","cwd":null}}
    close {"key":"#1","status":"declined"}
    open {"key":"984ef24e-dc73-4deb-8916-ad18919ace2f:0","item":{"type":"message"}}
    text 984ef24e-dc73-4deb-8916-ad18919ace2f:0 "went on"
    close {"key":"984ef24e-dc73-4deb-8916-ad18919ace2f:0"}
    end {"turn":"00000000-0000-7000-8000-00000000bbbb","status":"completed"}"
  `);
});

test("the tools of a stored turn", async () => {
  const { read } = sessionsIn({ [`${own}/${threadId}.jsonl`]: fixture("tools.session.jsonl") });
  const ops = await read(threadId);
  expect(ops.map(({ op }) => op).join(" ")).toMatchInlineSnapshot(
    `"begin open close open close open close open close plan open text close open text close end"`,
  );
  expect(ops.every(({ atMs }) => typeof atMs === "number")).toBe(true);
});

test("what was compacted begins with a turn that says so; reading goes on behind a turn", async () => {
  const { read } = sessionsIn({ [`${own}/after.jsonl`]: fixture("compact.after.session.jsonl") });
  const ops = await read("after");
  expect(compact(ops)).toMatchInlineSnapshot(`
    "begin {"turn":"d82d53ce-f302-4c20-a30b-87aa38cf0412","input":[]}
    open {"key":"d82d53ce-f302-4c20-a30b-87aa38cf0412","item":{"type":"compaction"}}
    close {"key":"d82d53ce-f302-4c20-a30b-87aa38cf0412"}
    end {"turn":"d82d53ce-f302-4c20-a30b-87aa38cf0412","status":"completed"}
    begin {"turn":"00000000-0000-7000-8000-00000000bbb1","input":[{"type":"text","text":"say: two","text_elements":[]}]}
    open {"key":"839dcb13-acdb-4f8b-beb5-425e0ddd87a5:0","item":{"type":"message"}}
    text 839dcb13-acdb-4f8b-beb5-425e0ddd87a5:0 "two"
    close {"key":"839dcb13-acdb-4f8b-beb5-425e0ddd87a5:0"}
    end {"turn":"00000000-0000-7000-8000-00000000bbb1","status":"completed"}"
  `);
  const [first] = ops;
  const key = first?.op === "begin" ? first.turn : "";
  expect((await read("after", key)).filter(({ op }) => op === "begin")).toHaveLength(1);
});

test("a turn that Droid died in ends interrupted; a session that is not there is named", async () => {
  const lines = fixture("interrupt.session.jsonl").trim().split("\n");
  const cut = lines.filter((line) => !line.includes("agent_turn_outcome"));
  const { read } = sessionsIn({ [`${own}/${threadId}.jsonl`]: cut.join("\n") });
  expect((await read(threadId)).at(-1)).toMatchObject({ op: "end", status: "interrupted" });
  await expect(read("nowhere")).rejects.toMatchObject({ kind: "not-found" });
});

test("what a hook of the user's own says to the model belongs to the turn it was said in", async () => {
  const said = (id: string, role: string, text: string) => {
    const message = { role, content: [{ type: "text", text }] };
    return { type: "message", id, timestamp: "2026-01-01T00:00:00.000Z", message };
  };
  const lines = [
    { type: "session_start", id: threadId, title: "T", cwd: folder },
    said("u1", "user", "go"),
    said("a1", "assistant", "first"),
    said("u2", "user", "a hook at the end: go on"),
    said("a2", "assistant", "second"),
    { type: "agent_turn_outcome", turnId: "u1", reason: "completed" },
  ];
  const { read } = sessionsIn({
    [`${own}/${threadId}.jsonl`]: lines.map((line) => JSON.stringify(line)).join("\n"),
  });
  const ends = (await read(threadId)).filter(({ op }) => op === "end");
  expect(ends).toMatchObject([{ turn: "u1", status: "completed" }]);
});
