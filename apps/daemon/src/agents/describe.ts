import type { AgentStatus } from "@fairlead/bridge-core";
import { bridges, codexInstall, codexName } from "../registry.ts";
import type { AgentDirectory, AgentEntry } from "./agent-entry.ts";

/** One agent as `fairlead agents` shows it. */
export interface AgentReport {
  readonly name: string;
  readonly displayName: string;
  readonly aliases: readonly string[];
  readonly threadPermissions: boolean;
  readonly available: boolean;
  readonly version: string | null;
  /** Its program, absolute; null when it is not found. */
  readonly program: string | null;
  /** Kind of the reason why it cannot be used; null when it can. */
  readonly missing: "not-installed" | "unauthenticated" | "unsupported-version" | "error" | null;
  /** Why it cannot be used; null when it can. */
  readonly reason: string | null;
  /** What to type to be able to use it; null when nothing is known to help. */
  readonly fix: string | null;
}

/** Asks every agent at once, in the order of the directory. Never rejects. */
export function describeAgents(directory: AgentDirectory): Promise<readonly AgentReport[]> {
  const entries = directory.names.flatMap((name) => directory.find(name) ?? []);
  return Promise.all(entries.map(describeAgent));
}

async function describeAgent(entry: AgentEntry): Promise<AgentReport> {
  const { name, displayName, aliases, threadPermissions } = entry;
  const [status, program] = await Promise.all([entry.status(), entry.program()]);
  return {
    name,
    displayName,
    aliases,
    threadPermissions,
    program,
    available: status.available,
    version: status.available ? status.version : null,
    missing: status.available ? null : status.reason,
    reason: status.available ? null : status.detail,
    fix: fixOf(name, status),
  };
}

function fixOf(name: string, status: AgentStatus): string | null {
  if (status.available) return null;
  const agent = name.split(".")[0] ?? name;
  const install = agent === codexName ? codexInstall : (bridges.get(agent)?.install ?? null);
  switch (status.reason) {
    case "not-installed":
      return install;
    case "unsupported-version":
      return install === null ? null : `${install}@latest`;
    case "unauthenticated":
      return status.login === null ? null : status.login.join(" ");
    case "error":
      return null;
  }
}
