import { codexName } from "../../registry.ts";
import { type FindAgent, splitModelId } from "./model-id.ts";
import { requestedModel } from "./rewrite-models.ts";
import { type Route, type RouteTarget, routes } from "./routes.ts";

/** The agents behind the unified endpoint. */
export interface UnifiedAgents {
  /** Those that can be used now, best first. */
  readonly names: readonly string[];
  /** One of them where it can be used; its own error is the answer where it cannot. */
  readonly defaultAgent: string;
  readonly findAgent: FindAgent;
}

/** Who gets a request that names no thread. */
export type AgentlessTarget = { readonly kind: "gateway" } | { readonly kind: "all" } | OneAgent;

interface OneAgent {
  readonly kind: "one";
  readonly agent: string;
}

const byMethod: ReadonlyMap<string, Route> = new Map(Object.entries(routes));

/**
 * Who gets a request whose params name no thread. A method nobody knows goes to the default agent,
 * which says so.
 */
export function agentlessTarget(
  method: string,
  params: unknown,
  agents: UnifiedAgents,
): AgentlessTarget {
  const to: RouteTarget = byMethod.get(method)?.to ?? "default";
  switch (to) {
    case "gateway":
      return { kind: "gateway" };
    case "all":
      return { kind: "all" };
    case "default":
      return one(agents.defaultAgent);
    case "codex":
      return codexOr(agents);
    case "bridge":
      return one(bridgeOf(agents));
    case "model":
      return ofModel(method, params, agents) ?? one(agents.defaultAgent);
    case "model or codex":
      return ofModel(method, params, agents) ?? codexOr(agents);
  }
}

function ofModel(method: string, params: unknown, { findAgent }: UnifiedAgents): OneAgent | null {
  const model = requestedModel(method, params);
  const split = model === null ? null : splitModelId(model, findAgent);
  return split === null ? null : one(split.agent);
}

function codexOr({ names, defaultAgent }: UnifiedAgents): OneAgent {
  return one(names.includes(codexName) ? codexName : defaultAgent);
}

function bridgeOf({ names, defaultAgent }: UnifiedAgents): string {
  if (defaultAgent !== codexName) return defaultAgent;
  return names.find((name) => name !== codexName) ?? defaultAgent;
}

function one(agent: string): OneAgent {
  return { kind: "one", agent };
}
