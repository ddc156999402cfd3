import { expect, test } from "vitest";
import { LineQueue } from "../src/process/line-queue.ts";
import { LineSplitter } from "../src/process/lines.ts";

/** A small generator with a seed, so that a failure can be repeated. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

test("any chunking of the bytes gives the same lines", () => {
  const lines = ['{"a":"ü"}', "", "日本語 \u2028 is no line end", "🙂".repeat(50), "cr\r", "tail"];
  const bytes = Buffer.from(lines.join("\n"));
  for (let seed = 1; seed <= 300; seed += 1) {
    const next = random(seed);
    const splitter = new LineSplitter();
    const found: string[] = [];
    let start = 0;
    while (start < bytes.length) {
      const end = start + 1 + Math.floor(next() * 40);
      splitter.push(bytes.subarray(start, end), found);
      start = end;
    }
    splitter.flush(found);
    expect(found, `seed ${seed}`).toEqual(lines);
  }
});

test("a line over the limit is an error that names the limit, however it comes", () => {
  expect(() => new LineSplitter(4).push(Buffer.from("abcde\n"), [])).toThrow("limit of 4 bytes");
  const splitter = new LineSplitter(4);
  const lines: string[] = [];
  splitter.push(Buffer.from("abcd\nab"), lines);
  splitter.push(Buffer.from("cd"), lines);
  expect(() => splitter.push(Buffer.from("e"), lines)).toThrow("limit of 4 bytes");
  expect(lines).toEqual(["abcd"]);
});

test("a long line in many chunks is not copied again with each of them", () => {
  const splitter = new LineSplitter();
  const lines: string[] = [];
  const chunk = Buffer.alloc(64, "x");
  // 12 MiB in 64-byte chunks: quadratic copying would move a terabyte.
  for (let sent = 0; sent < 12 * 1024 * 1024; sent += chunk.length) splitter.push(chunk, lines);
  splitter.push(Buffer.from("\n"), lines);
  expect(lines.map((line) => line.length)).toEqual([12 * 1024 * 1024]);
});

test("lines are JSON or text, and the next reader goes on where the last one left", async () => {
  const queue = new LineQueue();
  queue.push(['{"a":1}', " ", "Log in at …", "null"]);
  for await (const line of queue) {
    expect(line).toEqual({ json: { a: 1 } });
    break;
  }
  const rest: unknown[] = [];
  const reading = (async () => {
    for await (const line of queue) rest.push(line);
  })();
  queue.push(["7"]);
  queue.end(new Error("gone"));
  await expect(reading).rejects.toThrow("gone");
  expect(rest).toEqual([{ text: "Log in at …" }, { json: null }, { json: 7 }]);
});
