import { expect, test } from "vitest";
import { compareSkeletons, skeletonOf } from "@fairlead/conformance/laws";

/** One request with this result. */
function answered(method: string, result: unknown) {
  return skeletonOf([
    { client: "a", dir: "send", frame: { id: 1, method, params: {} } },
    { client: "a", dir: "recv", frame: { id: 1, result } },
  ]);
}

const thread = (changes: object) => ({ thread: { id: "t", name: null, turns: [], ...changes } });

test.each([
  ["thread/list", { data: [{}], nextCursor: null }, { data: [{}, {}], nextCursor: null }],
  ["thread/list", { data: [{}], nextCursor: "c" }, { data: [{}], nextCursor: null }],
  ["thread/turns/list", { data: [{}] }, { data: [] }],
  ["thread/items/list", { data: [{}], nextCursor: "c" }, { data: [{}], nextCursor: null }],
  ["thread/read", thread({ name: "A name" }), thread({})],
  ["thread/resume", thread({ turns: [{ status: "inProgress" }] }), thread({})],
  [
    "command/exec",
    { exitCode: 3, stdout: "", stderr: "" },
    { exitCode: 0, stdout: "", stderr: "" },
  ],
  [
    "command/exec",
    { exitCode: 0, stdout: "out", stderr: "" },
    { exitCode: 0, stdout: "", stderr: "" },
  ],
])("%s: %j is not %j", (method, golden, actual) => {
  const problems = compareSkeletons(answered(method, golden), answered(method, actual));
  expect(problems).toEqual([expect.stringMatching(`^request 1, ${method}: with codex it`)]);
});

test.each([
  ["thread/items/list", { data: [{}] }, { data: [{}, {}], nextCursor: "c" }],
  ["thread/read", thread({}), thread({ name: "the agent's own" })],
  [
    "command/exec",
    { exitCode: 137, stdout: "", stderr: "" },
    { exitCode: 143, stdout: "", stderr: "" },
  ],
  ["model/list", { data: [{}] }, { data: [] }],
])("%s: %j may be %j", (method, golden, actual) => {
  expect(compareSkeletons(answered(method, golden), answered(method, actual))).toEqual([]);
});
