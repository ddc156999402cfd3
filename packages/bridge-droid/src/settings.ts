import { BridgeError, type McpServer, type Settings } from "@fairlead/bridge-core";
import { textOf, type Fields } from "@fairlead/bridge-core/parts";
import type { JsonValue } from "@fairlead/codex-proto";
import type { Data } from "./program.ts";

/** Whether approvals are asked for is never left to Droid: it would run what it takes for harmless. */
const autonomyLevel = "off";

/** Settings as a session takes them; `models` are those that Droid has, null when not known yet. */
export function sessionSettings(
  { model, effort, mode }: Settings,
  models: readonly Fields[] | null,
): Data {
  // The id of the user's own model is made of its name, by which people know it.
  const named = (name: string): Fields | undefined => models?.find((one) => one[name] === model);
  const known = named("id") ?? named("displayName");
  if (model !== null && models !== null && known === undefined) {
    throw new BridgeError("bad-request", `${model} is no model of Droid's: choose one it lists`);
  }
  const reasoningEffort = known === undefined ? nativeEffort(effort) : effortOf(known, effort);
  return {
    interactionMode: mode === "plan" ? "spec" : "auto",
    autonomyLevel,
    ...(model !== null && { modelId: textOf(known?.["id"]) || model }),
    ...(reasoningEffort !== null && { reasoningEffort }),
  };
}

/** An effort that a model has, in Droid's words; null for one it has not: then its own default holds. */
function effortOf(model: Fields, effort: string | null): string | null {
  const offered = model["supportedReasoningEfforts"];
  const has = (name: string | null): boolean => Array.isArray(offered) && offered.includes(name);
  return [effort, nativeEffort(effort)].find(has) ?? null;
}

/** An effort in Droid's words. */
function nativeEffort(effort: string | null): string | null {
  return effort === "none" ? "off" : effort;
}

/** An effort in the contract's words. */
export function effortNamed(effort: unknown): string {
  return effort === "off" ? "none" : textOf(effort);
}

/** What Droid tells of a session's settings, in the contract's words. */
export function settingsIn({
  modelId,
  reasoningEffort,
  interactionMode,
}: Fields): Partial<Settings> {
  return {
    ...(typeof modelId === "string" && { model: modelId }),
    ...(typeof reasoningEffort === "string" && { effort: effortNamed(reasoningEffort) }),
    ...(typeof interactionMode === "string" && {
      mode: interactionMode === "spec" ? ("plan" as const) : ("default" as const),
    }),
  };
}

/** MCP servers as a session takes them. */
export function nativeServers(servers: readonly McpServer[]): JsonValue[] {
  return servers.map((server) => {
    if ("command" in server) {
      const { name, command, args, env } = server;
      return { name, command, args: [...args], env: { ...env } };
    }
    const headers = Object.entries(server.headers).map(([name, value]) => ({ name, value }));
    return { type: "http", name: server.name, url: server.url, headers };
  });
}
