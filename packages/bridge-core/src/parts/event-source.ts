import type { BridgeHost } from "../adapter.ts";
import { BridgeError, messageOf } from "../errors.ts";
import { unattended } from "./unattended.ts";

const firstWaitMs = 250;
const maxWaitMs = 8000;

/** What {@link followEvents} reads and whom it tells. */
export interface EventSourceOptions {
  readonly host: Pick<BridgeHost, "sleep" | "log">;
  /** Opens the stream. */
  readonly open: (signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>;
  /** Called with the data of each frame. What it throws ends this connection. */
  readonly onData: (json: unknown) => void;
  /** Without a byte for so long the connection counts as dead. */
  readonly silenceMs: number;
  /** Connections that may fail one after the other. The very first one may not. Default 6. */
  readonly maxFailures?: number;
  /** Until when it is followed. */
  readonly signal: AbortSignal;
}

/**
 * Follows a stream of server-sent events, over all its connections. Every connection after the first
 * one is a loss of events, which the caller notices by what a server sends first. Rejects when no
 * connection can be had any more, and on abort.
 */
export async function followEvents(options: EventSourceOptions): Promise<never> {
  const { host, signal, maxFailures = 6 } = options;
  for (let failures = 0, wasConnected = false; ;) {
    try {
      await readConnection(options, () => {
        failures = 0;
        wasConnected = true;
      });
    } catch (error) {
      signal.throwIfAborted();
      failures += 1;
      if (!wasConnected || failures > maxFailures) throw error;
      host.log("warn", `events are lost and read again: ${messageOf(error)}`, error);
    }
    await host.sleep(Math.min(firstWaitMs * 2 ** failures, maxWaitMs), { signal });
  }
}

async function readConnection(
  { host, open, onData, silenceMs, signal: lifetime }: EventSourceOptions,
  onBytes: () => void,
): Promise<void> {
  const ending = new AbortController();
  const signal = AbortSignal.any([lifetime, ending.signal]);
  // Three looks in that time, so that no timer is needed for each chunk.
  let silentLooks = 0;
  const watch = async (): Promise<void> => {
    for (; silentLooks < 3; silentLooks += 1) await host.sleep(silenceMs / 3, { signal });
    ending.abort(new BridgeError("connection", `no word for ${silenceMs / 1000} seconds`));
  };
  unattended(watch(), host.log);
  try {
    const decoder = new TextDecoder();
    let rest = "";
    for await (const bytes of await open(signal)) {
      silentLooks = 0;
      onBytes();
      const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.startsWith("data:")) onData(JSON.parse(line.slice(5)));
    }
  } finally {
    ending.abort();
  }
}
