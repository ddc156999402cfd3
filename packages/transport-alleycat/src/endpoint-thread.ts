import { once } from "node:events";
import type { Duplex } from "node:stream";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import type { Worker } from "node:worker_threads";
import type { EndpointSettings, FromWorker, Location, ToWorker } from "./messages.ts";
import { startWorker } from "./start-worker.ts";
import { WorkerStream } from "./worker-stream.ts";

/** The client behind a stream. */
export interface RemotePeer {
  /** Its endpoint id, proven by the handshake: 64 hex digits. */
  readonly id: string;
  /** `IP:PORT`, or its relay. */
  readonly from: string;
  /** Aborted when the connection has ended. */
  readonly ended: AbortSignal;
  /** Ends the connection with all its streams. */
  hangUp(code: number, reason: string): void;
}

/** What the owner of an {@link EndpointThread} is told. */
export interface ThreadEvents {
  onStream(stream: Duplex, peer: RemotePeer): void;
  /** The thread has ended though nobody asked it to. Its streams are destroyed. */
  onLost(reason: string): void;
}

/** Settings of {@link EndpointThread.start}. */
export interface ThreadSettings extends EndpointSettings {
  /** A new connection without a stream for so long is closed. In milliseconds. */
  readonly firstStreamMs: number;
  /** The same for one that had a stream. */
  readonly idleConnectionMs: number;
}

interface KnownConnection {
  readonly peer: RemotePeer;
  readonly life: AbortController;
  readonly streams: Set<number>;
  idle: NodeJS.Timeout | null;
}

/** How long a close may take, live clients included. */
const closingMs = 4500;
/** How long the process may be held up at its exit. */
const exitMs = 1500;

/** An iroh endpoint in a thread of its own: what it costs to move bytes never holds up the daemon. */
export class EndpointThread implements AsyncDisposable {
  /** The endpoint's id: 64 hex digits. */
  readonly id: string;
  /** `IP:PORT` of each UDP socket it has. */
  readonly sockets: readonly string[];
  readonly #worker: Worker;
  readonly #settings: ThreadSettings;
  readonly #events: ThreadEvents;
  readonly #connections = new Map<number, KnownConnection>();
  readonly #streams = new Map<number, WorkerStream>();
  readonly #exited: Promise<unknown>;
  #located: ((location: Location) => void)[] = [];
  #reason = "its thread ended";
  #isClosing = false;
  #isGone = false;

  private constructor(
    worker: Worker,
    closed: Int32Array,
    bound: Extract<FromWorker, { readonly type: "bound" }>,
    settings: ThreadSettings,
    events: ThreadEvents,
  ) {
    this.id = bound.id;
    this.sockets = bound.sockets;
    this.#worker = worker;
    this.#settings = settings;
    this.#events = events;
    // iroh must be closed before its thread goes, and the thread goes with the process.
    const onProcessExit = (): void => {
      this.#post({ type: "close", reason: "the host is shutting down" });
      Atomics.wait(closed, 0, 0, exitMs);
    };
    process.once("exit", onProcessExit);
    worker.on("message", (message: FromWorker) => this.#receive(message));
    worker.on("error", (error: Error) => (this.#reason = error.message));
    this.#exited = once(worker, "exit").catch(() => {});
    worker.on("exit", () => {
      process.off("exit", onProcessExit);
      this.#lost(this.#reason);
    });
  }

  /** Resolves when it takes connections. Rejects with iroh's words when it cannot be bound. */
  static async start(settings: ThreadSettings, events: ThreadEvents): Promise<EndpointThread> {
    const worker = startWorker();
    const closed = new Int32Array(new SharedArrayBuffer(4));
    post(worker, { type: "open", settings, closed });
    const [first]: FromWorker[] = await Promise.race([
      once(worker, "message"),
      once(worker, "exit").then(() => [{ type: "unbound" as const, reason: "its thread ended" }]),
    ]);
    if (first?.type === "bound") return new EndpointThread(worker, closed, first, settings, events);
    throw new Error(first?.type === "unbound" ? first.reason : "its thread said nothing");
  }

  /** Where it can be reached; waits so long for its relay. */
  locate(waitMs: number): Promise<Location> {
    if (this.#isGone) return Promise.resolve({ relay: null, addresses: [] });
    return new Promise((resolve) => {
      this.#located.push(resolve);
      this.#post({ type: "locate", waitMs });
    });
  }

  /** Ends it as an error in its thread does; `onLost` follows. */
  async fail(): Promise<void> {
    this.#post({ type: "fail" });
    await this.#exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosing = true;
    this.#post({ type: "close", reason: "the host is shutting down" });
    const over = new AbortController();
    const patience = sleep(closingMs, undefined, { signal: over.signal }).catch(() => {});
    await Promise.race([this.#exited, patience]);
    over.abort();
    // Never terminated: iroh would come back to a thread that is gone.
    this.#worker.unref();
  }

  #post(message: ToWorker): void {
    if (!this.#isGone) post(this.#worker, message);
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case "connected":
        this.#connected(message.connection, message.id, message.from);
        return;
      case "disconnected":
        this.#disconnected(message.connection, message.reason);
        return;
      case "opened":
        this.#opened(message.connection, message.stream);
        return;
      case "data":
      case "ended":
      case "written":
      case "broken":
        this.#streams.get(message.stream)?.receive(message);
        return;
      case "located": {
        const { relay, addresses } = message;
        this.#located.shift()?.({ relay, addresses });
        return;
      }
      case "ending":
        this.#reason = message.reason;
        return;
      case "bound":
      case "unbound":
        return;
    }
  }

  #connected(number: number, id: string, from: string): void {
    const life = new AbortController();
    const hangUp = (code: number, reason: string): void => {
      this.#post({ type: "hangUp", connection: number, code, reason });
    };
    const peer: RemotePeer = { id, from, ended: life.signal, hangUp };
    const connection = { peer, life, streams: new Set<number>(), idle: null };
    this.#connections.set(number, connection);
    this.#watchIdle(connection, this.#settings.firstStreamMs);
  }

  #opened(connectionNumber: number, number: number): void {
    const connection = this.#connections.get(connectionNumber);
    if (connection === undefined) return;
    if (connection.idle !== null) clearTimeout(connection.idle);
    const stream = new WorkerStream(number, (message) => this.#post(message));
    connection.streams.add(number);
    this.#streams.set(number, stream);
    // Whoever reads or writes is told; without a listener an error would end the process.
    stream.on("error", () => {});
    stream.once("close", () => {
      this.#streams.delete(number);
      connection.streams.delete(number);
      this.#watchIdle(connection, this.#settings.idleConnectionMs);
    });
    this.#events.onStream(stream, connection.peer);
  }

  #watchIdle(connection: KnownConnection, afterMs: number): void {
    if (connection.streams.size > 0 || connection.life.signal.aborted) return;
    if (connection.idle !== null) clearTimeout(connection.idle);
    connection.idle = setTimeout(() => {
      connection.peer.hangUp(0, "no stream was open for a while");
    }, afterMs);
  }

  #disconnected(number: number, reason: string): void {
    const connection = this.#connections.get(number);
    if (connection === undefined) return;
    this.#connections.delete(number);
    if (connection.idle !== null) clearTimeout(connection.idle);
    const error = new Error(`the connection ended: ${reason}`);
    connection.life.abort(error);
    for (const stream of connection.streams) this.#streams.get(stream)?.destroy(error);
  }

  #lost(reason: string): void {
    this.#isGone = true;
    for (const number of this.#connections.keys()) this.#disconnected(number, reason);
    for (const resolve of this.#located.splice(0)) resolve({ relay: null, addresses: [] });
    if (!this.#isClosing) this.#events.onLost(reason);
  }
}

function post(worker: Worker, message: ToWorker): void {
  const buffer = message.type === "write" ? message.bytes.buffer : null;
  worker.postMessage(message, buffer instanceof ArrayBuffer ? [buffer] : []);
}
