import { setImmediate } from "node:timers/promises";
import { LineSplitter } from "../../packages/bridge-core/src/process/lines.ts";
import type { FrameTransport } from "../../packages/bridge-core/src/rpc/transport.ts";
import { listenWebSocket } from "../../packages/bridge-core/src/transport/listen.ts";
import { CodexClient } from "../../packages/client/src/index.ts";
import type { NativeStream } from "./native-stream.ts";

/** A way for the deltas of native streams to a client, one stream at a time. */
export interface Route extends AsyncDisposable {
  /** `onArrived` is called when the client has the last delta and the turn is still open. */
  carry(stream: NativeStream, onArrived?: () => void): Promise<Carried>;
}

/** What carrying one stream to its client took. */
export interface Carried {
  /** From the first line to the client's last delta. */
  readonly elapsedMs: number;
  /** Of all threads of this process, in the same time. */
  readonly cpuMs: number;
}

/** A client, connected to a listener of its own. */
export interface Connection extends AsyncDisposable {
  readonly client: CodexClient;
}

/** Connects a client over a loopback WebSocket; `serve` gets the server's end of it. */
export async function connectClient(
  serve: (transport: FrameTransport) => void,
): Promise<Connection> {
  const listener = await listenWebSocket({
    address: { host: "127.0.0.1", port: 0 },
    token: null,
    onConnection: serve,
  });
  const clientInfo = { name: "bench", version: "0" };
  const client = await CodexClient.connect(listener.url, { clientInfo });
  return {
    client,
    async [Symbol.asyncDispose]() {
      await client.close();
      await listener[Symbol.asyncDispose]();
    },
  };
}

/**
 * Hands over the lines of the deltas as a pipe does, and waits until the client has the last one.
 */
export async function carryLines(
  stream: NativeStream,
  client: CodexClient,
  take: (lines: readonly string[]) => void,
): Promise<Carried> {
  const startCpu = process.cpuUsage();
  const startMs = performance.now();
  const arrived = client.waitFor("item/agentMessage/delta", ({ delta }) => delta === stream.last, {
    from: client.position,
  });
  const splitter = new LineSplitter();
  for (const chunk of stream.chunks) {
    const lines: string[] = [];
    splitter.push(chunk, lines);
    take(lines);
    // A pipe's next chunk is another event: sockets are served in between.
    await setImmediate();
  }
  await arrived;
  const elapsedMs = performance.now() - startMs;
  const { user, system } = process.cpuUsage(startCpu);
  return { elapsedMs, cpuMs: (user + system) / 1000 };
}
