/** What the worker needs to open the endpoint. */
export interface EndpointSettings {
  /** The 32 bytes of the secret key. */
  readonly secretKey: Uint8Array;
  /** URL of the relay; null = iroh's own. */
  readonly relay: string | null;
  /** False: no relay and no discovery. */
  readonly internet: boolean;
  /** `IP:PORT` each; empty = any address. */
  readonly bind: readonly string[];
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  readonly maxStreamsPerConnection: number;
  readonly keepAliveMs: number;
}

/** Where the endpoint can be reached now. */
export interface Location {
  readonly relay: string | null;
  readonly addresses: readonly string[];
}

/** To the worker. Streams and connections are its own numbers. */
export type ToWorker =
  | {
      readonly type: "open";
      readonly settings: EndpointSettings;
      /** Its first element is set to 1 and notified when the endpoint is closed. */
      readonly closed: Int32Array;
    }
  | { readonly type: "read"; readonly stream: number }
  | { readonly type: "write"; readonly stream: number; readonly bytes: Uint8Array }
  | { readonly type: "finish"; readonly stream: number }
  /** Nobody reads on; without `finish` before it, what was written may be lost. */
  | { readonly type: "drop"; readonly stream: number }
  | HangUp
  | { readonly type: "locate"; readonly waitMs: number }
  | { readonly type: "close"; readonly reason: string }
  /** Fails, as an error in the worker would. */
  | { readonly type: "fail" };

/** Ends a connection with all its streams. */
export interface HangUp {
  readonly type: "hangUp";
  readonly connection: number;
  readonly code: number;
  readonly reason: string;
}

/** From the worker. */
export type FromWorker =
  | { readonly type: "bound"; readonly id: string; readonly sockets: readonly string[] }
  | { readonly type: "unbound"; readonly reason: string }
  /** The thread ends now, and why. */
  | { readonly type: "ending"; readonly reason: string }
  | {
      readonly type: "connected";
      readonly connection: number;
      /** The client's endpoint id, which the handshake has proven. */
      readonly id: string;
      /** `IP:PORT`, or the relay. */
      readonly from: string;
    }
  | { readonly type: "disconnected"; readonly connection: number; readonly reason: string }
  | { readonly type: "opened"; readonly connection: number; readonly stream: number }
  | StreamMessage
  | ({ readonly type: "located" } & Location);

/** What happened on a stream. Each `read` and `write` is answered once, unless the stream breaks. */
export type StreamMessage =
  | { readonly type: "data"; readonly stream: number; readonly bytes: Uint8Array }
  | { readonly type: "ended"; readonly stream: number }
  | { readonly type: "written"; readonly stream: number }
  | { readonly type: "broken"; readonly stream: number; readonly reason: string };
