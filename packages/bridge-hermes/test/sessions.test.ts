import { fieldsOf } from "@fairlead/bridge-core/parts";
import { expect, test } from "vitest";
import hermes from "../src/index.ts";
import { all, compact, hostOf, nextHermes, python, signal } from "./open-thread.ts";

const files = {
  "/opt/hermes/bin/hermes": `#!${python}\n`,
  "/home/user/.hermes/state.db": "SQLite",
};

test("conversations are listed by Hermes' own Python, which only reads", async () => {
  const host = hostOf(null, { files });
  const listing = all(hermes(host).sessions?.list({ cwd: "/w", signal }));
  const reader = await nextHermes(host);
  const { file, args } = reader.spec;
  expect(file).toBe(python);
  expect(args).toEqual([
    expect.stringMatching(/fairlead_sessions\.py$/),
    "list",
    "/home/user/.hermes/state.db",
    "/w",
  ]);
  const row = {
    cwd: "/w",
    title: null,
    created: 1795.5,
    updated: 1796,
    stamp: "2/2",
    archived: false,
  };
  reader.emit(
    { id: "a", parent: null, preview: "first\n line", ...row },
    { id: "b", parent: "a", preview: "", ...row },
  );
  reader.emitText("a warning");
  reader.exit();
  expect(await listing).toEqual([
    {
      nativeId: "a",
      parentNativeId: null,
      cwd: "/w",
      title: null,
      preview: "first line",
      createdAtMs: 1_795_500,
      updatedAtMs: 1_796_000,
      stamp: "2/2",
      archived: false,
      busyElsewhere: false,
    },
    expect.objectContaining({ nativeId: "b", parentNativeId: "a" }),
  ]);
});

test("past turns are told as they would have been live", async () => {
  const host = hostOf(null, { files });
  const read = async (after: string | null) => {
    const reading = all(hermes(host).sessions?.read("a", { after, signal }));
    const reader = await nextHermes(host);
    expect(reader.spec.args.slice(1)).toEqual(["read", "/home/user/.hermes/state.db", "a"]);
    const at = (seconds: number, type: string, payload: object) => ({ type, at: seconds, payload });
    reader.emit(
      at(1, "fairlead.turn", { row: "4", text: "run it" }),
      at(2, "reasoning.delta", { text: "hm" }),
      at(2, "message.delta", { text: "" }),
      at(2, "fairlead.call", {
        tool_call_id: "c",
        tool_name: "terminal",
        args: { command: "ls" },
        folder: "/w",
      }),
      at(3, "tool.complete", { tool_id: "c", result: { output: "x", exit_code: 0 } }),
      at(4, "message.delta", { text: "done" }),
      at(5, "fairlead.turn", { row: "8", text: "again" }),
    );
    reader.exit();
    return (await reading).map(({ atMs, ...op }) => ({
      ...op,
      ...(op.op === "begin" && { atMs }),
    }));
  };
  expect(compact(await read(null))).toMatchInlineSnapshot(`
    "begin {"turn":"4","input":[{"type":"text","text":"run it","text_elements":[]}],"atMs":1000}
    open {"key":"text-1","item":{"type":"reasoning"}}
    text text-1 hm
    close {"key":"text-1"}
    open {"key":"c","item":{"type":"command","command":"ls","cwd":null}}
    close {"key":"c","status":"completed","output":"x","item":{"type":"command","exitCode":0}}
    open {"key":"text-2","item":{"type":"message"}}
    text text-2 done
    close {"key":"text-2"}
    end {"turn":"4","status":"completed"}
    begin {"turn":"8","input":[{"type":"text","text":"again","text_elements":[]}],"atMs":5000}
    end {"turn":"8","status":"interrupted"}"
  `);
  expect((await read("4")).map(({ op, ...rest }) => [op, fieldsOf(rest)["turn"]])).toEqual([
    ["begin", "8"],
    ["end", "8"],
  ]);
});

test("without a store, or a Python to read it with, there are none", async () => {
  const { "/home/user/.hermes/state.db": _, ...installed } = files;
  for (const some of [installed, { "/home/user/.hermes/state.db": "SQLite" }]) {
    const host = hostOf(null, { files: some });
    expect(await all(hermes(host).sessions?.list({ cwd: null, signal }))).toEqual([]);
    expect(host.processes).toEqual([]);
  }
});

test("a conversation that is not open is renamed by Hermes, and what that refuses is told", async () => {
  const host = hostOf(null, { files });
  const renamed = async (said: string) => {
    const renaming = hermes(host).sessions?.rename?.("a", "--new title");
    const program = await nextHermes(host);
    expect([program.spec.file, ...(program.spec.args ?? [])]).toEqual([
      "hermes",
      "sessions",
      "rename",
      "--",
      "a",
      "--new title",
    ]);
    program.emitText(said);
    program.exit();
    await renaming;
  };
  await renamed("Session 'a' renamed to: --new title");
  await expect(renamed("Session 'a' not found.")).rejects.toThrow("Hermes: Session 'a' not found.");
});
