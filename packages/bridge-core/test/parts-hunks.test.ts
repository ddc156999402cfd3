import { expect, test } from "vitest";
import { changeHunks } from "../src/parts/hunks.ts";

const lines = (...all: readonly (string | number)[]): string =>
  all.map((one) => `${one}\n`).join("");

test.each([
  ["nothing", lines(1, 2), lines(1, 2), ""],
  [
    "one line of many",
    lines(1, 2, 3, 4, 5, 6, 7, 8, 9),
    lines(1, 2, 3, 4, "x", 6, 7, 8, 9),
    `@@ -2,7 +2,7 @@
 2
 3
 4
-5
+x
 6
 7
 8
`,
  ],
  ["a line at the end", lines(1), lines(1, 2), "@@ -1,1 +1,2 @@\n 1\n+2\n"],
  ["a line at the start", lines(1, 2), lines(2), "@@ -1,2 +1,1 @@\n-1\n 2\n"],
  ["all of an empty file", "", lines("a"), "@@ -0,0 +1,1 @@\n+a\n"],
  ["the same line twice", lines("a", "a"), lines("a"), "@@ -1,2 +1,1 @@\n a\n-a\n"],
])("the hunk of %s", (_, before, after, hunk) => {
  expect(changeHunks(before, after)).toBe(hunk);
});
