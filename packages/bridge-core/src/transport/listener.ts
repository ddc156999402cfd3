import type { Call } from "../adapter.ts";
import type { FrameTransport } from "../rpc/transport.ts";
import type { SessionNotice } from "../session/session-notice.ts";

/**
 * Default export of a package that offers a way to reach the daemon: a socket, a WebSocket, iroh.
 * Called once by the daemon with the listener's own table of `host.toml`. Rejects with what to do
 * when it cannot listen; the daemon then runs without it.
 */
export type ListenerFactory = (
  host: ListenerHost,
  options: Readonly<Record<string, unknown>>,
) => Promise<Listener>;

/** A running listener. Dispose ends every connection it took. */
export interface Listener extends AsyncDisposable {
  /** Where clients connect to, for people: `ws://127.0.0.1:4517`. */
  readonly addresses: readonly string[];
  /** Reads its files again, a certificate say. Rejects with what is wrong; all stays as it was then. */
  reload?(): Promise<void>;
  /**
   * What a new device is shown (as a QR code and as text) to find this listener. Plain JSON; it may
   * hold the secret. Absent: new devices cannot come this way.
   */
  pairing?(o: Call): Promise<Readonly<Record<string, unknown>>>;
}

/** What a listener may touch of the daemon. */
export interface ListenerHost {
  /** Private folder of this listener, for its keys. Absolute; exists. */
  readonly stateDir: string;
  /** Name of this machine, for people. */
  readonly hostName: string;
  /** Secret a device shows when it comes for the first time; another one after `fairlead rotate`. */
  readonly pairingToken: () => string;
  /**
   * Decides who a client is. Never rejects; may wait for the operator's yes, until the signal.
   */
  admit(claim: ClientClaim, o: Call): Promise<Admission>;
  readonly log: (level: "debug" | "warn", message: string, data?: unknown) => void;
}

/** What a client shows of itself. */
export interface ClientClaim {
  /** A device's own token, or the pairing token. Null when it showed none. */
  readonly token: string | null;
  /** A public key the transport has proven the client to own, e.g. its iroh endpoint id. */
  readonly key: string | null;
  /** What it calls itself, for people. */
  readonly label: string | null;
  /**
   * Where it comes from, for the audit log: `websocket 127.0.0.1`. Without a port, and of an IPv6
   * address only the network, so that all attempts of one place look alike.
   */
  readonly origin: string;
}

/** The word on a {@link ClientClaim}; a refusal is a sentence for the client. */
export type Admission = { readonly client: AdmittedClient } | { readonly refusal: string };

/** A client whose device is known. */
export interface AdmittedClient {
  /** Aborted when the device is revoked or gets another role: its connections end at once. */
  readonly ended: AbortSignal;
  /** The agents it may use. */
  agents(): Promise<readonly AgentSummary[]>;
  /** Rejects with a sentence for an unknown agent, or a role that may not. */
  restartAgent(name: string): Promise<void>;
  /** Opens an endpoint: that of an agent, or the one that is all agents. */
  open(wanted: EndpointRequest): OpenEndpoint | { readonly refusal: string };
}

/** What a client connects to. */
export interface EndpointRequest {
  /** Name or alias of an agent; null = all agents. */
  readonly endpoint: string | null;
  /**
   * Absent or null: a client nobody can come back to. `name` tells clients of one device apart;
   * `cursor` is the last number its client has seen, null when it begins.
   */
  readonly session?: { readonly name: string | null; readonly cursor: number | null } | null;
}

/** An endpoint that waits for its connection. */
export interface OpenEndpoint {
  /** What became of the session asked for; null when none was. */
  readonly session: SessionNotice | null;
  /** Takes the connection, once, before anything else happens. The daemon owns it from then on. */
  take(transport: FrameTransport): void;
}

/** One agent as a client is told of it. */
export interface AgentSummary {
  readonly name: string;
  readonly displayName: string;
  readonly available: boolean;
  /** Why it cannot be used, and what to do: a sentence. Null when it can. */
  readonly unavailableReason: string | null;
  readonly version: string | null;
  /** Other names it can be opened under. */
  readonly aliases: readonly string[];
  /** Whether clients may choose approval policy and sandbox per thread. */
  readonly threadPermissions: boolean;
}
