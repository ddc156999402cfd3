import { isObject, objectOf } from "../json.ts";
import type { LogEntry } from "./frame-log.ts";

/** Milliseconds and seconds of the moment every recording happened at. */
const momentMs = Date.UTC(2026, 0, 1);
const momentIso = new Date(momentMs).toISOString();

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const providerId = /\b(msg|rs|fc|call|toolu|resp|item)_[0-9a-f]{24}\b/g;
/** OpenCode's, and those that its bridge makes in its manner. */
const openCodeId = /\b(ses|msg|prt|per|que|evt)_[0-9A-Za-z]{26,36}\b/g;

/** Members that hold an id of the agent's own making, which its texts mention as well. */
const idMembers: readonly string[] = ["task_id", "agent_id", "agentId", "processId", "run_id"];

/**
 * Makes two recordings of one scenario alike: paths, ids, times, ports and durations become fixed
 * values of the same form, ids numbered in the order they appear.
 *
 * @param folders What to write in place of each temporary folder, by its path.
 */
export function normalise(
  frames: readonly LogEntry[],
  folders: Readonly<Record<string, string>>,
): readonly LogEntry[] {
  const replacements = [...folderReplacements(folders), ...idReplacements(frames)];
  const uuids = new Map<string, string>();
  const providerIds = new Map<string, string>();

  const text = (raw: string): string => {
    let result = raw;
    for (const [from, to] of replacements) result = result.replaceAll(from, to);
    return result
      .replace(uuid, (id) => numbered(uuids, id, (n) => `00000000-0000-7000-8000-${pad(n, 12)}`))
      .replace(providerId, (id, prefix: string) =>
        numbered(providerIds, id, (n) => `${prefix}_${pad(n, 24)}`),
      )
      .replace(openCodeId, (id, prefix: string) =>
        numbered(providerIds, id, (n) => `${prefix}_${pad(n, 26)}`),
      )
      .replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, momentIso)
      .replace(/\/cc-socks\/\d+/g, "/cc-socks/1000")
      .replace(/\b(127\.0\.0\.1|localhost):\d+/g, "$1:8080")
      .replace(/sessions\/\d{4}\/\d\d\/\d\d\/rollout-/g, "sessions/2026/01/01/rollout-")
      .replace(/rollout-[\dT-]{19}/g, "rollout-2026-01-01T00-00-00")
      .replace(/(\/\d+\.\d+\.\d+) \([^)]*\) \S+ \(/g, "$1 (Linux; x86_64) terminal (");
  };

  const value = (raw: unknown, key: string, isMeasured: boolean): unknown => {
    if (typeof raw === "string") return text(raw);
    if (typeof raw === "number") return isMeasured ? number(raw, key) : raw;
    if (Array.isArray(raw)) return raw.map((entry) => value(entry, key, isMeasured));
    if (!isObject(raw)) return raw;
    return Object.fromEntries(
      Object.entries(raw).map(([name, member]) => [text(name), value(member, name, isMeasured)]),
    );
  };

  return frames.map((entry) => {
    if (!("frame" in entry)) return entry;
    // What is sent is written in the script, numbers included.
    return { ...entry, frame: objectOf(value(entry.frame, "", entry.dir === "recv")) };
  });
}

function number(raw: number, key: string): number {
  if (/(?:duration|ttft|elapsed|ttfb|latency|delay|time_to|_ms$|Ms$)/i.test(key)) {
    return raw > 1e12 ? momentMs : 10;
  }
  if (/(?:At|_at|_time|timestamp)$/i.test(key)) {
    if (raw > 1e12) return momentMs;
    if (raw > 1e9) return momentMs / 1000;
  }
  return key === "pid" ? 1000 : raw;
}

function folderReplacements(
  folders: Readonly<Record<string, string>>,
): readonly (readonly [string, string])[] {
  return Object.entries(folders)
    .toSorted(([a], [b]) => b.length - a.length)
    .flatMap(([path, stand]) => [
      [path, stand],
      // Claude Code names a project's folder after its path.
      [path.replaceAll(/[^A-Za-z0-9]/g, "-"), stand.replaceAll(/[^A-Za-z0-9]/g, "-")],
    ]);
}

function idReplacements(frames: readonly LogEntry[]): readonly (readonly [string, string])[] {
  const found = new Map<string, string>();
  const visit = (value: unknown, key: string): void => {
    if (typeof value === "string" && idMembers.includes(key) && value !== "") {
      // A process id has to stay a number; one that is none is the client's own name.
      if (/^\d+$/.test(value)) numbered(found, value, (n) => String(1000 + n));
      else if (key !== "processId") numbered(found, value, (n) => `task${pad(n, 4)}`);
    } else if (Array.isArray(value)) {
      for (const entry of value) visit(entry, key);
    } else if (isObject(value)) {
      for (const [name, member] of Object.entries(value)) visit(member, name);
    }
  };
  for (const entry of frames) if ("frame" in entry) visit(entry.frame, "");
  return [...found].filter(([id]) => !/^[0-9a-f]{8}-/.test(id));
}

function numbered(seen: Map<string, string>, id: string, name: (n: number) => string): string {
  const known = seen.get(id);
  if (known !== undefined) return known;
  const fresh = name(seen.size + 1);
  seen.set(id, fresh);
  return fresh;
}

function pad(n: number, width: number): string {
  return String(n).padStart(width, "0");
}
