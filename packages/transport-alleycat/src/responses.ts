import type { AgentSummary, SessionNotice } from "@fairlead/bridge-core/transport";

/** The version of the protocol, which both sides must have. */
export const protocolVersion = 1;

/** Response to a request that is refused. */
export function failure(error: string): object {
  return { v: protocolVersion, ok: false, error };
}

/** Response to `restart_agent`. */
export const done: object = { v: protocolVersion, ok: true };

/** The error for an agent nobody knows; clients look for these words. */
export function unknownAgent(name: string): string {
  return `agent \`${name}\` is disabled or unknown`;
}

/** Response to `list_agents`. The order is that of the agents. */
export function agentList(agents: readonly AgentSummary[]): object {
  return { v: protocolVersion, ok: true, agents: agents.map(agentInfo) };
}

/** Response to `connect`. */
export function attached(notice: SessionNotice | null): object {
  const { attached: outcome = "fresh", seq = 0, floor = 0 } = notice ?? {};
  const session = {
    attached: outcome === "drift" ? "drift_reload" : outcome,
    current_seq: seq,
    floor_seq: floor,
  };
  return { v: protocolVersion, ok: true, session };
}

function agentInfo(agent: AgentSummary, index: number): object {
  const { name, displayName, available, unavailableReason, version, aliases } = agent;
  return {
    name,
    display_name: displayName,
    wire: "jsonl",
    available,
    presentation: {
      title: displayName,
      is_beta: false,
      sort_order: index,
      ...(unavailableReason === null ? undefined : { description: unavailableReason }),
      ...(aliases.length === 0 ? undefined : { aliases }),
    },
    capabilities: {
      locks_reasoning_effort_after_activity: false,
      supports_ssh_bridge: false,
      uses_direct_codex_port: false,
      supports_thread_permission_overrides: agent.threadPermissions,
      reports_effective_thread_permissions: true,
    },
    ...(unavailableReason === null ? undefined : { unavailable_reason: unavailableReason }),
    ...(version === null ? undefined : { version }),
  };
}
