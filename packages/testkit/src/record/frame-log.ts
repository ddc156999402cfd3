import { once } from "node:events";
import type { JsonObject } from "../json.ts";

/** One event of a connection; `send` is client to agent. */
export type LogEntry =
  | { readonly client: string; readonly dir: "send" | "recv"; readonly frame: JsonObject }
  | { readonly client: string; readonly event: "connect" | "disconnect" };

/** What passed on the connections to one agent, in order. */
export interface FrameLog {
  readonly add: (entry: LogEntry) => void;
  /** Nothing more comes on this connection: whoever waits for a frame of it is told. */
  readonly end: (client: string) => void;
  /**
   * Takes the first received frame that matches and that nobody has taken yet. Waits for it up to
   * two minutes; rejects with the last frames when the time is up or the connection ends.
   */
  readonly take: (
    client: string,
    matches: (frame: JsonObject) => boolean,
    what: string,
  ) => Promise<JsonObject>;
  /**
   * Each connection up to the last frame it sent or took, or its end. What an agent may still say
   * after that is left out: it differs from run to run.
   */
  readonly kept: () => readonly LogEntry[];
}

/** Droid asks a provider that fails for more than three minutes before it gives up. */
const takeTimeoutMs = 300_000;

/** An empty log. */
export function createFrameLog(): FrameLog {
  const log: LogEntry[] = [];
  const taken = new Set<number>();
  const ended = new Set<string>();
  const ends = new Map<string, number>();
  const changes = new EventTarget();
  const changed = (): boolean => changes.dispatchEvent(new Event("change"));

  return {
    add(entry) {
      log.push(entry);
      if ("event" in entry && entry.event === "connect") ended.delete(entry.client);
      if (!("dir" in entry) || entry.dir === "send") ends.set(entry.client, log.length);
      changed();
    },
    end(client) {
      ended.add(client);
      changed();
    },
    async take(client, matches, what) {
      const signal = AbortSignal.timeout(takeTimeoutMs);
      for (;;) {
        for (const [index, entry] of log.entries()) {
          if (entry.client !== client || !("dir" in entry) || entry.dir === "send") continue;
          if (taken.has(index) || !matches(entry.frame)) continue;
          taken.add(index);
          ends.set(client, Math.max(ends.get(client) ?? 0, index + 1));
          return entry.frame;
        }
        if (ended.has(client) || signal.aborted) {
          const last = log.slice(-5).map((entry) => JSON.stringify(entry).slice(0, 400));
          throw new Error(
            `client ${client} never received ${what}; the last frames were\n${last.join("\n")}`,
          );
        }
        await once(changes, "change", { signal }).catch(() => undefined);
      }
    },
    kept: () => log.filter((entry, index) => index < (ends.get(entry.client) ?? 0)),
  };
}
