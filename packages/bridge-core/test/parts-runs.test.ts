import { expect, test } from "vitest";
import {
  interpreterOf,
  isPlainWithin,
  isWithin,
  patchChanges,
  serverEvents,
  TextRuns,
  TokenCounter,
} from "../src/parts.ts";
import { fakeHost } from "../src/testing.ts";

test("texts without names run until something else comes, without the blanks before them", () => {
  const runs = new TextRuns();
  const ops = [
    runs.delta("message", "\n\n"),
    runs.delta("message", " one "),
    runs.delta("message", "two"),
    runs.delta("reasoning", "three"),
    runs.pause(),
    runs.pause(),
    runs.delta("reasoning", "four"),
  ];
  expect(
    ops
      .flat()
      .map((op) =>
        "delta" in op ? `${op.op} ${op.key} ${op.delta}` : `${op.op} ${"key" in op ? op.key : ""}`,
      ),
  ).toEqual([
    "open text-1",
    "text text-1 one ",
    "text text-1 two",
    "close text-1",
    "open text-2",
    "text text-2 three",
    "close text-2",
    "open text-3",
    "text text-3 four",
  ]);
});

test("of a count since the start, what is new is told; a count that begins anew is all new", () => {
  const counter = new TokenCounter();
  const count = (input: number, output: number) =>
    counter.since({ input, cached: 0, output, reasoning: 0 });
  expect(
    [count(10, 2), count(10, 2), count(25, 3), count(4, 1)].map(
      (each) => each && [each.input, each.output],
    ),
  ).toEqual([[10, 2], null, [15, 1], [4, 1]]);
});

test("what is hidden in a folder is in it, and not plainly so", () => {
  const paths = ["/w/a", "/w/a/b", "/w", "/w/.git/a", "/w/a/.env", "/w2/a", "/a", "/w/..a"];
  expect(paths.map((path) => [isWithin("/w", path), isPlainWithin("/w", path)])).toEqual([
    [true, true],
    [true, true],
    [true, false],
    [true, false],
    [true, false],
    [false, false],
    [false, false],
    [true, false],
  ]);
});

test("the frames of a stream of events are read whatever pieces they come in", async () => {
  const pieces = ['data: {"a"', ":1}\n\n: keep alive\n\nevent: x\ndata: [2]\n", "\n"];
  const encoder = new TextEncoder();
  async function* stream(): AsyncGenerator<Uint8Array> {
    for (const piece of pieces) yield encoder.encode(piece);
  }
  const found: unknown[] = [];
  for await (const event of serverEvents(stream())) found.push(event);
  expect(found).toEqual([{ a: 1 }, [2]]);
});

test.each([
  ["its first line names it", { "/b/tool": "#!/v/bin/python3\nimport re" }, "/v/bin/python3"],
  [
    "the path is too long for a first line",
    { "/b/tool": `#!/bin/sh\n'''exec' "/v v/bin/python" "$0" "$@"\n` },
    "/v v/bin/python",
  ],
  ["a launcher calls it", { "/b/tool": '#!/bin/sh\nexec "/v/bin/tool" "$@"\n' }, "/v/bin/python"],
  ["it lies beside", { "/b/tool": "\u007fELF", "/b/python": "" }, "/b/python"],
  ["there is none", { "/b/tool": "\u007fELF" }, null],
  ["there is no such script", {}, null],
])("the interpreter of a script: %s", async (_, files, found) => {
  const { files: host } = fakeHost({ files });
  expect(await interpreterOf(host, { file: "tool", path: "/a:/b", interpreter: "python" })).toBe(
    found,
  );
});

test("a file that a patch changes and moves is one change", () => {
  const patch =
    "*** Begin Patch\n*** Update File: a\n@@\n-1\n+2\n*** Move File: a -> b\n*** Move File: c -> d\n*** End Patch";
  expect(patchChanges(patch, (path) => `/w/${path}`)).toEqual([
    { path: "/w/a", kind: "update", diff: "@@\n-1\n+2\n", movedTo: "/w/b" },
    { path: "/w/c", kind: "update", diff: "", movedTo: "/w/d" },
  ]);
});
