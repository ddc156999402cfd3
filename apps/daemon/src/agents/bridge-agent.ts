import type {
  AgentServer,
  AgentStatus,
  EnvironmentResolver,
  FrameTransport,
  OperatorPolicy,
  ProcessGroups,
} from "@fairlead/bridge-core";
import type { KnownBridge } from "../registry.ts";
import type { Log } from "../serve/log.ts";
import type { AgentEntry, ConnectOptions } from "./agent-entry.ts";
import { StatusCache } from "./status-cache.ts";

/** What a bridge is served with. */
export interface BridgeAgentOptions {
  /** `claude`, or `claude.work` for a second instance. */
  readonly name: string;
  readonly bridge: KnownBridge;
  /** Folder of its threads. Absolute; null = in memory. */
  readonly dataDir: string | null;
  readonly defaultCwd: string;
  readonly environment: EnvironmentResolver;
  /** Program to start instead of its own. */
  readonly bin: string | null;
  /** Added to the environment of its programs. */
  readonly env: Readonly<Record<string, string>>;
  readonly policy: OperatorPolicy;
  readonly approvalLimitMs: number | null;
  readonly groups: () => Promise<ProcessGroups>;
  readonly maxAgents: number;
  readonly idleMs: number;
  readonly log: Log;
}

/** An agent behind a bridge. Nothing of it is loaded before it is asked for. */
export class BridgeAgent implements AgentEntry, AsyncDisposable {
  readonly name: string;
  readonly displayName: string;
  readonly aliases: readonly string[];
  readonly threadPermissions = true;
  readonly isOptional?: true;
  readonly install?: string;
  readonly #options: BridgeAgentOptions;
  readonly #status: StatusCache;
  #server: Promise<AgentServer> | null = null;
  #isDisposed = false;

  constructor(options: BridgeAgentOptions) {
    const { name, bridge } = options;
    const instance = name.split(".")[1];
    this.name = name;
    this.displayName = bridge.displayName + (instance === undefined ? "" : ` (${instance})`);
    this.aliases = instance === undefined ? bridge.aliases : [];
    if (bridge.isOptional !== undefined) this.isOptional = true;
    if (bridge.install !== null) this.install = bridge.install;
    this.#options = options;
    this.#status = new StatusCache((signal) => this.#probe(signal));
  }

  status(): Promise<AgentStatus> {
    return this.#status.get();
  }

  async program(): Promise<string | null> {
    const { environment, bin, bridge } = this.#options;
    try {
      const { resolveProgram } = await import("@fairlead/bridge-core/process");
      const found = await resolveProgram(bin ?? bridge.program, await environment(null));
      return "file" in found ? found.file : null;
    } catch {
      return null;
    }
  }

  async connect({ signal, mayAnswer }: ConnectOptions): Promise<FrameTransport> {
    const [server, { memoryPair }] = await Promise.all([
      this.#serve(),
      import("@fairlead/bridge-core"),
    ]);
    signal.throwIfAborted();
    const [client, remote] = memoryPair();
    server.attach(remote, mayAnswer === undefined ? {} : { mayAnswer });
    return client;
  }

  async restart(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    this.#status.forget();
    await (await server?.catch(() => null))?.[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    await this.restart();
  }

  #serve(): Promise<AgentServer> {
    if (this.#isDisposed) return Promise.reject(new Error("Fairlead is shutting down"));
    if (this.#server !== null) return this.#server;
    const server = this.#start();
    this.#server = server;
    // A bridge that could not be loaded is tried again.
    server.catch(() => {
      if (this.#server === server) this.#server = null;
    });
    return server;
  }

  async #start(): Promise<AgentServer> {
    const { bridge, bin, groups, ...options } = this.#options;
    const [factory, { createAgentServer }] = await Promise.all([
      bridge.load(),
      import("@fairlead/bridge-core"),
    ]);
    return createAgentServer({
      ...options,
      bridge: factory,
      groups: await groups(),
      ...(bin !== null && { programs: new Map([[bridge.program, bin]]) }),
    });
  }

  async #probe(signal: AbortSignal): Promise<AgentStatus> {
    // Nothing is loaded for one that most people do not have.
    if (this.isOptional && (await this.program()) === null) {
      const { bin, bridge } = this.#options;
      const detail = `${this.displayName} is not installed: there is no program \`${bin ?? bridge.program}\``;
      return { available: false, reason: "not-installed", detail, login: null };
    }
    const { adapter } = await this.#serve();
    return adapter.probe({ signal });
  }
}
