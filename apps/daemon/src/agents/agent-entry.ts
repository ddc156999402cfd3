import type { AgentStatus, FrameTransport } from "@fairlead/bridge-core";

/** One agent as the daemon knows it: a bridge, an instance of one, or codex itself. */
export interface AgentEntry {
  /** Name on the wire: `claude`, `codex`, `claude.work`. */
  readonly name: string;
  readonly displayName: string;
  /** Other names clients know it by. */
  readonly aliases: readonly string[];
  /** Whether clients may choose approval policy and sandbox per thread. */
  readonly threadPermissions: boolean;
  /** Usable here and now? Cached for a while; never rejects. */
  status(): Promise<AgentStatus>;
  /** Absolute path of its program; null when it is not found. Never rejects. */
  program(): Promise<string | null>;
  /**
   * A new connection to it, as to a codex app-server: `initialize` comes first. Rejects with a
   * sentence when there is none to be had. The caller owns the transport.
   */
  connect(o: { readonly signal: AbortSignal }): Promise<FrameTransport>;
  /** Ends its processes; the next use starts new ones. Running turns end as failed. */
  restart(): Promise<void>;
}

/** Every agent that is switched on. */
export interface AgentDirectory {
  /** Best first. */
  readonly names: readonly string[];
  /** By name or alias. */
  find(name: string): AgentEntry | undefined;
}
