import { LiveContext } from "../context.ts";
import type { OpenLane } from "../lane.ts";
import type { LiveScenario } from "../scenario.ts";
import { Stage } from "../stage.ts";
import type { LiveAgent } from "./live-agent.ts";

/** The scenarios of one agent, ready to run on a stage of their own. */
export async function openAgentLane(
  agent: LiveAgent,
  scenarios: readonly LiveScenario[],
): Promise<OpenLane> {
  const stage = await Stage.open(agent);
  return {
    async run(id, signal) {
      const scenario = scenarios.find((candidate) => candidate.id === id);
      if (scenario === undefined) throw new Error(`there is no scenario ${id}`);
      await LiveContext.run(stage, scenario.run, signal);
    },
    [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose](),
  };
}
