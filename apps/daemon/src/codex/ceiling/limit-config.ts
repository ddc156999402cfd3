import type { OperatorPolicy } from "@fairlead/bridge-core";
import { limit, silent } from "./limits.ts";
import {
  isApprovalsOff,
  isObject,
  type JsonObject,
  profileModeOf,
  sandboxModeOf,
} from "./narrow.ts";

/** Settings of codex without those above the ceiling, and the names of what was left out. */
export interface LimitedConfig {
  readonly config: JsonObject;
  readonly leftOut: readonly string[];
}

/**
 * Takes out of a table of codex settings (nested, dotted, or both) what would switch approvals or the
 * sandbox off, or hand approvals to somebody else. Settings that start programs are left in: who may
 * send them may run programs anyway.
 */
export function limitConfig(config: JsonObject, ceiling: OperatorPolicy): LimitedConfig {
  return limitTable(config, [], ceiling);
}

function limitTable(
  table: JsonObject,
  above: readonly string[],
  ceiling: OperatorPolicy,
): LimitedConfig {
  const kept: [string, unknown][] = [];
  const leftOut: string[] = [];
  for (const [key, value] of Object.entries(table)) {
    const path = [...above, ...keysOf(key)];
    if (isAbove(path, value, ceiling)) {
      leftOut.push(path.join("."));
    } else if (isObject(value)) {
      const inner = limitTable(value, path, ceiling);
      kept.push([key, inner.config]);
      leftOut.push(...inner.leftOut);
    } else {
      kept.push([key, value]);
    }
  }
  return { config: Object.fromEntries(kept), leftOut };
}

/** Anything that may decide an approval in the place of the user, wherever it stands. */
const deciding = /approv|auto_review|guardian|bypass|danger|full_access|yolo/iu;

function isAbove(path: readonly string[], value: unknown, ceiling: OperatorPolicy): boolean {
  const [first = "", second] = path;
  const asks = ceiling.approvals === "ask";
  const confines = ceiling.sandbox !== "danger-full-access";
  switch (first) {
    case "approval_policy":
      if (path.length > 1 || isObject(value)) return false;
      return (
        limit({ ...silent, isApprovalsOff: isApprovalsOff(value) }, ceiling).lowered.length > 0
      );
    case "approvals_reviewer":
      return limit({ ...silent, reviewer: value }, ceiling).lowered.length > 0;
    case "sandbox_mode":
      return limit({ ...silent, mode: sandboxModeOf(value) }, ceiling).lowered.length > 0;
    case "default_permissions":
      return limit({ ...silent, mode: profileModeOf(value) }, ceiling).lowered.length > 0;
    case "sandbox_workspace_write":
      return second === "writable_roots" && ceiling.roots != null;
    // What they hold decides as much as the keys above.
    case "permissions":
    case "sandbox_permissions":
      return confines;
    case "hooks":
    case "rules":
      return asks;
    case "profile":
    case "profiles":
      return asks || confines;
    default:
      return asks && isDeciding(path, value);
  }
}

function isDeciding(path: readonly string[], value: unknown): boolean {
  // A false switch, or one that asks, takes nothing from the user.
  if (value === false || value === "prompt" || value === null) return false;
  return path.some((key) => deciding.test(key));
}

/** `a."b.c".d` as its three keys. */
export function keysOf(path: string): readonly string[] {
  const found = path.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|[^.\s"']+/gu);
  return [...found].map(([whole, quoted, literal]) => quoted ?? literal ?? whole);
}
