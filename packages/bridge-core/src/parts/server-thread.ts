import type { BridgeHost, OpenThread } from "../adapter.ts";
import { BridgeError, messageOf } from "../errors.ts";
import type { AgentServer } from "./agent-server.ts";
import type { Fields } from "./fields.ts";
import type { SessionListener } from "./session-events.ts";
import type { Lease } from "./shared-backends.ts";
import { ThreadOps } from "./thread-ops.ts";

/** What a thread on a shared server is opened with. */
export interface ServerThreadOptions {
  readonly host: BridgeHost;
  /** Given back when the thread is disposed. */
  readonly lease: Lease<AgentServer>;
  readonly spec: OpenThread;
  /** Has the thread until it is disposed. */
  readonly living: Set<AsyncDisposable>;
}

/** A thread on a server that others use too: it ends with the server, and leaves it running. */
export abstract class ServerThread extends ThreadOps implements AsyncDisposable {
  protected readonly host: BridgeHost;
  protected readonly spec: OpenThread;
  readonly #lease: Lease<AgentServer>;
  readonly #living: Set<AsyncDisposable>;
  #listening: Disposable | null = null;
  #disposing: Promise<void> | null = null;

  constructor({ host, lease, spec, living }: ServerThreadOptions) {
    super(host);
    this.host = host;
    this.spec = spec;
    this.#lease = lease;
    this.#living = living.add(this);
    void lease.backend.ended.then((error) => this.finish(error ?? undefined));
  }

  /** A thread after what there is to do at first, without which there is none. */
  protected static async begun<T extends ServerThread>(
    thread: T,
    first: () => Promise<void>,
  ): Promise<T> {
    try {
      await first();
      return thread;
    } catch (error) {
      await thread[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The server. */
  protected get server(): AgentServer {
    return this.#lease.backend;
  }

  /** Stops what was begun for the thread on the server, which runs on. */
  protected abstract leave(): Promise<unknown>;

  /** Hears of sessions. An event that cannot be taken ends this thread, not the stream of all. */
  protected listen(listener: SessionListener): void {
    const take = (event: Fields): void => {
      try {
        listener.event(event);
      } catch (cause) {
        this.finish(new BridgeError("other", messageOf(cause), { cause }));
      }
    };
    this.#listening = this.server.events.listen({ ...listener, event: take });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposing ??= this.#dispose();
    await this.#disposing;
  }

  async #dispose(): Promise<void> {
    this.#living.delete(this);
    const leaving = this.leave();
    this.unattended(leaving);
    this.#listening?.[Symbol.dispose]();
    this.finish();
    await Promise.allSettled([leaving]);
    this.#lease[Symbol.dispose]();
  }
}
