import { BridgeError, type Settings } from "@fairlead/bridge-core";
import { textOf, type Fields } from "@fairlead/bridge-core/parts";
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
const nativeEffort = (effort: string | null) => (effort === "none" ? "off" : effort);

/** An effort in the contract's words. */
export function effortNamed(effort: unknown): string {
  return effort === "off" ? "none" : textOf(effort);
}

/** What Droid tells of a session's settings, in the contract's words. */
export function settingsIn(told: Fields): Partial<Settings> {
  const [model, effort, mode] = [told["modelId"], told["reasoningEffort"], told["interactionMode"]];
  return {
    ...(typeof model === "string" && { model }),
    ...(typeof effort === "string" && { effort: effortNamed(effort) }),
    ...(typeof mode === "string" && { mode: mode === "spec" ? "plan" : "default" }),
  };
}
