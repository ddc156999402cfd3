import { messageOf } from "@fairlead/bridge-core/transport";
import { TomlError, parse } from "smol-toml";
import { shellName } from "../registry.ts";
import { alleycatKeys } from "./alleycat-keys.ts";
import type { HostConfig } from "./host-config.ts";
import { allKeys, keys, sections } from "./keys.ts";
import { readAgents, readTransports } from "./read-agents.ts";
import { Reading, type Table, dotted } from "./reading.ts";
import type { ConfigRemark } from "./remark.ts";
import { scanToml } from "./toml-lines.ts";

/** What the meaning of a file depends on. */
export interface ReadOptions {
  /** Names of the agents there are, best first. */
  readonly agents: readonly string[];
  /** What `~` stands for. */
  readonly homedir: string;
}

/** A file that is valid, or all that is wrong with it. */
export type ConfigReading =
  | {
      readonly ok: true;
      readonly config: HostConfig;
      /** What is valid and yet may not do what somebody expects. */
      readonly warnings: readonly ConfigRemark[];
    }
  | { readonly ok: false; readonly problems: readonly ConfigRemark[] };

/**
 * Reads `host.toml`. A key that is unknown is a problem: a typo must not switch a protection off.
 * Never throws.
 */
export function readConfig(text: string, { agents, homedir }: ReadOptions): ConfigReading {
  const parsed = parseToml(text);
  if ("problem" in parsed) return { ok: false, problems: [parsed.problem] };
  const { table } = parsed;
  const reading = new Reading(scanToml(text), { homedir });
  const config = assemble(reading, table, agents);
  refuseUnknown(reading, table);
  if (reading.problems.length === 0) checkTogether(reading, config);
  if (reading.problems.length > 0) return { ok: false, problems: inOrder(reading.problems) };
  return { ok: true, config, warnings: inOrder(reading.warnings) };
}

/** The tables of a TOML file as they are, or what its parser found wrong first. */
export function parseToml(
  text: string,
): { readonly table: Table } | { readonly problem: ConfigRemark } {
  try {
    const table = parse(text.replace(/^\uFEFF/u, ""), {
      unsafeKeyBehaviour: "throw",
      maxDepth: 32,
    });
    return { table };
  } catch (error) {
    const line = error instanceof TomlError ? error.line : null;
    const [first = ""] = messageOf(error).split("\n");
    const reason = first.replace(/^Invalid TOML document: /u, "");
    const at = scanToml(text).statements.findLast((statement) => statement.line === line);
    const key = at === undefined ? null : dotted(at.path);
    return { problem: { line, key, message: `it is not valid TOML: ${reason}` } };
  }
}

function assemble(reading: Reading, table: Table, agents: readonly string[]): HostConfig {
  const { policy, websocket, alleycat, session, limits, log } = keys;
  return {
    token: reading.take(keys.token, table),
    defaultAgent: reading.take(keys.defaultAgent, table),
    cwd: reading.take(keys.cwd, table),
    policy: {
      approvals: reading.take(policy.approvals, table),
      sandbox: reading.take(policy.sandbox, table),
      roots: reading.take(policy.roots, table),
      approvalLimitMs: reading.take(policy.approvalLimit, table),
      deviceRole: reading.take(policy.deviceRole, table),
    },
    websocket: {
      enabled: reading.take(websocket.enabled, table),
      host: reading.take(websocket.host, table),
      port: reading.take(websocket.port, table),
      tlsCert: reading.take(websocket.tlsCert, table),
      tlsKey: reading.take(websocket.tlsKey, table),
    },
    alleycat: {
      enabled: reading.take(alleycat.enabled, table),
      relay: reading.take(alleycat.relay, table),
      internet: reading.take(alleycat.internet, table),
      bind: reading.take(alleycat.bind, table),
    },
    transports: readTransports(reading, reading.table(table["transports"], ["transports"])),
    session: {
      ringFrames: reading.take(session.ringFrames, table),
      ringBytes: reading.take(session.ringBytes, table),
      idleMs: reading.take(session.idle, table),
    },
    limits: {
      maxAgents: reading.take(limits.maxAgents, table),
      agentIdleMs: reading.take(limits.agentIdle, table),
      stopMs: reading.take(limits.stop, table),
    },
    log: {
      level: reading.take(log.level, table),
      maxFileBytes: reading.take(log.maxFileBytes, table),
      maxFiles: reading.take(log.maxFiles, table),
      maxAgeDays: reading.take(log.maxAgeDays, table),
    },
    agents: readAgents(reading, reading.table(table["agents"], ["agents"]), agents),
  };
}

const knownPaths: readonly string[] = allKeys.map(({ path }) => path);
const accepted: ReadonlySet<string> = new Set(
  allKeys.flatMap(({ path, aliases }) => [path, ...aliases]),
);

function refuseUnknown(reading: Reading, table: Table): void {
  for (const [name, raw] of Object.entries(table)) {
    if (name === "agents" || name === "transports" || accepted.has(name)) continue;
    if (!sections.has(name)) {
      reading.unknown([name], [...knownPaths, ...sections.keys(), "agents", "transports"]);
      continue;
    }
    const section = reading.table(raw, [name]);
    for (const inner of Object.keys(section)) {
      const path = `${name}.${inner}`;
      const sentence = alleycatKeys.get(path);
      if (sentence !== undefined) reading.warn([name, inner], sentence);
      else if (!accepted.has(path)) reading.unknown([name, inner], knownPaths);
    }
  }
}

/** What is wrong only because of what else the file says. */
function checkTogether(reading: Reading, { websocket, defaultAgent, agents }: HostConfig): void {
  const { host, tlsCert, tlsKey } = websocket;
  if ((tlsCert === null) !== (tlsKey === null)) {
    const [has, lacks] = tlsCert === null ? ["tls_key", "tls_cert"] : ["tls_cert", "tls_key"];
    reading.problem(["websocket", has], `it needs websocket.${lacks} beside it`);
  } else if (!isLoopback(host) && tlsCert === null) {
    const rule = "set websocket.tls_cert and websocket.tls_key too, or use 127.0.0.1";
    reading.problem(["websocket", "host"], `${host} is reached by other machines: ${rule}`);
  }
  for (const { name, agent, ...limits } of agents) {
    if (agent !== shellName) continue;
    for (const key of ["roots", "approvals", "sandbox"] as const) {
      if (limits[key] === null) continue;
      const rule = "remove the line; enabled = false keeps clients out of it";
      reading.problem(["agents", ...name.split("."), key], `nothing holds a terminal: ${rule}`);
    }
  }
  if (defaultAgent === null) return;
  const named = agents.find(({ name }) => name === defaultAgent);
  if (named === undefined) {
    const names = agents.map(({ name }) => name).join(", ");
    reading.problem(["default_agent"], `there is no agent ${defaultAgent}: use one of ${names}`);
  } else if (named.agent === shellName) {
    reading.problem(["default_agent"], "a terminal has no threads: use the name of an agent");
  } else if (!named.enabled) {
    reading.problem(
      ["default_agent"],
      `${defaultAgent} is switched off: set agents.${defaultAgent}.enabled to true`,
    );
  }
}

/** True for an address that only programs of this machine reach. */
function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/u.test(host);
}

function inOrder(remarks: readonly ConfigRemark[]): readonly ConfigRemark[] {
  return remarks.toSorted((one, other) => (one.line ?? 0) - (other.line ?? 0));
}

/** Values of a configuration that must never be in a log. */
export function secretsOf({ token, agents }: HostConfig): readonly string[] {
  const names = /key|token|secret|passw|auth|credential/iu;
  const values = agents.flatMap(({ env }) =>
    Object.entries(env).flatMap(([name, value]) => (names.test(name) ? [value] : [])),
  );
  return [...(token === null ? [] : [token]), ...values];
}
