import { presets } from "@fairlead/bridge-acp/presets";
import { agentKeys } from "./agent-keys.ts";
import type { AgentConfig } from "./host-config.ts";
import { type Key, optionalChoice, optionalList, optionalText } from "./key-kinds.ts";

/** Keys of `[agents.acp.NAME]` that no other agent has. */
export const acpKeys = {
  preset: optionalChoice<string, AgentConfig>({
    path: "preset",
    meaning: "An agent whose way of speaking ACP is known: the keys below change it.",
    words: Object.keys(presets),
    unset: "command says what to start",
    example: '"codex-acp"',
    applies: "live",
    of: ({ acp }) => acp?.preset,
  }),
  command: optionalText<AgentConfig>({
    path: "command",
    meaning: "Program to start: a name on the PATH, or a path.",
    range: "program",
    unset: "that of preset",
    example: '"my-agent"',
    applies: "live",
    isProgram: true,
    of: ({ acp }) => acp?.command,
  }),
  args: optionalList<AgentConfig>({
    path: "args",
    meaning: "Its arguments; no shell reads them.",
    range: "list of texts",
    unset: "those of preset, else none",
    example: '["--acp"]',
    applies: "live",
    of: ({ acp }) => acp?.args,
  }),
} as const;

const { enabled, env, roots, approvals, sandbox } = agentKeys;

/** Every key of `[agents.acp.NAME]`, in the order they are explained. */
export const allAcpKeys: readonly Key<unknown, AgentConfig>[] = [
  acpKeys.preset,
  acpKeys.command,
  acpKeys.args,
  env,
  enabled,
  roots,
  approvals,
  sandbox,
];

/** The table in `[agents]` that holds agents of this kind: no agent can be called so. */
export const acpTable = "acp";
