import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Peer } from "@fairlead/bridge-core/peer";
import type {
  Admission,
  AdmittedClient,
  AgentSummary,
  ClientClaim,
  EndpointRequest,
  FrameTransport,
  Listener,
  ListenerHost,
} from "@fairlead/bridge-core/transport";
import { type AlleycatOptions, openAlleycat } from "../../src/index.ts";
import { Phone, type PhoneConnection } from "../../src/testing.ts";

/** The token of every {@link Desk}. */
export const token = "secret of the desk";

/** Agents of a {@link Desk}, as clients are told of them. */
const agents: readonly AgentSummary[] = [
  {
    name: "mouse",
    displayName: "Mouse",
    available: true,
    unavailableReason: null,
    version: "1.2.3",
    aliases: ["mouse-code"],
    threadPermissions: true,
  },
  {
    name: "cat",
    displayName: "Cat",
    available: false,
    unavailableReason: "cat is not logged in: run `cat login`",
    version: null,
    aliases: [],
    threadPermissions: false,
  },
];

/** A host on loopback whose agents echo, with its listener and a phone. */
export class Desk implements ListenerHost, AsyncDisposable {
  readonly hostName = " desk.local. ";
  readonly claims: ClientClaim[] = [];
  readonly wanted: EndpointRequest[] = [];
  readonly restarted: string[] = [];
  readonly logged: string[] = [];
  /** Transports of the connections that were taken, in order. */
  readonly taken: FrameTransport[] = [];
  readonly device: AbortController = new AbortController();
  /** Decides instead of the token. */
  decide: ((signal: AbortSignal) => Promise<Admission>) | null = null;
  /** What becomes of a session that is asked for. */
  attached: "fresh" | "resumed" | "drift" = "fresh";
  /** Takes connections instead of the echo. */
  onTake: ((transport: FrameTransport) => void) | null = null;

  readonly #owned: AsyncDisposable[] = [];
  #listener: Listener | null = null;

  readonly client: AdmittedClient = {
    ended: this.device.signal,
    agents: async () => agents,
    restartAgent: async (name) => {
      if (name === "cat") throw new Error("this device may not restart agents");
      this.restarted.push(name);
    },
    open: (wanted) => {
      this.wanted.push(wanted);
      const { endpoint, session = null } = wanted;
      if (endpoint === "cat") return { refusal: "cat is not logged in: run `cat login`" };
      if (endpoint !== "mouse" && endpoint !== "mouse-code") return { refusal: "no such agent" };
      const notice = { attached: this.attached, seq: session?.cursor ?? 100, floor: 7 };
      return {
        session: session === null ? null : notice,
        take: (transport) => {
          this.taken.push(transport);
          if (this.onTake !== null) this.onTake(transport);
          else void new Peer(transport, { onRequest: (_method, params) => params });
        },
      };
    },
  };

  readonly stateDir: string;

  private constructor(stateDir: string) {
    this.stateDir = stateDir;
  }

  /** Starts the listener on loopback without internet. */
  static async open(options: Partial<AlleycatOptions> = {}): Promise<Desk> {
    const folder = await mkdtemp(join(tmpdir(), "fairlead-alleycat-"));
    const desk = new Desk(folder);
    desk.own({ [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) });
    const settings = { relay: null, internet: false, bind: ["localhost:0"], ...options };
    try {
      desk.#listener = desk.own(await openAlleycat(desk, settings));
      return desk;
    } catch (error) {
      await desk[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The listener under test. */
  get listener(): Listener {
    if (this.#listener === null) throw new Error("the desk is not open");
    return this.#listener;
  }

  /** Takes charge of something until the end. */
  own<T extends AsyncDisposable>(resource: T): T {
    this.#owned.push(resource);
    return resource;
  }

  /** What a phone scans. */
  async payload(): Promise<{
    readonly node_id: string;
    readonly token: string;
    readonly addrs: readonly string[];
  }> {
    const payload = await this.listener.pairing?.({ signal: new AbortController().signal });
    const { node_id: id, token: secret, addrs } = payload ?? {};
    if (typeof id !== "string" || typeof secret !== "string" || !Array.isArray(addrs)) {
      throw new Error(`no payload: ${JSON.stringify(payload)}`);
    }
    return { node_id: id, token: secret, addrs: addrs.map(String) };
  }

  /** A connection of a new phone. */
  async dial(): Promise<PhoneConnection & { readonly phone: Phone }> {
    const phone = this.own(await Phone.open());
    return Object.assign(await phone.dial(await this.payload()), { phone });
  }

  pairingToken(): string {
    return token;
  }

  async admit(
    claim: ClientClaim,
    { signal }: { readonly signal: AbortSignal },
  ): Promise<Admission> {
    this.claims.push(claim);
    if (this.decide !== null) return this.decide(signal);
    return claim.token === token ? { client: this.client } : { refusal: "invalid token" };
  }

  log(level: string, message: string): void {
    this.logged.push(`${level} ${message}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const resource of this.#owned.toReversed()) await resource[Symbol.asyncDispose]();
  }
}
