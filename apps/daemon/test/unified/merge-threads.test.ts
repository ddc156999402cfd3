import { describe, expect, test } from "vitest";
import { mergeThreadList, mergeThreadSearch } from "../../src/gateway/unified/merge-threads.ts";
import { cursorOf, FakeAgents, idsOf, type ListedThread } from "./fake-agents.ts";

/** Every page of a list, in order; `between` runs before each but the first. */
async function pages(
  agents: FakeAgents,
  params: Readonly<Record<string, unknown>>,
  between: (page: number) => void = () => {},
): Promise<readonly (readonly string[])[]> {
  const all: (readonly string[])[] = [];
  let cursor = typeof params["cursor"] === "string" ? params["cursor"] : null;
  do {
    if (all.length > 0) between(all.length);
    const { result } = await mergeThreadList({ ...params, cursor }, agents.names, agents.ask);
    all.push(idsOf(result));
    cursor = cursorOf(result, "nextCursor");
  } while (cursor !== null && all.length < 200);
  return all;
}

function threeAgents(): FakeAgents {
  const agents = new FakeAgents("claude", "codex", "pi");
  agents.add(
    "claude",
    { id: "a1", atMs: 9000 },
    { id: "a2", atMs: 5000 },
    { id: "a3", atMs: 1000 },
  );
  agents.add("codex", { id: "b1", atMs: 8000 }, { id: "b2", atMs: 5000 });
  agents.add("pi", { id: "c1", atMs: 7000 });
  return agents;
}

describe("a merged list", () => {
  test("is one list in the order asked for, ties by id", async () => {
    const agents = threeAgents();
    expect(await pages(agents, {})).toEqual([["a1", "b1", "c1", "b2", "a2", "a3"]]);
    expect(await pages(agents, { sortDirection: "asc" })).toEqual([
      ["a3", "a2", "b2", "c1", "b1", "a1"],
    ]);
  });

  test("asks every agent for the same order, the default one too", async () => {
    const agents = threeAgents();
    await pages(agents, { archived: true });
    expect(agents.asked).toHaveLength(3);
    for (const { params } of agents.asked) {
      expect(params).toMatchObject({
        archived: true,
        sortKey: "created_at",
        sortDirection: "desc",
        limit: 25,
      });
    }
  });

  test.each(["created_at", "updated_at", "recency_at"])("reads the time of %s", async (sortKey) => {
    const rows: Readonly<Record<string, readonly object[]>> = {
      one: [{ id: "x", createdAt: 3, updatedAt: 10, recencyAt: 20 }],
      two: [{ id: "y", createdAt: 2, updatedAt: 30, recencyAt: null }],
      three: [{ id: "z", createdAt: 1, updatedAt: 40, recencyAt: 25 }],
    };
    const { result } = await mergeThreadList({ sortKey }, Object.keys(rows), async (agent) => ({
      data: rows[agent],
      nextCursor: null,
    }));
    const expected = { created_at: "x y z", updated_at: "z y x", recency_at: "y z x" };
    expect(expected).toHaveProperty(sortKey, idsOf(result).join(" "));
  });

  test.each([1, 2, 3, 4])("gives every thread once in pages of %i", async (limit) => {
    const all = await pages(threeAgents(), { limit });
    expect(all.flat()).toEqual(["a1", "b1", "c1", "b2", "a2", "a3"]);
    expect(all.every((page) => page.length <= limit)).toBe(true);
  });

  test("loses and doubles nothing while new threads come at the front", async () => {
    const agents = threeAgents();
    const all = await pages(agents, { limit: 2 }, (page) => {
      for (const agent of agents.names)
        agents.add(agent, { id: `${agent}-${page}`, atMs: 10_000 + page });
    });
    expect(all.flat()).toEqual(["a1", "b1", "c1", "b2", "a2", "a3"]);
  });

  test("gives what is left once after any interleaving of pages and new threads", async () => {
    // A fixed sequence of numbers, so that a failure can be seen again.
    let state = 7;
    const random = (below: number): number => {
      state = (state * 48_271) % 2_147_483_647;
      return state % below;
    };
    for (let round = 0; round < 60; round += 1) {
      const agents = new FakeAgents("claude", "codex", "pi");
      const old: ListedThread[] = [];
      for (let index = 0; index < 40; index += 1) {
        const thread = { id: `old-${random(1000)}-${index}`, atMs: random(20) * 700 };
        old.push(thread);
        agents.add(agents.names[random(3)] ?? "", thread);
      }
      const direction = round % 2 === 0 ? "desc" : "asc";
      let fresh = 0;
      const params = { limit: 1 + random(9), sortDirection: direction };
      const all = await pages(agents, params, () => {
        fresh += 1;
        const atMs = direction === "desc" ? 100_000 + fresh : -100_000 - fresh;
        agents.add(agents.names[random(3)] ?? "", { id: `new-${fresh}`, atMs });
      });
      const shown = all.flat();
      expect(new Set(shown).size).toBe(shown.length);
      expect(shown.toSorted()).toEqual(old.map(({ id }) => id).toSorted());
      const seconds = shown.map((id) =>
        Math.floor((old.find((o) => o.id === id)?.atMs ?? 0) / 1000),
      );
      expect(seconds).toEqual(seconds.toSorted((a, b) => (direction === "desc" ? b - a : a - b)));
    }
  });

  test.each([
    [0, 1],
    [101, 100],
    [null, 25],
  ])("a limit of %o is one of %i, as codex has it", async (limit, expected) => {
    const agents = new FakeAgents("claude", "codex");
    for (let index = 0; index < 80; index += 1) {
      agents.add("claude", { id: `a${index}`, atMs: index * 1000 });
      agents.add("codex", { id: `b${index}`, atMs: index * 1000 });
    }
    const { result } = await mergeThreadList({ limit }, agents.names, agents.ask);
    expect(idsOf(result)).toHaveLength(expected);
  });

  test("tells how far each thread it shows was read", async () => {
    const { result } = await mergeThreadList({ limit: 2 }, threeAgents().names, threeAgents().ask);
    expect(result).toMatchObject({
      readStates: { a1: { revision: "claude a1" }, b1: { revision: "codex b1" } },
    });
    expect(result).not.toHaveProperty("readStates.c1");
  });

  test("goes back from its first page to what came since, and to nothing shown before", async () => {
    const agents = threeAgents();
    const { result } = await mergeThreadList({ limit: 3 }, agents.names, agents.ask);
    const cursor = cursorOf(result, "backwardsCursor");
    agents.add("pi", { id: "new-pi", atMs: 20_000 });
    agents.add("claude", { id: "new-claude", atMs: 21_000 });
    expect(await pages(agents, { cursor, sortDirection: "asc", limit: 2 })).toEqual([
      ["a1", "new-pi"],
      ["new-claude"],
    ]);
  });

  test("says that it cannot go back from a later page", async () => {
    const agents = threeAgents();
    const { result } = await mergeThreadList({ limit: 2 }, agents.names, agents.ask);
    const cursor = cursorOf(result, "nextCursor");
    const second = await mergeThreadList({ limit: 2, cursor }, agents.names, agents.ask);
    expect(second.result).toHaveProperty("backwardsCursor", null);
  });
});

describe("an agent that fails", () => {
  test("is left out and named, from the first page to the last", async () => {
    const agents = threeAgents();
    agents.failing.add("codex");
    const first = await mergeThreadList({ limit: 2 }, agents.names, agents.ask);
    expect(idsOf(first.result)).toEqual(["a1", "c1"]);
    expect(first.leftOut).toEqual([{ agent: "codex", reason: "codex cannot be reached" }]);
    agents.failing.clear();
    const cursor = cursorOf(first.result, "nextCursor");
    const second = await mergeThreadList({ limit: 2, cursor }, agents.names, agents.ask);
    expect(idsOf(second.result)).toEqual(["a2", "a3"]);
    expect(second.leftOut).toEqual([]);
    expect(second.result).toHaveProperty("nextCursor", null);
  });

  test("in the middle of a page leaves the rows it gave, and the list ends", async () => {
    const agents = new FakeAgents("claude", "codex");
    agents.add("claude", { id: "a1", atMs: 3000 }, { id: "a2", atMs: 1000 });
    agents.add("codex", { id: "b1", atMs: 2000 });
    const { result, leftOut } = await mergeThreadList(
      { limit: 3 },
      agents.names,
      async (...asked) => {
        const [agent, , { cursor }] = asked;
        if (agent === "claude" && cursor !== null) throw new Error("it crashed");
        return agents.ask(agent, asked[1], { ...asked[2], limit: 1 });
      },
    );
    expect(idsOf(result)).toEqual(["a1", "b1"]);
    expect(leftOut).toEqual([{ agent: "claude", reason: "it crashed" }]);
    expect(result).toHaveProperty("nextCursor", null);
  });

  test("that answers with something else is told apart from an empty one", async () => {
    const { leftOut } = await mergeThreadList({}, ["claude", "codex"], async (agent) =>
      agent === "claude" ? { data: [{ id: 5 }], nextCursor: null } : { data: [], nextCursor: null },
    );
    expect(leftOut).toEqual([
      { agent: "claude", reason: "its list holds a row that is no thread" },
    ]);
  });

  test("whose pages never end is given up", async () => {
    const { result, leftOut } = await mergeThreadList({}, ["claude", "codex"], async (agent) =>
      agent === "claude" ? { data: [], nextCursor: "again" } : { data: [], nextCursor: null },
    );
    expect(idsOf(result)).toEqual([]);
    expect(leftOut).toEqual([{ agent: "claude", reason: "its list of threads has no end" }]);
  });

  test("is the answer when no other agent answers", async () => {
    const agents = threeAgents();
    for (const agent of agents.names) agents.failing.add(agent);
    await expect(mergeThreadList({}, agents.names, agents.ask)).rejects.toThrow(
      "claude cannot be reached",
    );
  });
});

describe("a bad request", () => {
  test.each(["nonsense", "eyJhIjoxfQ", '{"id":"a1"}'])("names the cursor %s", async (cursor) => {
    const agents = threeAgents();
    await expect(mergeThreadList({ cursor }, agents.names, agents.ask)).rejects.toMatchObject({
      code: -32602,
      message: "thread/list: this cursor is not one of this list; ask again without a cursor",
    });
    expect(agents.asked).toEqual([]);
  });

  test("names the order a cursor is of", async () => {
    const agents = threeAgents();
    const { result } = await mergeThreadList({ limit: 2 }, agents.names, agents.ask);
    const cursor = cursorOf(result, "nextCursor");
    await expect(
      mergeThreadList({ cursor, sortKey: "updated_at" }, agents.names, agents.ask),
    ).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining("sortKey created_at and sortDirection desc"),
    });
  });

  test("names the field that is wrong", async () => {
    await expect(
      mergeThreadList({ limit: "x" }, ["claude"], threeAgents().ask),
    ).rejects.toMatchObject({ code: -32602, message: expect.stringContaining("limit") });
  });
});

test.each([{ sortKey: "section_position" }, { sectionId: "s" }, { projectId: "p" }])(
  "the list %o is codex's own, its cursors too",
  async (params) => {
    const asked: unknown[] = [];
    const own = { data: [], nextCursor: "codex's own", backwardsCursor: null, readStates: {} };
    const { result } = await mergeThreadList(params, ["claude", "codex"], async (...request) => {
      asked.push(request);
      return own;
    });
    expect(result).toBe(own);
    expect(asked).toEqual([["codex", "thread/list", params]]);
  },
);

test("thread/search merges its rows with their snippets", async () => {
  const agents = threeAgents();
  const params = { searchTerm: "x", sortKey: "updated_at", limit: 2 };
  const first = await mergeThreadSearch(params, agents.names, agents.ask);
  expect(first.result).toMatchObject({ data: [{ snippet: "a1" }, { snippet: "b1" }] });
  const cursor = cursorOf(first.result, "nextCursor");
  const second = await mergeThreadSearch({ ...params, cursor }, agents.names, agents.ask);
  expect(idsOf(second.result)).toEqual(["c1", "b2"]);
  expect(first.result).not.toHaveProperty("readStates");
});
