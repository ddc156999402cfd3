import { describe, expect, test } from "vitest";
import type { ThreadOp } from "../src/ops.ts";
import {
  countedTokens,
  diffChange,
  Facts,
  fileInput,
  imageIn,
  OrderedTurns,
  type Outcome,
  otherTool,
  patchChanges,
  pathFrom,
  planSteps,
  questionsOf,
  SessionTree,
  TextItems,
} from "../src/parts.ts";
import { hunksOf } from "../src/parts/patches.ts";
import { OutputBuffer } from "../src/turn/text-buffer.ts";

describe("patches", () => {
  test("in the form of models: files that are added, changed, moved and deleted", () => {
    const patch = [
      "*** Begin Patch",
      "*** Add File: a.txt",
      "+one",
      "+two",
      "*** Update File: b.txt",
      "*** Move to: c.txt",
      "@@",
      "-old",
      "+new",
      "*** Delete File: /d.txt",
      "*** End Patch",
    ].join("\n");
    expect(patchChanges(patch, (path) => pathFrom("/p", path))).toEqual([
      { path: "/p/a.txt", kind: "add", diff: "one\ntwo\n" },
      { path: "/p/b.txt", kind: "update", diff: "@@\n-old\n+new\n", movedTo: "/p/c.txt" },
      { path: "/d.txt", kind: "delete", diff: "" },
    ]);
    const before = { "/d.txt": "held\n" };
    expect(patchChanges(patch, (path) => pathFrom("/p", path), before)[2]?.diff).toBe("held\n");
    expect(patchChanges("no patch", String)).toEqual([]);
  });

  test("what a patch says twice of a file is shown twice: neither hides where it goes", () => {
    const update = "*** Update File: a";
    const [away, stays] = [`${update}\n*** Move to: /b\n@@\n-1\n+2`, `${update}\n@@\n-3\n+4`];
    const patch = `*** Begin Patch\n${away}\n${stays}\n*** End Patch`;
    expect(patchChanges(patch, String)).toMatchObject([
      { path: "a", kind: "update", movedTo: "/b" },
      { path: "a", kind: "update" },
    ]);
  });

  test("as a unified diff: its hunks, and the whole of a file that is new or gone", () => {
    const diff = "--- /a\n+++ /a\n@@ -1,1 +1,2 @@\n-x\n+y\n+z\n";
    expect(hunksOf(diff)).toBe("@@ -1,1 +1,2 @@\n-x\n+y\n+z\n");
    expect(diffChange("/a", "add", diff)).toEqual({ path: "/a", kind: "add", diff: "y\nz\n" });
    expect(diffChange("/a", "delete", diff)).toMatchObject({ kind: "delete", diff: "x\n" });
    expect(diffChange("/a", "update", diff)).toMatchObject({ diff: hunksOf(diff) });
    expect(hunksOf("")).toBe("");
  });

  test("a path is seen from its folder; none stays none", () => {
    expect(["b.txt", "./b.txt", ".", "/x/y", ""].map((path) => pathFrom("/a", path))).toEqual([
      "/a/b.txt",
      "/a/b.txt",
      "/a",
      "/x/y",
      "",
    ]);
  });
});

describe("a tool without an item of its own", () => {
  const shownAs = (name: string, servers?: ReadonlyMap<string, string>): string => {
    const item = otherTool(name, {}, servers);
    if (item.type === "mcpTool") return `${item.server}: ${item.tool}`;
    return item.type === "tool" ? item.tool : item.type;
  };

  test("is a server's by its name", () => {
    expect(shownAs("mcp__lab__echo__twice")).toBe("lab: echo__twice");
    expect(shownAs("lab___echo")).toBe("lab: echo");
    expect(shownAs("lab_echo")).toBe("lab_echo");
  });

  test("is a known server's, of the longest name, under the user's name for it", () => {
    const servers = new Map([
      ["lab", "lab"],
      ["lab.mcp", "Lab"],
    ]);
    expect(shownAs("lab_echo", servers)).toBe("lab: echo");
    expect(shownAs("lab_mcp_echo", servers)).toBe("Lab: echo");
    expect(shownAs("mcp__lab__echo", servers)).toBe("mcp__lab__echo");
  });
});

describe("what models write", () => {
  test("questions: one answer of those offered, several, or other words", () => {
    const options = [{ label: "A", description: "a" }];
    const questions = questionsOf([
      { question: "Which?", header: "W", options, multiSelect: true },
      { question: "Name?", header: "N", options: [], custom: false },
    ]);
    const [which, name] = questions;
    expect(which).toMatchObject({ id: "question-1", options, multiple: true, freeText: true });
    expect(name).toMatchObject({ id: "question-2", multiple: false, freeText: false });
    expect(questionsOf(null)).toEqual([]);
  });

  test("steps: without what was cancelled", () => {
    const todos = ["completed", "in_progress", "pending", "cancelled", "new"].map((status) => {
      return { content: status, status };
    });
    expect(planSteps(todos).map(({ status }) => status)).toEqual([
      "completed",
      "inProgress",
      "pending",
      "pending",
    ]);
  });

  test("images in data URLs", () => {
    expect(imageIn("data:image/png;base64,aa")).toEqual([
      { type: "image", mediaType: "image/png", base64: "aa" },
    ]);
    expect(imageIn("https://a/b.png")).toEqual([]);
    expect(imageIn("data:text/plain;base64,aa")).toEqual([]);
  });
});

test("tokens that are counted apart from each other are added up", () => {
  const counts = { input: 5, cached: 10, written: undefined, output: 3, reasoning: 1 };
  expect(countedTokens(counts)).toEqual({ input: 15, cached: 10, output: 3, reasoning: 1 });
});

test("a file is shown as the image it is, or by its path", () => {
  expect(fileInput("image/png", "data:image/png;base64,aa", "")).toMatchObject({ type: "image" });
  expect(fileInput("text/plain", "file:///a/b.txt", "")).toEqual({
    type: "mention",
    name: "/a/b.txt",
    path: "/a/b.txt",
  });
});

test("a text that is told in pieces and whole is shown once", () => {
  const texts = new TextItems();
  const ops = [
    ...texts.known("a", "message", ""),
    ...texts.delta("a", "message", "one"),
    ...texts.known("a", "message", "one two"),
    ...texts.known("a", "message", "one two"),
    ...texts.known("a", "message", "other"),
    ...texts.close("a"),
  ];
  expect(ops).toEqual([
    { op: "open", key: "a", item: { type: "message" } },
    { op: "text", key: "a", delta: "one" },
    { op: "text", key: "a", delta: " two" },
    { op: "close", key: "a" },
  ]);
});

describe("cumulative output", () => {
  const streamed = (...totals: readonly string[]): readonly string[] => {
    const output = new OutputBuffer();
    return totals.map((total) => output.appendTotal(total));
  };
  const lines = (from: number, to: number): string => {
    return Array.from({ length: to - from }, (_, index) => `${from + index}\n`).join("");
  };

  test("goes on where it was, told again or earlier it adds nothing", () => {
    expect(streamed("a\n", "a\nb\n", "a\nb\n", "a\n", "a\nb\nc")).toEqual([
      "a\n",
      "b\n",
      "",
      "",
      "c",
    ]);
  });

  test("goes on where it was when its start is missing by then", () => {
    const totals = [lines(0, 500), `...\n\n${lines(300, 900)}`, `...\n\n${lines(700, 1200)}`];
    expect(streamed(...totals).join("")).toBe(lines(0, 1200));
  });

  test("is another one altogether when nothing of it is known", () => {
    expect(streamed(lines(0, 200), lines(500, 510))).toEqual([
      lines(0, 200),
      `\n${lines(500, 510)}`,
    ]);
  });
});

describe("turns and threads", () => {
  test("input arrives by its mark, or in order where it has none", () => {
    const turns = new OrderedTurns();
    turns.given("a", "new", "order");
    turns.given("b", "open");
    const arrives = (mark: string): string | null => turns.arrived((id) => id === mark);
    expect([arrives("b"), arrives("x"), arrives("x")]).toEqual(["b", "a", null]);
  });

  test("a session's sub-agents, and theirs, each with a thread that is told of once", () => {
    const tree = new SessionTree("root", () => ({
      end: (outcome: Outcome): ThreadOp[] => [{ op: "end", ...outcome }],
    }));
    tree.adopt("child", "root");
    tree.adopt("grandchild", "child");
    tree.adopt("stranger", "nobody");
    expect(tree.get("stranger")).toBeUndefined();
    expect(tree.within("root", [{ op: "withdraw", id: "a" }])).toEqual([
      { op: "withdraw", id: "a" },
    ]);
    const begin = { op: "begin", turn: "t", input: [] } as const;
    const child = { op: "child", item: null, title: null } as const;
    const [first, second] = [tree.within("grandchild", [begin]), tree.link("child", "i", "look")];
    expect(first).toEqual([
      { ...child, key: "grandchild", nativeId: "grandchild", thread: "child" },
      { ...begin, thread: "grandchild" },
    ]);
    expect(second).toEqual([
      { ...child, key: "child", nativeId: "child", item: "i", title: "look" },
    ]);
    expect(tree.link("child", "i", "look")).toEqual([]);
    const end = { op: "end", status: "interrupted" } as const;
    expect(tree.within("root", [{ ...end, status: "completed" }])).toHaveLength(1);
    expect(tree.within("root", [end]).map(({ thread }) => thread)).toEqual([
      "grandchild",
      "child",
      undefined,
    ]);
  });

  test("facts are told when they change, settings not at first", () => {
    const facts = new Facts();
    const title = { op: "title", title: "a" } as const;
    const model = { op: "settings", changed: { model: "m" } } as const;
    expect(facts.news({ title, model })).toEqual([title]);
    expect(facts.news({ title, model })).toEqual([]);
    const other = { op: "settings", changed: { model: "n" } } as const;
    expect(facts.news({ title: null, model: other })).toEqual([other]);
    expect(facts.news({ title })).toEqual([title]);
  });
});
