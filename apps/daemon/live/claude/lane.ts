import { agentVersion, installAgent } from "@fairlead/testkit";
import { openAgentLane } from "../agent/open-lane.ts";
import type { LiveLane } from "../lane.ts";
import { claudeAgent } from "./agent.ts";
import { scenarios } from "./scenarios.ts";

/** The real Claude Code behind the daemon. */
export const claudeLane: LiveLane = {
  name: "claude",
  rows: scenarios,
  atOnce: 4,
  async open() {
    const agent = await installAgent("claude");
    if (!agent.ok) return agent;
    const lane = await openAgentLane(claudeAgent(agent.command), scenarios);
    return { ok: true, title: `claude ${agentVersion("claude")}`, lane };
  },
};
