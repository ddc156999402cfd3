import type { ServerResponse } from "node:http";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

/** Where a writer of one of the three APIs sends its server-sent events. */
export interface EventStream {
  /** Aborted when the agent hangs up. */
  readonly signal: AbortSignal;
  /** Sends one event; `name` is left out of the frame when undefined. Waits for a full socket. */
  send(name: string | undefined, data: unknown): Promise<void>;
  /** Waits between two deltas. Returns early when the agent hangs up. */
  pause(durationMs: number): Promise<void>;
  /** Waits until the mock is released or the agent hangs up. */
  hold(): Promise<void>;
  /** Breaks the connection, once what was sent so far has left, without ending the answer. */
  disconnect(): Promise<void>;
}

/** Opens the event stream of a response; the caller ends the response. */
export function openEventStream(
  response: ServerResponse,
  signal: AbortSignal,
  hold: (signal: AbortSignal) => Promise<void>,
): EventStream {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  return {
    signal,
    async send(name, data) {
      if (signal.aborted) return;
      const event = name === undefined ? "" : `event: ${name}\n`;
      const text = typeof data === "string" ? data : JSON.stringify(data);
      if (response.write(`${event}data: ${text}\n\n`)) return;
      await once(response, "drain", { signal }).catch(() => undefined);
    },
    async pause(durationMs) {
      await sleep(durationMs, undefined, { signal }).catch(() => undefined);
    },
    hold: () => hold(signal),
    async disconnect() {
      await new Promise<void>((resolve) => response.write(":\n\n", () => resolve()));
      response.destroy();
    },
  };
}
