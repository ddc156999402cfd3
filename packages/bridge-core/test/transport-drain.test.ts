import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import type { FrameTransport } from "../src/rpc/transport.ts";
import { connectWebSocket } from "../src/transport/connect.ts";
import { listenWebSocket } from "../src/transport/listen.ts";
import { memoryPair } from "../src/transport/memory.ts";
import { stdioTransport } from "../src/transport/stdio.ts";

const frame = JSON.stringify("x".repeat(100_000));

/** Fills a transport; resolves, once the other side reads, when it says that it has drained. */
async function fillAndDrain(transport: FrameTransport, read: () => void): Promise<number> {
  const drained = new Promise<void>((resolve) => {
    transport.start({ onFrame() {}, onDrain: resolve, onClose() {} });
  });
  // The system itself takes some megabytes.
  for (let left = 1000; left > 0 && transport.bufferedBytes < 64 * 1024; left -= 1) {
    transport.send(frame);
  }
  read();
  await drained;
  return transport.bufferedBytes;
}

const idle = { onFrame() {}, onClose() {} };

test("a pair in memory says when the other side has read everything", async () => {
  const [near, far] = memoryPair();
  expect(await fillAndDrain(far, () => near.start(idle))).toBe(0);
  far.close();
});

test("a stdio transport says when the other side has read everything", async () => {
  const output = new PassThrough();
  const transport = stdioTransport({ input: new PassThrough(), output });
  expect(await fillAndDrain(transport, () => output.resume())).toBe(0);
  transport.close();
});

test("a WebSocket says when the other side has read everything, again and again", async () => {
  let accepted = (_transport: FrameTransport): void => {};
  const arrival = new Promise<FrameTransport>((resolve) => {
    accepted = resolve;
  });
  const address = { host: "127.0.0.1", port: 0 };
  const onConnection = (transport: FrameTransport): void => accepted(transport);
  await using listener = await listenWebSocket({ address, token: null, onConnection });
  const client = await connectWebSocket(listener.url);
  const transport = await arrival;
  expect(await fillAndDrain(transport, () => client.start(idle))).toBe(0);
  expect(await fillAndDrain(transport, () => {})).toBe(0);
});
