import { expect, test } from "vitest";
import { lineHunk } from "../src/parts/hunks.ts";
import { markedSteps } from "../src/parts/plan-steps.ts";

test("steps with a mark before each; what was cancelled is none", () => {
  expect(
    markedSteps("1. [completed] a\n- [in_progress] b\n[pending] c\n4. [cancelled] d\nno step"),
  ).toEqual([
    { step: "a", status: "completed" },
    { step: "b", status: "inProgress" },
    { step: "c", status: "pending" },
  ]);
});

test("lines with their numbers are a hunk", () => {
  const lines = [
    { type: "unchanged", content: "a", lineNumber: { old: 3, new: 3 } },
    { type: "removed", content: "b", lineNumber: { old: 4 } },
    { type: "added", content: "c", lineNumber: { new: 4 } },
  ];
  expect(lineHunk(lines)).toBe("@@ -3,2 +3,2 @@\n a\n-b\n+c\n");
  expect(lineHunk(undefined)).toBe("");
});
