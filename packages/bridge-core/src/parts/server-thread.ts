import type { BridgeHost } from "../adapter.ts";
import { BridgeError, messageOf } from "../errors.ts";
import type { AgentServer } from "./agent-server.ts";
import type { Fields } from "./fields.ts";
import type { SessionListener } from "./session-events.ts";
import type { Lease } from "./shared-backends.ts";
import { ThreadOps } from "./thread-ops.ts";

/** A thread on a server that others use too: it ends with the server, and leaves it running. */
export abstract class ServerThread extends ThreadOps implements AsyncDisposable {
  readonly #lease: Lease<AgentServer>;
  readonly #living: Set<AsyncDisposable>;
  #listening: Disposable | null = null;
  #disposing: Promise<void> | null = null;

  /** Until it is disposed it has the lease, and is one of `living`. */
  constructor(
    host: Pick<BridgeHost, "log">,
    lease: Lease<AgentServer>,
    living: Set<AsyncDisposable>,
  ) {
    super(host);
    this.#lease = lease;
    this.#living = living.add(this);
    void lease.backend.ended.then((error) => this.finish(error ?? undefined));
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
