import { expect, test } from "vitest";
import type { CloseReason, FrameTransport } from "../src/rpc/transport.ts";
import { memoryPair } from "../src/transport/memory.ts";

/** Collects all frames up to the close. */
function collect(
  transport: FrameTransport,
  onFrame: (text: string) => void = () => {},
): Promise<{ frames: string[]; reason: CloseReason }> {
  const frames: string[] = [];
  return new Promise((resolve) => {
    transport.start({
      onFrame(text) {
        frames.push(text);
        onFrame(text);
      },
      onClose: (reason) => resolve({ frames, reason }),
    });
  });
}

test("frames come in order and later, and the close comes behind them", async () => {
  const [left, right] = memoryPair();
  left.send("early");
  expect(left.bufferedBytes).toBe(5);
  let seen = 0;
  const received = collect(right, () => {
    seen += 1;
  });
  const own = collect(left);
  left.send("a");
  expect(seen).toBe(0);
  left.send("b");
  left.close(1000, "done");
  left.close(1001, "again");
  left.send("too late");
  expect(await received).toEqual({
    frames: ["early", "a", "b"],
    reason: { code: 1000, reason: "done" },
  });
  expect(await own).toEqual({ frames: [], reason: { code: 1000, reason: "done" } });
  expect(left.bufferedBytes).toBe(0);
});

test("a side that closes in a frame handler gets no further frame", async () => {
  const [left, right] = memoryPair();
  const received = collect(right, () => right.close(1008, "enough"));
  left.send("a");
  left.send("b");
  expect((await received).frames).toEqual(["a"]);
  expect((await collect(left)).reason).toEqual({ code: 1008, reason: "enough" });
});

test("a side hears that all was read also when that was before it began to listen", async () => {
  const [left, right] = memoryPair();
  const read = new Promise<string>((resolve) => {
    right.start({ onFrame: resolve, onClose() {} });
  });
  left.send("a");
  await read;
  const drained = new Promise<number>((resolve) => {
    left.start({
      onFrame() {},
      onClose() {},
      onDrain: () => resolve(left.bufferedBytes),
    });
  });
  expect(await drained).toBe(0);
});
