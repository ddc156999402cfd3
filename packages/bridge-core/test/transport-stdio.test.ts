import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { Peer } from "../src/rpc/peer.ts";
import { stdioTransport } from "../src/transport/stdio.ts";

test("two peers talk over byte streams; the end of the input is the close", async () => {
  const up = new PassThrough();
  const down = new PassThrough();
  const server = new Peer(stdioTransport({ input: up, output: down }), {
    onRequest: (_method, params) => params,
  });
  const client = new Peer(stdioTransport({ input: down, output: up }));
  up.write("\n  \n");
  expect(await client.request("echo", { text: "line\nfeed ü" })).toEqual({ text: "line\nfeed ü" });
  expect(server.unparsableCount).toBe(0);
  const pending = client.request("echo", { unanswered: true });
  client.close();
  await expect(pending).rejects.toThrow("the connection closed");
  expect(await server.closed).toEqual({ code: null, reason: "the input ended" });
});

test("a line over the limit closes with 1009 and the limit", async () => {
  const input = new PassThrough();
  const peer = new Peer(stdioTransport({ input, output: new PassThrough(), maxFrameBytes: 10 }));
  input.write(`{"method":"far too long"}\n`);
  expect(await peer.closed).toEqual({
    code: 1009,
    reason: "a frame is larger than the limit of 10 bytes",
  });
});

test("a broken output is a close, not a crash", async () => {
  const output = new PassThrough();
  const peer = new Peer(stdioTransport({ input: new PassThrough(), output }));
  output.destroy(new Error("EPIPE"));
  expect(await peer.closed).toEqual({ code: null, reason: "EPIPE" });
  peer.notify("late", {});
});
