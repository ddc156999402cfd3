import { agentVersion, installAgent } from "@fairlead/testkit";
import { LiveContext } from "../context.ts";
import type { LiveLane } from "../lane.ts";
import { Stage } from "../stage.ts";
import { scenarios } from "./scenarios.ts";

/** The real Claude Code behind the daemon. */
export const claudeLane: LiveLane = {
  name: "claude",
  rows: scenarios,
  atOnce: 4,
  async open() {
    const agent = await installAgent("claude");
    if (!agent.ok) return agent;
    const stage = await Stage.open(agent.command);
    return {
      ok: true,
      title: `claude ${agentVersion("claude")}`,
      lane: {
        async run(id, signal) {
          const scenario = scenarios.find((candidate) => candidate.id === id);
          if (scenario === undefined) throw new Error(`there is no scenario ${id}`);
          await LiveContext.run(stage, scenario.run, signal);
        },
        [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose](),
      },
    };
  },
};
