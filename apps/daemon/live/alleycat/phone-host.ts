import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AgentServer, createAgentServer } from "@fairlead/bridge-core";
import {
  type AdmittedClient,
  type AgentSummary,
  type Listener,
  type ListenerHost,
  encodeSessionQuery,
  parseNotice,
  sessionHeader,
} from "@fairlead/bridge-core/transport";
import demoBridge from "@fairlead/bridge-demo";
import { openAlleycat } from "@fairlead/transport-alleycat";
import { z } from "zod";

/** What is in the QR code. */
export interface Payload {
  readonly v: 1;
  readonly node_id: string;
  readonly token: string;
  readonly host_name?: string | undefined;
  /** Where to dial it directly. */
  readonly addrs: readonly string[];
}

const Payload: z.ZodType<Payload> = z.strictObject({
  v: z.literal(1),
  node_id: z.string().length(64),
  token: z.string().min(1),
  host_name: z.string().optional(),
  addrs: z.array(z.string()).min(1),
});

/** A host phones can pair with. The demo agent is on it, under the alias `demo-agent` too. */
export interface PhoneHost extends AsyncDisposable {
  /** An empty folder for a project. */
  project(): Promise<string>;
  payload(): Promise<Payload>;
  /** Lets the device of this endpoint id in no more. */
  revoke(id: string): Promise<void>;
  /** Ends it and starts it again, on the same data and the same addresses. */
  restart(): Promise<void>;
}

const token = "the token of this host";

/** The listener alone, with the demo agent right behind it. */
export class ListenerAlone implements PhoneHost {
  readonly #root: string;
  readonly #devices = new Map<string, AbortController>();
  readonly #revoked = new Set<string>();
  #server: AgentServer;
  #listener: Listener;

  private constructor(root: string, server: AgentServer, listener: Listener) {
    this.#root = root;
    this.#server = server;
    this.#listener = listener;
  }

  static async open(): Promise<ListenerAlone> {
    const root = await realpath(await mkdtemp(join(tmpdir(), "fairlead-phone-")));
    await mkdir(join(root, "alleycat"));
    const server = serverOf(root);
    let host: ListenerAlone | null = null;
    const clientOf = (key: string): AdmittedClient | null => host?.client(key) ?? null;
    const listener = await listenerOf(root, ["localhost:0"], clientOf);
    host = new ListenerAlone(root, server, listener);
    return host;
  }

  project(): Promise<string> {
    return mkdtemp(join(this.#root, "project"));
  }

  async payload(): Promise<Payload> {
    return Payload.parse(await this.#listener.pairing?.({ signal: new AbortController().signal }));
  }

  async revoke(id: string): Promise<void> {
    this.#revoked.add(id);
    this.#devices.get(id)?.abort();
  }

  async restart(): Promise<void> {
    const { addrs } = await this.payload();
    await this.#listener[Symbol.asyncDispose]();
    await this.#server[Symbol.asyncDispose]();
    this.#server = serverOf(this.#root);
    this.#listener = await listenerOf(this.#root, addrs, (key) => this.client(key));
  }

  /** A device that showed the token; null when it is revoked. */
  client(key: string): AdmittedClient | null {
    if (this.#revoked.has(key)) return null;
    const device = this.#devices.get(key) ?? new AbortController();
    this.#devices.set(key, device);
    return {
      ended: device.signal,
      async agents() {
        return [demo];
      },
      async restartAgent(name) {
        throw new Error(`${name} cannot be restarted here`);
      },
      open: ({ endpoint, session }) => {
        if (endpoint !== demo.name && !demo.aliases.includes(endpoint ?? "")) {
          return { refusal: "there is no such agent" };
        }
        const wanted = { device: key, cursor: session?.cursor ?? null };
        const query = new URLSearchParams(encodeSessionQuery(wanted));
        const upgrade = this.#server.onUpgrade({ path: "/", query, headers: {} });
        if ("refusal" in upgrade) return upgrade;
        const { headers, onConnection } = upgrade;
        return { session: parseNotice(headers[sessionHeader]), take: onConnection };
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listener[Symbol.asyncDispose]();
    await this.#server[Symbol.asyncDispose]();
    await rm(this.#root, { recursive: true, force: true, maxRetries: 5 });
  }
}

const demo: AgentSummary = {
  name: "demo",
  displayName: "Demo agent",
  available: true,
  unavailableReason: null,
  version: "1.0.0",
  aliases: ["demo-agent"],
  threadPermissions: true,
};

function serverOf(root: string): AgentServer {
  return createAgentServer({ bridge: demoBridge, dataDir: join(root, "agents"), defaultCwd: root });
}

function listenerOf(
  root: string,
  bind: readonly string[],
  clientOf: (key: string) => AdmittedClient | null,
): Promise<Listener> {
  const host: ListenerHost = {
    stateDir: join(root, "alleycat"),
    hostName: "desk",
    pairingToken: () => token,
    async admit(claim) {
      const client = claim.token === token && claim.key !== null ? clientOf(claim.key) : null;
      return client === null ? { refusal: "invalid token" } : { client };
    },
    log() {},
  };
  return openAlleycat(host, { relay: null, internet: false, bind });
}
