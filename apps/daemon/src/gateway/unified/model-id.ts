/** Finds an agent by its name or one of its aliases; resolves to its name. */
export type FindAgent = (name: string) => string | undefined;

/** A model as the unified endpoint names it, taken apart. */
export interface ModelOfAgent {
  readonly agent: string;
  /** What the agent itself calls it; may hold slashes. */
  readonly model: string;
}

/** What clients of the unified endpoint call a model: `claude/opus`, `pi/anthropic/claude-opus`. */
export function unifiedModelId({ agent, model }: ModelOfAgent): string {
  return `${agent}/${model}`;
}

/**
 * Takes a model id of the unified endpoint apart. Null when its first part names no agent: such an
 * id is the thread's agent's own, slashes and all. An agent's name in front always wins, so an
 * agent's own id that begins with an agent's name is only ever written with both.
 */
export function splitModelId(id: string, findAgent: FindAgent): ModelOfAgent | null {
  const slash = id.indexOf("/");
  if (slash <= 0 || slash === id.length - 1) return null;
  const agent = findAgent(id.slice(0, slash));
  return agent === undefined ? null : { agent, model: id.slice(slash + 1) };
}
