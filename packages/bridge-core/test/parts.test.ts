import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { BridgeHost } from "../src/adapter.ts";
import {
  asCommand,
  Children,
  edgeLines,
  jsonLines,
  livingOf,
  NativeTurns,
  patchHunks,
  readingItem,
  replacingHunk,
  projectFolders,
  searchingItem,
  sessionFiles,
  SessionSummaries,
  textInput,
  toolContents,
  unattended,
  versionNotice,
} from "../src/parts.ts";
import { PendingAnswers } from "../src/parts/pending-answers.ts";
import { hostFiles } from "../src/process/host-files.ts";
import { fakeHost } from "../src/testing.ts";

const { signal } = new AbortController();

describe("files", () => {
  test("lines that are no JSON objects are left out, the last one needs no line feed", async () => {
    const { files } = fakeHost({ files: { "/s.jsonl": 'cut off"}\n{"a":1}\n[2]\n\n{"b":"é"}' } });
    const lines: unknown[] = [];
    for await (const line of jsonLines(files, "/s.jsonl", { signal })) lines.push(line);
    expect(lines).toEqual([{ a: 1 }, { b: "é" }]);
  });

  test("a long file costs its two ends, however far its head has to be read", async () => {
    const folder = await mkdtemp(join(tmpdir(), "fairlead-edges-"));
    try {
      const path = join(folder, "long.jsonl");
      const filler = (index: number): string => JSON.stringify({ index, filler: "x".repeat(1000) });
      const lines = Array.from({ length: 2000 }, (_, index) => filler(index));
      await writeFile(path, lines.join("\n"));
      const { size } = await stat(path);
      for (const wanted of [0, 20]) {
        let bytes = 0;
        const files: BridgeHost["files"] = {
          ...hostFiles,
          async *read(...asked) {
            for await (const chunk of hostFiles.read(...asked)) {
              bytes += chunk.byteLength;
              yield chunk;
            }
          },
        };
        const heads: unknown[] = [];
        const tails: unknown[] = [];
        const isEnough = (): boolean => heads.includes(wanted);
        for await (const { edge, line } of edgeLines(files, { path, size }, { isEnough, signal }))
          (edge === "head" ? heads : tails).push(line["index"]);
        expect(heads).toEqual(Array.from({ length: wanted + 1 }, (_, index) => index));
        expect(tails.at(-1)).toBe(1999);
        expect(tails.length).toBeGreaterThan(30);
        expect(bytes).toBeLessThanOrEqual(64 * 1024);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("session files come newest first; a folder that is not there has none", async () => {
    const files = { "/p/old.jsonl": "x", "/p/notes.txt": "x", "/q/new.jsonl": "xy" };
    const found = await sessionFiles(fakeHost({ files }).files, ["/p", "/q", "/gone"], /\.jsonl$/);
    expect(found).toMatchObject([
      { id: "new", path: "/q/new.jsonl", size: 2 },
      { id: "old", path: "/p/old.jsonl", size: 1 },
    ]);
  });

  test("a summary is made again when its file has changed, or when there was no room", async () => {
    const summaries = new SessionSummaries<string>(1);
    const made: string[] = [];
    const summary = (path: string, stamp: string): Promise<string> => {
      const file = { path, id: path, size: 1, mtimeMs: 1, stamp };
      return summaries.of(file, async () => {
        made.push(path + stamp);
        return path + stamp;
      });
    };
    for (const stamp of ["1", "1", "2", "2"]) {
      expect(await summary("a", stamp)).toBe(`a${stamp}`);
      expect(await summary("b", stamp)).toBe(`b${stamp}`);
    }
    expect(made).toEqual(["a1", "b1", "b1", "a2", "b2", "b2"]);
  });

  /** A host on which the real path of each folder is `real`. */
  function linked(real: string, files: Readonly<Record<string, string>>): BridgeHost {
    return fakeHost({
      files,
      onSpawn: (pwd) => {
        expect(pwd.spec).toMatchObject({ file: "pwd", args: ["-P"] });
        pwd.emitText(real);
        pwd.exit();
      },
    });
  }

  test.each([
    [
      "/home/me/code/app/src",
      ["/home/me/code/app/src", "/home/me/code/app", "/home/me/code"],
      ["/home/me/code/app/src", "/home/me/code/app"],
    ],
    ["/opt", ["/opt", "/"], ["/opt", "/"]],
    ["/home/me/a", ["/home/me/a"], ["/home/me/a", "/home/me"]],
  ])("of %s the folders above count, for trust its repository's", async (at, loaded, trusted) => {
    const host = linked("", { "/home/me/code/app/.git/HEAD": "" });
    expect(await projectFolders(host, at, "/home/me")).toEqual([{ loaded, trusted }]);
  });

  test("a link counts as given and as what it leads to", async () => {
    const found = await projectFolders(linked("/real/app", {}), "/link", "/home/me");
    expect(found.map(({ loaded }) => loaded)).toEqual([
      ["/link", "/"],
      ["/real/app", "/real", "/"],
    ]);
  });

  test.each([
    ["/main/.git/worktrees/app", "/app/.git", true],
    ["../main/.git/worktrees/app", "../../../../app/.git", true],
    ["/main/.git/worktrees/app", "/other/.git", false],
  ])("a worktree of %s, known there as %s", async (named, back, known) => {
    const record = { "/main/.git/worktrees/app/gitdir": `${back}\n` };
    const host = linked("/app", { "/app/.git": `gitdir: ${named}\n`, ...record });
    expect(await projectFolders(host, "/app", "/home/me")).toEqual([
      { loaded: ["/app", "/", "/main"], trusted: known ? ["/app", "/main"] : ["/app"] },
    ]);
  });

  test("which processes live is what `ps` prints", async () => {
    const host = fakeHost({
      onSpawn: (ps) => {
        ps.emitText("    12");
        ps.exit();
      },
    });
    expect(await livingOf(host, [12, 13])).toEqual(new Set([12]));
    expect(host.processes[0]?.spec.args).toEqual(["-o", "pid=", "-p", "12,13"]);
  });
});

describe("showing what tools do", () => {
  test("looking is shown as the command that would show the same", () => {
    const commands = [
      readingItem("/a/b c.ts"),
      readingItem("/a.ts", 5, 10),
      searchingItem("it's", "/src", "*.ts"),
    ].map((item) => (item.type === "command" ? item.command : ""));
    expect(commands).toEqual([
      "cat '/a/b c.ts'",
      "sed -n '5,14p' /a.ts",
      "rg -g '*.ts' 'it'\\''s' /src",
    ]);
  });

  test("hunks of a replaced text and of a structured patch", () => {
    expect(replacingHunk("a\nb\n", "c")).toBe("@@ -1,2 +1,1 @@\n-a\n-b\n+c\n");
    expect(replacingHunk("", "c")).toBe("@@ -0,0 +1,1 @@\n+c\n");
    const place = { oldStart: 3, oldLines: 1, newStart: 3, newLines: 1 };
    expect(patchHunks([{ ...place, lines: ["-x", "+y"] }])).toBe("@@ -3,1 +3,1 @@\n-x\n+y\n");
  });

  test("results in every form; an unknown block as it came", () => {
    expect(toolContents("plain")).toEqual([{ type: "text", text: "plain" }]);
    const image = { type: "image", source: { media_type: "image/png", data: "aa" } };
    const contents = toolContents([image, { type: "image", mimeType: "image/gif", data: "bb" }, 7]);
    expect(contents).toEqual([
      { type: "image", mediaType: "image/png", base64: "aa" },
      { type: "image", mediaType: "image/gif", base64: "bb" },
      { type: "text", text: "7" },
    ]);
  });
});

describe("answers", () => {
  test("each goes to its request; silence and the agent's end are rejections", async () => {
    const host = fakeHost();
    const answers = new PendingAnswers<string>(host);
    const sent: string[] = [];
    const send = async (id: string): Promise<void> => void sent.push(id);
    const [first, second, third] = [1, 2, 3].map(() => answers.ask(send, 1000));
    answers.settle(sent[1] ?? "", "two");
    expect(await second).toBe("two");
    answers.settle(sent[0] ?? "", new Error("no"));
    await expect(first).rejects.toThrow("no");
    host.advance(1000);
    await expect(third).rejects.toMatchObject({ kind: "crashed" });
    const last = answers.ask(send, 1000);
    answers.failAll(new Error("gone"));
    await expect(last).rejects.toThrow("gone");
  });
});

describe("turns", () => {
  test("a steer is answered inside the turn it was meant for", () => {
    const turns = new NativeTurns();
    turns.given("turn", "new");
    turns.lifecycle("turn", "started");
    turns.given("steer", "open");
    expect(turns.result({ status: "completed" }, ["turn"])).toEqual([]);
    expect(turns.lifecycle("steer", "started")).toEqual([
      { op: "alias", id: "steer", key: "steer" },
    ]);
    const end = { op: "end", turn: "turn", status: "completed" };
    expect(turns.result({ status: "completed" }, [])).toEqual([end]);
  });

  test("what is cancelled before it started ends as interrupted", () => {
    const turns = new NativeTurns();
    turns.given("turn", "new");
    const end = { op: "end", turn: "turn", status: "interrupted" };
    expect(turns.lifecycle("turn", "cancelled")).toEqual([end]);
    expect(turns.open).toBeNull();
  });

  test("a sub-agent that is called again gets another turn, not another thread", () => {
    const children = new Children();
    const start = { thread: null, prompt: "look", title: null, nativeId: "a" };
    const ops = [
      ...children.run("call", start),
      ...children.run("call", start),
      ...children.end("call", "completed"),
      ...children.end("call", "completed"),
      ...children.run("call", start),
      ...children.end("call", "killed"),
    ];
    expect(ops.map((op) => [op.op, "turn" in op ? op.turn : ""])).toEqual([
      ["child", ""],
      ["begin", "call"],
      ["end", "call"],
      ["begin", "call+"],
      ["end", "call+"],
    ]);
  });
});

test("work nobody waits for tells of its failure, unless it was aborted", async () => {
  const { log, logged } = fakeHost();
  const stop = new AbortController();
  stop.abort();
  unattended(Promise.reject(stop.signal.reason), log);
  unattended(Promise.reject(new Error("no pipe")), log);
  await Promise.resolve();
  expect(logged.map(({ message }) => message)).toEqual(["unattended work failed: no pipe"]);
});

test("a skill becomes a command in front of what was typed", () => {
  const skill = { type: "skill" as const, name: "review", path: "/s" };
  expect(asCommand([textInput("$review the diff"), skill])).toEqual([
    textInput("/review the diff"),
  ]);
  expect(asCommand([textInput("hello")])).toEqual([textInput("hello")]);
});

test("only another series is worth a warning", () => {
  expect(versionNotice("Agent", "2.1.400", "2.1.329")).toEqual([]);
  expect(versionNotice("Agent", "2.2.0", "2.1.329")).toHaveLength(1);
});
