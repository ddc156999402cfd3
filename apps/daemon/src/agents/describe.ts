import type { AgentStatus } from "@fairlead/bridge-core";
import { codexInstall, codexName } from "../registry.ts";
import type { AgentDirectory, AgentEntry } from "./agent-entry.ts";

/** One agent as `fairlead agents` shows it. */
export interface AgentReport {
  readonly name: string;
  readonly displayName: string;
  readonly aliases: readonly string[];
  readonly threadPermissions: boolean;
  /** True: lists for people leave it out as long as it is not installed. */
  readonly optional: boolean;
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
    optional: entry.isOptional === true,
    program,
    available: status.available,
    version: status.available ? status.version : null,
    missing: status.available ? null : status.reason,
    reason: status.available ? null : status.detail,
    fix: fixOf(entry, status),
  };
}

/** Those to tell of, and the names of those that are neither there nor asked for. */
export function worthTelling<
  T extends Pick<AgentReport, "name" | "optional"> & { readonly missing: string | null },
>(agents: readonly T[]): { readonly told: readonly T[]; readonly others: readonly string[] } {
  const isOther = ({ optional, missing }: T): boolean => optional && missing === "not-installed";
  return {
    told: agents.filter((agent) => !isOther(agent)),
    others: agents.filter(isOther).map(({ name }) => name),
  };
}

function fixOf({ name, install: own }: AgentEntry, status: AgentStatus): string | null {
  if (status.available) return null;
  const agent = name.split(".")[0] ?? name;
  const install = agent === codexName ? codexInstall : (own ?? null);
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
