import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "@fairlead/bridge-core/transport";
import {
  EndpointThread,
  type RemotePeer,
  type ThreadEvents,
  type ThreadSettings,
} from "./endpoint-thread.ts";
import type { Location } from "./messages.ts";

/** What {@link EndpointKeeper} needs beside the settings of the thread. */
export interface KeeperParts {
  readonly onStream: (stream: Duplex, peer: RemotePeer) => void;
  readonly log: (level: "debug" | "warn", message: string, data?: unknown) => void;
  /** Default {@link EndpointThread.start}. */
  readonly start?: StartThread;
}

/** See {@link EndpointThread.start}. */
export type StartThread = (
  settings: ThreadSettings,
  events: ThreadEvents,
) => Promise<EndpointThread>;

const startThread: StartThread = (settings, events) => EndpointThread.start(settings, events);

/** Restarts of a thread that dies, and the pause before each, in milliseconds. */
const pausesMs = [0, 1000, 5000, 15_000, 60_000];
/** A thread that lived so long dies as if for the first time. */
const healthyMs = 10 * 60_000;

/** Keeps an endpoint running, under the same key and on the same ports, though its thread may die. */
export class EndpointKeeper implements AsyncDisposable {
  readonly #settings: ThreadSettings;
  readonly #parts: KeeperParts;
  readonly #life = new AbortController();
  #thread: EndpointThread;
  #restarting: Promise<void> | null = null;
  #deaths = 0;
  #startedMs = performance.now();

  private constructor(thread: EndpointThread, settings: ThreadSettings, parts: KeeperParts) {
    this.#thread = thread;
    this.#settings = settings;
    this.#parts = parts;
  }

  /** Rejects with iroh's words when it cannot be bound. */
  static async start(settings: ThreadSettings, parts: KeeperParts): Promise<EndpointKeeper> {
    const { start = startThread } = parts;
    let keeper: EndpointKeeper | null = null;
    const thread = await start(settings, {
      onStream: parts.onStream,
      onLost: (reason) => keeper?.lost(reason),
    });
    keeper = new EndpointKeeper(thread, settings, parts);
    return keeper;
  }

  get id(): string {
    return this.#thread.id;
  }

  get sockets(): readonly string[] {
    return this.#thread.sockets;
  }

  /** Where it can be reached; waits so long for its relay. */
  async locate(waitMs: number): Promise<Location> {
    await this.#restarting;
    return this.#thread.locate(waitMs);
  }

  /** A thread is gone. */
  lost(reason: string): void {
    if (this.#life.signal.aborted) return;
    if (performance.now() - this.#startedMs > healthyMs) this.#deaths = 0;
    this.#restarting = this.#restart(reason);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#life.abort();
    await this.#restarting;
    await this.#thread[Symbol.asyncDispose]();
  }

  async #restart(cause: string): Promise<void> {
    const { log, onStream, start = startThread } = this.#parts;
    const { sockets } = this.#thread;
    let reason = cause;
    for (; this.#deaths < pausesMs.length;) {
      const pauseMs = pausesMs[this.#deaths] ?? 0;
      this.#deaths += 1;
      log("warn", `the alleycat endpoint is lost and starts again in ${pauseMs} ms`, reason);
      const { signal } = this.#life;
      await sleep(pauseMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      try {
        // Where phones have it in memory.
        const settings = { ...this.#settings, bind: sockets };
        const events = { onStream, onLost: (why: string) => this.lost(why) };
        this.#thread = await start(settings, events);
        this.#startedMs = performance.now();
        return;
      } catch (error) {
        reason = messageOf(error);
      }
    }
    log(
      "warn",
      "the alleycat endpoint died too often and stays off: restart Fairlead to try again",
      reason,
    );
  }
}
