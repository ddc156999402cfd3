import { expect, test } from "vitest";
import { BlockTexts } from "../src/parts/block-texts.ts";

test("a block that streamed is not told again; one that did not is told whole", () => {
  const texts = new BlockTexts();
  expect(texts.delta("m", 0, "reasoning", "hm")).toEqual([
    { op: "open", key: "m:0", item: { type: "reasoning" } },
    { op: "text", key: "m:0", delta: "hm" },
  ]);
  expect(texts.whole("m", 0, "reasoning", "hm")).toEqual([{ op: "close", key: "m:0" }]);
  expect(texts.whole("m", 1, "message", "so")).toEqual([
    { op: "open", key: "m:1", item: { type: "message" } },
    { op: "text", key: "m:1", delta: "so" },
    { op: "close", key: "m:1" },
  ]);
});

test("a message that is begun anew is another item, the next message is not", () => {
  const texts = new BlockTexts();
  texts.delta("m", 0, "message", "broken");
  expect(texts.again()).toEqual([{ op: "close", key: "m:0" }]);
  expect(texts.delta("m", 0, "message", "whole").map((op) => "key" in op && op.key)).toEqual([
    "m:0:1",
    "m:0:1",
  ]);
  texts.complete();
  expect(texts.delta("n", 0, "message", "next")[0]).toMatchObject({ key: "n:0" });
});

test("a message that broke off before its first word is the same when it is begun anew", () => {
  const texts = new BlockTexts();
  expect(texts.again()).toEqual([]);
  expect(texts.delta("m", 0, "message", "whole")[0]).toMatchObject({ key: "m:0" });
});

test("what was complete before its message broke off is told anew beside it", () => {
  const texts = new BlockTexts();
  texts.delta("m", 0, "reasoning", "first thought");
  texts.close("m", 0);
  expect(texts.again()).toEqual([]);
  expect(texts.delta("m", 0, "reasoning", "second thought")[0]).toMatchObject({ key: "m:0:1" });
  expect(texts.whole("m", 0, "reasoning", "second thought")).toEqual([
    { op: "close", key: "m:0:1" },
  ]);
});

test("what a turn left half told is no attempt at the next one's message", () => {
  const texts = new BlockTexts();
  texts.delta("m", 0, "message", "left");
  texts.abandon();
  texts.again();
  expect(texts.delta("n", 0, "message", "next")[0]).toMatchObject({ key: "n:0" });
});
