import { describe, expect, test } from "vitest";
import {
  mergeLoadedList,
  mergeModelList,
  mergeProviderList,
  mergeSkillsList,
} from "../../src/gateway/unified/merge-catalogues.ts";
import type { AskAgent } from "../../src/gateway/unified/ask-agents.ts";
import { isFields } from "../../src/gateway/unified/field-path.ts";

const agents = [
  { name: "codex", displayName: "Codex" },
  { name: "claude", displayName: "Claude Code" },
];
const names = agents.map(({ name }) => name);

/** Answers page by page; a missing agent fails. */
function answering(pages: Readonly<Record<string, readonly unknown[]>>): AskAgent {
  return async (agent, _method, { cursor }) => {
    const answers = pages[agent];
    if (answers === undefined) throw new Error(`${agent} cannot be reached`);
    return answers[typeof cursor === "string" ? Number(cursor) : 0];
  };
}

function model(id: string, isDefault = false): Readonly<Record<string, unknown>> {
  return { id, model: id, displayName: id.toUpperCase(), hidden: false, isDefault };
}

function rowsOf(result: unknown): readonly unknown[] {
  const rows = isFields(result) ? result["data"] : undefined;
  if (!Array.isArray(rows)) throw new Error("this is no page");
  return rows;
}

describe("model/list", () => {
  const ask = answering({
    codex: [
      { data: [model("codex/gpt", true)], nextCursor: "1" },
      { data: [model("codex/mini")], nextCursor: null },
    ],
    claude: [{ data: [model("claude/opus"), model("claude/haiku", true)], nextCursor: null }],
  });

  test("has the models of all agents, the default agent's first, each with its agent's name", async () => {
    const { result, leftOut } = await mergeModelList({}, agents, "claude", ask);
    expect(rowsOf(result)).toMatchObject([
      { id: "claude/opus", displayName: "Claude Code · CLAUDE/OPUS", isDefault: false },
      { id: "claude/haiku", isDefault: true },
      { id: "codex/gpt", displayName: "Codex · CODEX/GPT", isDefault: false },
      { id: "codex/mini", isDefault: false },
    ]);
    expect(leftOut).toEqual([]);
  });

  test("comes in pages of the client's size", async () => {
    const seen: unknown[] = [];
    let cursor: unknown = null;
    do {
      const { result } = await mergeModelList({ limit: 3, cursor }, agents, "codex", ask);
      seen.push(...rowsOf(result));
      cursor = isFields(result) ? result["nextCursor"] : null;
    } while (cursor !== null);
    expect(seen).toMatchObject([
      { id: "codex/gpt", isDefault: true },
      { id: "codex/mini" },
      { id: "claude/opus" },
      { id: "claude/haiku", isDefault: false },
    ]);
  });

  test("has one default also without the default agent", async () => {
    const claude = { data: [model("claude/opus"), model("claude/haiku")], nextCursor: null };
    const { result, leftOut } = await mergeModelList(
      {},
      agents,
      "codex",
      answering({ claude: [claude] }),
    );
    expect(rowsOf(result)).toMatchObject([
      { id: "claude/opus", isDefault: true },
      { id: "claude/haiku", isDefault: false },
    ]);
    expect(leftOut).toEqual([{ agent: "codex", reason: "codex cannot be reached" }]);
  });

  test("leaves out an agent whose answer is none", async () => {
    const odd = answering({
      codex: [{ data: [{ id: 5 }], nextCursor: null }],
      claude: [{ data: [model("claude/opus")], nextCursor: null }],
    });
    const { result, leftOut } = await mergeModelList({}, agents, "codex", odd);
    expect(rowsOf(result)).toMatchObject([{ id: "claude/opus", isDefault: true }]);
    expect(leftOut).toEqual([
      { agent: "codex", reason: "it answered model/list with something else" },
    ]);
  });

  test("fails when every agent does", async () => {
    await expect(mergeModelList({}, agents, "claude", answering({}))).rejects.toThrow(
      "claude cannot be reached",
    );
  });

  test.each(["nonsense", "eyJhZnRlciI6ImdvbmUifQ"])("refuses the cursor %s", async (cursor) => {
    await expect(mergeModelList({ cursor }, agents, "claude", ask)).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining("ask again without a cursor"),
    });
  });
});

test("thread/loaded/list has every agent's threads, in pages too", async () => {
  const ask = answering({
    codex: [{ data: ["a", "b"], nextCursor: null }],
    claude: [{ data: ["c"], nextCursor: null }],
  });
  expect((await mergeLoadedList({}, names, ask)).result).toEqual({
    data: ["a", "b", "c"],
    nextCursor: null,
  });
  const first = (await mergeLoadedList({ limit: 2 }, names, ask)).result;
  expect(rowsOf(first)).toEqual(["a", "b"]);
  const cursor = isFields(first) ? first["nextCursor"] : null;
  expect((await mergeLoadedList({ limit: 2, cursor }, names, ask)).result).toEqual({
    data: ["c"],
    nextCursor: null,
  });
});

test("skills/list joins what agents have in a folder, one file once, and keeps every error", async () => {
  const entry = (cwd: string, paths: readonly string[], error: string): unknown => ({
    cwd,
    skills: paths.map((path) => ({ path })),
    errors: [{ path: cwd, message: error }],
  });
  const { result } = await mergeSkillsList(
    { cwds: ["/a"] },
    names,
    answering({
      codex: [{ data: [entry("/a", ["/a/1", "/a/2"], "x")] }],
      claude: [{ data: [entry("/a", ["/a/2", "/a/3"], "y"), entry("/b", ["/b/1"], "z")] }],
    }),
  );
  expect(rowsOf(result)).toEqual([
    {
      cwd: "/a",
      skills: [{ path: "/a/1" }, { path: "/a/2" }, { path: "/a/3" }],
      errors: [
        { path: "/a", message: "x" },
        { path: "/a", message: "y" },
      ],
    },
    { cwd: "/b", skills: [{ path: "/b/1" }], errors: [{ path: "/b", message: "z" }] },
  ]);
});

test("modelProvider/list has every provider once, and the default agent's default", async () => {
  const { result } = await mergeProviderList(
    names,
    "claude",
    answering({
      codex: [
        {
          data: [{ id: "openai" }, { id: "local" }],
          defaultProviderId: "openai",
          canChangeDefault: true,
        },
      ],
      claude: [{ data: [{ id: "claude" }], defaultProviderId: "claude", canChangeDefault: false }],
    }),
  );
  expect(result).toEqual({
    data: [{ id: "claude" }, { id: "openai" }, { id: "local" }],
    defaultProviderId: "claude",
    canChangeDefault: false,
  });
});
