import { isDeepStrictEqual } from "node:util";
import { acpTable, allAcpKeys } from "./acp-keys.ts";
import { allAgentKeys } from "./agent-keys.ts";
import type { AgentConfig, HostConfig } from "./host-config.ts";
import { type Key, isTable } from "./key-kinds.ts";
import { allKeys } from "./keys.ts";

/** One key that a file says otherwise than before. */
export interface Change {
  /** `websocket.port`, `agents.claude.work`. */
  readonly key: string;
  /** Values are not told: they may be secrets. */
  readonly what: "changed" | "added" | "removed";
}

/** What a reload finds. */
export interface ConfigDifference {
  /** What a running daemon takes over at once. */
  readonly live: readonly Change[];
  /** What holds from the next start. */
  readonly restart: readonly Change[];
}

/** What the daemon answers to a reload. */
export interface ReloadReport extends ConfigDifference {
  /** Sentences about the file, with its lines. */
  readonly warnings: readonly string[];
}

/** What is different between two configurations, key by key. */
export function diffConfig(before: HostConfig, after: HostConfig): ConfigDifference {
  const live: Change[] = [];
  const restart: Change[] = [];
  const note = (applies: "live" | "restart", change: Change): void =>
    void (applies === "live" ? live : restart).push(change);
  for (const key of allKeys) {
    if (!isDeepStrictEqual(key.of(before), key.of(after))) {
      note(key.applies, { key: key.path, what: "changed" });
    }
  }
  for (const [name, one, other] of pairs(before.agents, after.agents)) {
    const table = (one ?? other)?.acp == null ? `agents.${name}` : `agents.${acpTable}.${name}`;
    if (one === undefined || other === undefined) {
      note("live", { key: table, what: one === undefined ? "added" : "removed" });
      continue;
    }
    for (const key of changedKeys(one, other)) {
      note(key.applies, { key: `${table}.${key.path}`, what: "changed" });
    }
  }
  for (const [name, one, other] of pairs(before.transports, after.transports)) {
    if (isDeepStrictEqual(one, other)) continue;
    const what = one === undefined ? "added" : other === undefined ? "removed" : "changed";
    note("live", { key: `transports.${name}`, what });
  }
  return { live, restart };
}

/** What to tell who asked for the reload. */
export function reloadSentences({ live, restart, warnings }: ReloadReport): readonly string[] {
  const list = (changes: readonly Change[]): string =>
    changes.map(({ key, what }) => (what === "changed" ? key : `${key} (${what})`)).join(", ");
  return [
    ...warnings,
    ...(live.length === 0 ? [] : [`In effect now: ${list(live)}.`]),
    ...(restart.length === 0 ? [] : [`In effect after \`fairlead restart\`: ${list(restart)}.`]),
    ...(live.length + restart.length === 0 ? ["Nothing has changed."] : []),
  ];
}

/** The {@link ReloadReport} in what a daemon answered; null when it is none. */
export function reloadReportOf(answer: unknown): ReloadReport | null {
  if (!isTable(answer)) return null;
  const { warnings } = answer;
  const live = changesOf(answer["live"]);
  const restart = changesOf(answer["restart"]);
  if (live === null || restart === null || !Array.isArray(warnings)) return null;
  return { live, restart, warnings: warnings.map(String) };
}

function changesOf(raw: unknown): readonly Change[] | null {
  if (!Array.isArray(raw)) return null;
  return raw.flatMap((one: unknown): readonly Change[] => {
    if (!isTable(one) || typeof one["key"] !== "string") return [];
    const what = words.find((word) => word === one["what"]) ?? "changed";
    return [{ key: one["key"], what }];
  });
}

const words = ["changed", "added", "removed"] as const;

function changedKeys(one: AgentConfig, other: AgentConfig): readonly Key<unknown, AgentConfig>[] {
  const keys = one.acp === null ? allAgentKeys : allAcpKeys;
  return keys.filter((key) => !isDeepStrictEqual(key.of(one), key.of(other)));
}

function pairs<T extends { readonly name: string }>(
  before: readonly T[],
  after: readonly T[],
): readonly (readonly [string, T | undefined, T | undefined])[] {
  const names = new Set([...before, ...after].map(({ name }) => name));
  const of = (list: readonly T[], name: string): T | undefined =>
    list.find((one) => one.name === name);
  return [...names].map((name) => [name, of(before, name), of(after, name)]);
}
