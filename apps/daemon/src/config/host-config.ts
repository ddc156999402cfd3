import type { OperatorPolicy } from "@fairlead/bridge-core";

/** One agent, or a second instance of one (`claude.work`). */
export interface AgentConfig {
  /** `claude`, or `claude.work` for `[agents.claude.work]`. */
  readonly name: string;
  /** Name of its bridge: `claude`. */
  readonly agent: string;
  readonly enabled: boolean;
  /** Program to start instead of the one found on the PATH: a name, or an absolute path. */
  readonly bin: string | null;
  /** Added to its environment. May hold secrets. */
  readonly env: Readonly<Record<string, string>>;
  /** Folders its threads may work in; null = those of `[policy]`. */
  readonly roots: readonly string[] | null;
  /** Null = that of `[policy]`. */
  readonly approvals: OperatorPolicy["approvals"] | null;
  readonly sandbox: OperatorPolicy["sandbox"] | null;
  /** What an agent of `[agents.acp]` is started with; null for every other. */
  readonly acp: AcpConfig | null;
}

/** How an agent is started that Fairlead knows only by the protocol it speaks. */
export interface AcpConfig {
  /** What it does not say itself is as in this preset. */
  readonly preset: string | null;
  readonly command: string | null;
  readonly args: readonly string[] | null;
}

/** `host.toml`, read and checked. Defaults stand in for what it does not say. */
export interface HostConfig {
  /** Pairing token written in the file, as Alleycat does; null = kept in a file of its own. */
  readonly token: string | null;
  /** Agent of new threads whose model names none; null = the best one found. */
  readonly defaultAgent: string | null;
  /** Folder of threads whose client names none; null = the home of the user. */
  readonly cwd: string | null;
  readonly policy: OperatorPolicy & {
    /** Folders threads may work in; null = anywhere. */
    readonly roots: readonly string[] | null;
    /** An approval nobody answers counts as declined then; null = it waits. */
    readonly approvalLimitMs: number | null;
    /** Role of a device whose pairing names none. */
    readonly deviceRole: "view" | "approve" | "drive" | "admin";
  };
  readonly websocket: {
    readonly enabled: boolean;
    readonly host: string;
    readonly port: number;
    readonly tlsCert: string | null;
    readonly tlsKey: string | null;
  };
  readonly alleycat: {
    readonly enabled: boolean;
    /** URL of the relay; null = iroh's own. */
    readonly relay: string | null;
    /** False: no relay and no discovery, direct addresses only. */
    readonly internet: boolean;
    /** `HOST:PORT` to bind UDP to; empty = any address. */
    readonly bind: readonly string[];
  };
  /** `[transports.NAME]`: package, and options for it. */
  readonly transports: readonly {
    readonly name: string;
    readonly package: string;
    readonly options: Readonly<Record<string, unknown>>;
  }[];
  readonly session: {
    readonly ringFrames: number;
    readonly ringBytes: number;
    readonly idleMs: number;
  };
  readonly limits: {
    readonly maxAgents: number;
    readonly agentIdleMs: number;
    /** How long a stop waits for running turns. */
    readonly stopMs: number;
  };
  readonly log: {
    readonly level: "debug" | "warn";
    readonly maxFileBytes: number;
    /** Files kept, the one that is written included. */
    readonly maxFiles: number;
    readonly maxAgeDays: number;
  };
  readonly agents: readonly AgentConfig[];
}
