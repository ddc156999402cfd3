/** Settings of the listener. */
export interface AlleycatOptions {
  /** URL of the relay clients reach it through; null = iroh's own relays. */
  readonly relay: string | null;
  /** False: no relay and no discovery, direct addresses only. */
  readonly internet: boolean;
  /** `IP:PORT` or `localhost:PORT` to bind UDP to; empty = any address. */
  readonly bind: readonly string[];
  /** Default 128; one more is refused. A phone has one for each agent. */
  readonly maxConnections?: number;
  /** Connections of one IP address. Default 32. */
  readonly maxConnectionsPerAddress?: number;
  /** Open at once; one more waits. Default 16. */
  readonly maxStreamsPerConnection?: number;
  /** Refused requests of one endpoint id within a minute, after which it is not heard. Default 20. */
  readonly maxFailures?: number;
  /** A stream without its request for so long is closed. In milliseconds, default 10,000. */
  readonly firstFrameTimeoutMs?: number;
  /** How long a client may wait for the operator's yes. In milliseconds, default 130,000. */
  readonly admissionTimeoutMs?: number;
  /**
   * A connection without a stream for so long is closed; one that never had a stream sooner, after
   * `firstFrameTimeoutMs`. In milliseconds, default 60,000.
   */
  readonly idleConnectionMs?: number;
  /** A connection on which nothing came for so long is tried. In milliseconds, default 10,000. */
  readonly keepAliveMs?: number;
}

/** Checks the listener's table of `host.toml`. Throws with the key that is wrong, and what it takes. */
export function parseOptions(options: Readonly<Record<string, unknown>>): AlleycatOptions {
  const { relay = null, internet = true, bind = [] } = options;
  if (typeof internet !== "boolean") throw new Error("`internet` must be true or false");
  if (!Array.isArray(bind) || !bind.every(isAddress)) {
    throw new Error('`bind` must be a list of "IP:PORT", e.g. ["127.0.0.1:4433", "[::1]:4433"]');
  }
  if (relay !== null && !isRelay(relay)) {
    throw new Error("`relay` must be the URL of a relay, e.g. https://relay.example.com");
  }
  if (relay !== null && !internet) {
    throw new Error("`relay` needs `internet = true`: remove one of them");
  }
  return { relay, internet, bind };
}

function isRelay(value: unknown): value is string {
  return typeof value === "string" && URL.canParse(value) && /^https?:\/\/[^/]+/.test(value);
}

function isAddress(value: unknown): value is string {
  if (typeof value !== "string") return false;
  const [, port] =
    /^(?:localhost|\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:.]+\]):(\d{1,5})$/.exec(value) ?? [];
  return port !== undefined && Number(port) < 65_536;
}
