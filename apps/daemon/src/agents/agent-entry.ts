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
  /**
   * True: a terminal, which has neither threads nor models. Clients reach it by its name alone, never
   * through the endpoint that is all agents. Absent = an agent.
   */
  readonly isTerminal?: true;
  /** True: lists leave it out as long as its program is not there. Absent = it is always told of. */
  readonly isOptional?: true;
  /** What to type to install it. Absent = nothing is known. */
  readonly install?: string;
  /** Usable here and now? Cached for a while; never rejects. */
  status(): Promise<AgentStatus>;
  /** Absolute path of its program; null when it is not found. Never rejects. */
  program(): Promise<string | null>;
  /**
   * A new connection to it, as to a codex app-server: `initialize` comes first. Rejects with a
   * sentence when there is none to be had. The caller owns the transport.
   */
  connect(o: ConnectOptions): Promise<FrameTransport>;
  /** Ends its processes; the next use starts new ones. Running turns end as failed. */
  restart(): Promise<void>;
}

/** How to connect to an agent. */
export interface ConnectOptions {
  readonly signal: AbortSignal;
  /**
   * Whether the client's answer to a server request of a method can come: where it cannot, nobody
   * waits for it. Absent = every answer can. An agent that cannot tell clients apart ignores it.
   */
  readonly mayAnswer?: (method: string) => boolean;
}

/** Every agent that is switched on. */
export interface AgentDirectory {
  /** Best first. */
  readonly names: readonly string[];
  /** By name or alias. */
  find(name: string): AgentEntry | undefined;
}
