import { Peer } from "../../src/rpc/peer.ts";
import type {
  Admission,
  AdmittedClient,
  ClientClaim,
  EndpointRequest,
  ListenerHost,
} from "../../src/transport/listener.ts";

/** The one token a {@link Desk} knows. */
export const token = "0123456789abcdef";

/** A host with one device, whose endpoints answer with their own name. */
export class Desk implements ListenerHost {
  readonly stateDir = "/nonexistent";
  readonly hostName = "desk";
  readonly claims: ClientClaim[] = [];
  readonly wanted: EndpointRequest[] = [];
  readonly device: AbortController = new AbortController();
  /** Decides instead of the token. */
  decide: ((signal: AbortSignal) => Promise<Admission>) | null = null;

  readonly client: AdmittedClient = {
    ended: this.device.signal,
    agents: async () => [],
    restartAgent: async () => {},
    open: (wanted) => {
      this.wanted.push(wanted);
      const { endpoint, session = null } = wanted;
      if (endpoint === "ghost") return { refusal: "there is no agent ghost" };
      const seq = session?.cursor ?? 0;
      return {
        session: session === null ? null : { attached: "resumed", seq, floor: 1 },
        take: (transport) => void new Peer(transport, { onRequest: () => endpoint ?? "all" }),
      };
    },
  };

  pairingToken(): string {
    return token;
  }

  async admit(
    claim: ClientClaim,
    { signal }: { readonly signal: AbortSignal },
  ): Promise<Admission> {
    this.claims.push(claim);
    if (this.decide !== null) return this.decide(signal);
    return claim.token === token ? { client: this.client } : { refusal: "this token is unknown" };
  }

  log(): void {}
}
