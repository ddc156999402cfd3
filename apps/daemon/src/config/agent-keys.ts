import { shellName } from "../registry.ts";
import type { AgentConfig } from "./host-config.ts";
import {
  type Key,
  flag,
  optionalChoice,
  optionalList,
  optionalText,
  variables,
} from "./key-kinds.ts";

/** Keys of `[agents.NAME]`, and of an instance of it, `[agents.NAME.INSTANCE]`. */
export const agentKeys = {
  enabled: flag<AgentConfig>({
    path: "enabled",
    meaning: "False: clients are not offered this agent. The terminal, shell, is off by default.",
    fallback: true,
    applies: "live",
    of: (agent) => agent.enabled,
  }),
  bin: optionalText<AgentConfig>({
    path: "bin",
    meaning: "Program to start: a name on the PATH, or a path.",
    range: "program",
    unset: "the agent's own name",
    example: '"/opt/agents/bin/agent"',
    applies: "live",
    isProgram: true,
    of: (agent) => agent.bin,
  }),
  env: variables<AgentConfig>({
    path: "env",
    meaning: "Added to the environment of its processes.",
    example: '{ HTTPS_PROXY = "http://127.0.0.1:3128" }',
    applies: "live",
    of: (agent) => agent.env,
  }),
  roots: optionalList<AgentConfig>({
    path: "roots",
    meaning: "Folders its threads may work in.",
    range: "list of folders",
    unset: "those of policy.roots",
    example: '["~/work"]',
    applies: "live",
    isPath: true,
    of: (agent) => agent.roots,
  }),
  approvals: optionalChoice<"ask" | "auto", AgentConfig>({
    path: "approvals",
    meaning: "As policy.approvals, for this agent alone.",
    words: ["ask", "auto"],
    unset: "that of policy.approvals",
    example: '"ask"',
    applies: "live",
    of: (agent) => agent.approvals,
  }),
  sandbox: optionalChoice<"read-only" | "workspace-write" | "danger-full-access", AgentConfig>({
    path: "sandbox",
    meaning: "As policy.sandbox, for this agent alone.",
    words: ["read-only", "workspace-write", "danger-full-access"],
    unset: "that of policy.sandbox",
    example: '"read-only"',
    applies: "live",
    of: (agent) => agent.sandbox,
  }),
} as const;

/** Whoever may drive agents can do as he likes in it, so nobody has it who did not ask for it. */
const offByDefault = flag<AgentConfig>({
  path: "enabled",
  meaning: "True: clients are offered a terminal of yours.",
  fallback: false,
  applies: "live",
  of: (agent) => agent.enabled,
});

/** `enabled` of an agent: on by default, but for the terminal. */
export function enabledKey(agent: string): Key<boolean, AgentConfig> {
  return agent === shellName ? offByDefault : agentKeys.enabled;
}

/** {@link agentKeys}, in the order they are explained. */
export const allAgentKeys: readonly Key<unknown, AgentConfig>[] = Object.values(agentKeys);
