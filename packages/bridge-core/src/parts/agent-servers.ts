import type { BridgeHost, Call, InFolder, OpenThread } from "../adapter.ts";
import type { AgentServer } from "./agent-server.ts";
import type { ServerThreadOptions } from "./server-thread.ts";
import { SessionChanges } from "./session-changes.ts";
import { SharedBackends, type Lease } from "./shared-backends.ts";

/** Starts the server of a folder's environment; `onStranger` hears of sessions open nowhere here. */
type Start = (
  cwd: string,
  environment: Readonly<Record<string, string>>,
  onStranger: (session: string) => void,
) => Promise<AgentServer>;

/** The servers of a bridge, with the threads on them: one for all threads of an environment. */
export class AgentServers implements AsyncDisposable {
  /** Sessions that changed, and are open nowhere here. */
  readonly changes: SessionChanges = new SessionChanges();
  readonly #host: BridgeHost;
  readonly #living = new Set<AsyncDisposable>();
  readonly #servers: SharedBackends<AgentServer>;

  constructor(host: BridgeHost, start: Start) {
    this.#host = host;
    const onStranger = (session: string): void => this.changes.tell(session);
    this.#servers = new SharedBackends({
      host,
      start: (cwd, environment) => start(cwd, environment, onStranger),
    });
  }

  /** A thread on the server of its folder. */
  async openThread<T>(
    spec: OpenThread,
    { signal }: Call,
    open: (options: ServerThreadOptions) => Promise<T>,
  ): Promise<T> {
    const [host, living] = [this.#host, this.#living];
    return this.#servers.open(spec.cwd, signal, (lease) => open({ host, lease, spec, living }));
  }

  /** What `ask` gets from the server of a folder. */
  async use<T>({ cwd, signal }: InFolder, ask: (server: AgentServer) => Promise<T>): Promise<T> {
    using lease = await this.#servers.lease(cwd, signal);
    return await ask(lease.backend);
  }

  /** Any of them; one is started when none runs. */
  async any(signal: AbortSignal): Promise<Lease<AgentServer>> {
    return this.#servers.anyLease(null, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#living].map((thread) => thread[Symbol.asyncDispose]()));
    await this.#servers[Symbol.asyncDispose]();
  }
}
