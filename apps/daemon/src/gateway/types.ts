import type { EndpointRequest, OpenEndpoint } from "@fairlead/bridge-core";
import type { AgentDirectory } from "../agents/agent-entry.ts";
import type { Principal } from "../devices/principal.ts";

/** Settings of the gateway. */
export interface GatewayOptions {
  readonly agents: AgentDirectory;
  /** Private folder of what it keeps. */
  readonly stateDir: string;
  /** Agent of new threads whose model names none, and of requests that fit any. */
  readonly defaultAgent: () => Promise<string>;
  readonly observer: GatewayObserver;
  readonly log: (level: "debug" | "warn", message: string, data?: unknown) => void;
  /** Milliseconds since 1970. Default: the system clock. */
  readonly now?: () => number;
  /** Ring and idle limits; absent = the defaults of the session layer. */
  readonly limits?: {
    readonly sessionIdleMs?: number;
    readonly ringFrames?: number;
    readonly ringBytes?: number;
  };
}

/**
 * Every client of the daemon, whatever its transport: sessions, roles, and the way of each frame to
 * the agent whose thread it is of.
 */
export interface Gateway extends AsyncDisposable {
  open(principal: Principal, wanted: EndpointRequest): OpenEndpoint | { readonly refusal: string };
  /** For `status` and metrics. */
  readonly state: GatewayState;
}

/** What the gateway holds now. */
export interface GatewayState {
  readonly sessions: readonly SessionSummary[];
  readonly turns: readonly TurnSummary[];
  readonly approvals: readonly ApprovalSummary[];
  /** Turns that a death of the daemon cut, newest last, as found at start. */
  readonly cutTurns: readonly TurnSummary[];
}

export interface SessionSummary {
  readonly device: string;
  readonly client: string | null;
  readonly endpoint: string | null;
  readonly connected: boolean;
  readonly ringFrames: number;
  readonly ringBytes: number;
}

export interface TurnSummary {
  readonly agent: string;
  readonly threadId: string;
  readonly turnId: string;
  readonly startedAtMs: number;
}

export interface ApprovalSummary {
  readonly agent: string;
  readonly threadId: string;
  readonly requestId: string;
  readonly method: string;
  readonly askedAtMs: number;
}

/** Told what happens, for the audit log, metrics and traces. Must not throw; called synchronously. */
export interface GatewayObserver {
  sessionOpened?(
    principal: Principal,
    endpoint: string | null,
    attached: "fresh" | "resumed" | "drift",
  ): void;
  /** A client asked for something that has an effect (turns, approvals, commands, changes of threads). */
  requested?(
    principal: Principal,
    event: {
      readonly agent: string | null;
      readonly method: string;
      readonly threadId: string | null;
      readonly detail: string | null;
    },
  ): void;
  refused?(principal: Principal, method: string, reason: string): void;
  answered?(
    principal: Principal,
    event: {
      readonly agent: string;
      readonly method: string;
      readonly threadId: string | null;
      readonly requestId: string;
      readonly decision: string;
      /** The command line that was shown; null or absent = none was. */
      readonly detail?: string | null;
    },
  ): void;
  turnStarted?(event: TurnSummary): void;
  /** Milliseconds from the start of the turn to its first delta. */
  firstDelta?(event: TurnSummary, afterMs: number): void;
  turnEnded?(event: TurnSummary, status: "completed" | "interrupted" | "failed"): void;
  framesDropped?(count: number): void;
  agentLost?(agent: string, reason: string): void;
}
