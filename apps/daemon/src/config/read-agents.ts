import { bridges, shellName } from "../registry.ts";
import { agentKeys, allAgentKeys, enabledKey } from "./agent-keys.ts";
import { acpTable } from "./acp-keys.ts";
import { alleycatAgentKeys, alleycatAgents } from "./alleycat-keys.ts";
import type { AgentConfig, HostConfig } from "./host-config.ts";
import { isTable } from "./key-kinds.ts";
import { nearest } from "./nearest.ts";
import { maxSocketNameLength } from "./paths.ts";
import { readAcpAgents } from "./read-acp-agents.ts";
import { type Reading, type Table, dotted } from "./reading.ts";

const slug = /^[a-z0-9][a-z0-9_-]*$/u;
const slugRule = "use small letters, digits, - and _";

/**
 * `[agents]`: every known agent, each followed by its instances, and those that are there by their
 * configuration alone.
 */
export function readAgents(
  reading: Reading,
  agents: Table,
  known: readonly string[],
): readonly AgentConfig[] {
  for (const name of Object.keys(agents)) {
    const path = ["agents", name];
    if (known.includes(name) || name === acpTable) continue;
    if (alleycatAgents.has(name)) {
      reading.warn(path, "there is no such agent here: the section has no effect");
      continue;
    }
    const meant = nearest(name, known) ?? known.join(" or ");
    reading.problem(path, `there is no such agent: did you mean ${meant}?`);
  }
  const configured = readAcpAgents(reading, agents[acpTable], known);
  // What comes with Fairlead is the last that somebody without a choice gets.
  const isOurs = (name: string): boolean => {
    const bridge = bridges.get(name);
    return bridge?.install === null && bridge.isOptional === undefined;
  };
  const isLast = (name: string): boolean => name === shellName || isOurs(name);
  const read = (name: string): readonly AgentConfig[] => readAgent(reading, agents[name], name);
  return [
    ...known.filter((name) => !isLast(name)).flatMap(read),
    ...configured,
    ...known.filter(isLast).flatMap(read),
  ];
}

/** `[transports]`: packages that offer other ways to reach the daemon. */
export function readTransports(reading: Reading, transports: Table): HostConfig["transports"] {
  return Object.entries(transports).flatMap(([name, raw]) => {
    const path = ["transports", name];
    if (!slug.test(name) || name.length > maxSocketNameLength) {
      reading.problem(path, `a transport cannot have this name: ${slugRule}`);
      return [];
    }
    if (ownTransports.has(name)) {
      reading.problem(path, `the daemon has a transport of this name itself: choose another name`);
      return [];
    }
    const { package: specifier, ...options } = reading.table(raw, path);
    if (typeof specifier !== "string" || !packageName.test(specifier)) {
      const rule = 'write package = "NAME", an npm package, or the absolute path of one';
      reading.problem(specifier === undefined ? path : [...path, "package"], rule);
      return [];
    }
    return [{ name, package: specifier, options }];
  });
}

const ownTransports: ReadonlySet<string> = new Set(["websocket", "unix", "alleycat", "stdio"]);
const packageName = /^(?:(?:@[a-z0-9~._-]+\/)?[a-z0-9~_-][a-z0-9~._-]*|(?:\/|[A-Za-z]:[/\\]).+)$/u;

function readAgent(reading: Reading, raw: unknown, agent: string): readonly AgentConfig[] {
  const path = ["agents", agent];
  const table = reading.table(raw, path);
  const own = readKeys(reading, table, path, agent);
  const instances = Object.entries(table).flatMap(([name, inner]): readonly AgentConfig[] => {
    if (ownNames.has(name) || alleycatAgentKeys.has(name)) return [];
    const at = [...path, name];
    const full = `${agent}.${name}`;
    if (!isTable(inner)) {
      reading.unknown(
        at,
        [...ownNames].map((key) => dotted([...path, key])),
      );
      return [];
    }
    if (!slug.test(name) || full.length > maxSocketNameLength) {
      const length = `at most ${maxSocketNameLength - agent.length - 1} of them`;
      reading.problem(at, `an instance cannot have this name: ${slugRule}, ${length}`);
      return [];
    }
    for (const key of Object.keys(inner)) {
      if (ownNames.has(key) || alleycatAgentKeys.has(key)) continue;
      reading.unknown(
        [...at, key],
        [...ownNames].map((one) => dotted([...at, one])),
      );
    }
    return [instanceOf(own, readKeys(reading, inner, at, full))];
  });
  return [own, ...instances];
}

const ownNames: ReadonlySet<string> = new Set(allAgentKeys.map(({ path }) => path));

function readKeys(
  reading: Reading,
  table: Table,
  path: readonly string[],
  name: string,
): AgentConfig {
  for (const [key, remark] of alleycatAgentKeys) {
    if (!Object.hasOwn(table, key)) continue;
    const sentence = remark(name, table[key]);
    if (sentence !== null) reading.warn([...path, key], sentence);
  }
  return {
    name,
    agent: path[1] ?? name,
    enabled: reading.take(enabledKey(path[1] ?? name), table, path),
    bin: reading.take(agentKeys.bin, table, path),
    env: reading.take(agentKeys.env, table, path),
    roots: reading.take(agentKeys.roots, table, path),
    approvals: reading.take(agentKeys.approvals, table, path),
    sandbox: reading.take(agentKeys.sandbox, table, path),
    acp: null,
  };
}

/** What an instance leaves unset is as in the agent it is one of, so that its limits hold too. */
function instanceOf(agent: AgentConfig, instance: AgentConfig): AgentConfig {
  return {
    ...instance,
    bin: instance.bin ?? agent.bin,
    env: { ...agent.env, ...instance.env },
    roots: instance.roots ?? agent.roots,
    approvals: instance.approvals ?? agent.approvals,
    sandbox: instance.sandbox ?? agent.sandbox,
  };
}
