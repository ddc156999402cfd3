import type { AgentSummary } from "@fairlead/bridge-core";
import type { Paths } from "../config/paths.ts";
import type { GatewayState } from "../gateway/types.ts";
import { controlSocket } from "./socket-path.ts";

/** A way to reach the daemon, as `status` tells of it. */
export interface ListenerInfo {
  /** `websocket`, `alleycat`, a name of `[transports]`. */
  readonly name: string;
  readonly addresses: readonly string[];
  /** Why it does not listen, and what to do; null = it does. */
  readonly problem: string | null;
}

/** Where the running daemon keeps things. */
export interface PlacesInfo {
  readonly config: string;
  readonly data: string;
  readonly state: string;
  readonly logs: string;
  readonly control: string;
}

/** Result of the op `status`. Plain data; holds no secret. */
export interface StatusInfo extends Pick<
  GatewayState,
  "sessions" | "turns" | "approvals" | "cutTurns"
> {
  readonly pid: number;
  /** Of the running daemon; the command may be of another. */
  readonly version: string;
  readonly startedAtMs: number;
  readonly uptimeMs: number;
  /** It was asked to stop, and waits for turns. */
  readonly stopping: boolean;
  readonly listeners: readonly ListenerInfo[];
  readonly paths: PlacesInfo;
  /** Devices that may connect, connected or not. */
  readonly devices: number;
  readonly agents: readonly (Omit<AgentSummary, "aliases" | "threadPermissions"> & {
    /** True: not told of to people as long as it is not installed. */
    readonly optional: boolean;
    /** Kind of the reason why it cannot be used; null when it can. */
    readonly missing: string | null;
  })[];
  /** What runs otherwise than the operator wants, in sentences. */
  readonly problems: readonly string[];
}

/** What the op `status` is made of; asked anew at each call. */
export interface StatusSource {
  readonly version: string;
  readonly startedAtMs: number;
  readonly now: () => number;
  readonly paths: PlacesInfo;
  readonly stopping: () => boolean;
  readonly listeners: () => readonly ListenerInfo[];
  readonly devices: () => number;
  readonly gateway: () => Pick<GatewayState, "sessions" | "turns" | "approvals" | "cutTurns">;
  readonly agents: () => Promise<StatusInfo["agents"]>;
  readonly problems: () => readonly string[];
}

/** The places of a daemon as `status` tells them. */
export function placesInfo(paths: Paths): PlacesInfo {
  const { configFile, data, state, logs } = paths;
  return { config: configFile, data, state, logs, control: controlSocket(paths) };
}

/** The answer to `status`. */
export async function statusOf(source: StatusSource): Promise<StatusInfo> {
  const { version, startedAtMs, paths } = source;
  const agents = await source.agents();
  const { sessions, turns, approvals, cutTurns } = source.gateway();
  return {
    pid: process.pid,
    version,
    startedAtMs,
    uptimeMs: Math.max(0, source.now() - startedAtMs),
    stopping: source.stopping(),
    listeners: source.listeners(),
    paths,
    devices: source.devices(),
    sessions,
    turns,
    approvals,
    cutTurns,
    agents: agents.map((agent) => ({
      name: agent.name,
      displayName: agent.displayName,
      available: agent.available,
      unavailableReason: agent.unavailableReason,
      version: agent.version,
      optional: agent.optional,
      missing: agent.missing,
    })),
    problems: source.problems(),
  };
}
