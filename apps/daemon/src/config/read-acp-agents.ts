import { agentKeys } from "./agent-keys.ts";
import { acpKeys, acpTable, allAcpKeys } from "./acp-keys.ts";
import type { AgentConfig } from "./host-config.ts";
import { maxSocketNameLength } from "./paths.ts";
import { type Reading, dotted } from "./reading.ts";

const slug = /^[a-z0-9][a-z0-9_-]*$/u;

/** `[agents.acp]`: agents that are there by their configuration alone. `known` are all others. */
export function readAcpAgents(
  reading: Reading,
  raw: unknown,
  known: readonly string[],
): readonly AgentConfig[] {
  const tables = reading.table(raw, ["agents", acpTable]);
  return Object.entries(tables).flatMap(([name, inner]): readonly AgentConfig[] => {
    const path = ["agents", acpTable, name];
    if (!slug.test(name) || name.length > maxSocketNameLength) {
      const rule = `use small letters, digits, - and _, at most ${maxSocketNameLength} of them`;
      reading.problem(path, `an agent cannot have this name: ${rule}`);
      return [];
    }
    if (name === acpTable || known.includes(name)) {
      const other = known.includes(name) ? `, or set it up in [agents.${name}]` : "";
      reading.problem(path, `the name ${name} is taken: choose another one${other}`);
      return [];
    }
    return readAcpAgent(reading, inner, path, name);
  });
}

function readAcpAgent(
  reading: Reading,
  raw: unknown,
  path: readonly string[],
  name: string,
): readonly AgentConfig[] {
  const table = reading.table(raw, path);
  const names = allAcpKeys.map((key) => key.path);
  for (const key of Object.keys(table)) {
    if (names.includes(key)) continue;
    const known = names.map((one) => dotted([...path, one]));
    reading.unknown([...path, key], known);
  }
  const acp = {
    preset: reading.take(acpKeys.preset, table, path),
    command: reading.take(acpKeys.command, table, path),
    args: reading.take(acpKeys.args, table, path),
  };
  if (table["preset"] === undefined && table["command"] === undefined) {
    const words = 'preset = "NAME" for an agent that is known, or command = "PROGRAM"';
    reading.problem(path, `it does not say what to start: write ${words}`);
  }
  return [
    {
      name,
      agent: name,
      bin: null,
      acp,
      enabled: reading.take(agentKeys.enabled, table, path),
      env: reading.take(agentKeys.env, table, path),
      roots: reading.take(agentKeys.roots, table, path),
      approvals: reading.take(agentKeys.approvals, table, path),
      sandbox: reading.take(agentKeys.sandbox, table, path),
    },
  ];
}
