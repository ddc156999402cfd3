import { agentVersion, installAgent } from "@fairlead/testkit";
import { openAgentLane } from "../agent/open-lane.ts";
import type { LiveLane } from "../lane.ts";
import { openCodeAgent } from "./agent.ts";
import { scenarios } from "./scenarios.ts";

/** The real OpenCode behind the daemon. */
export const openCodeLane: LiveLane = {
  name: "opencode",
  rows: scenarios,
  atOnce: 3,
  async open() {
    const agent = await installAgent("opencode");
    if (!agent.ok) return agent;
    const lane = await openAgentLane(openCodeAgent(agent.command), scenarios);
    return { ok: true, title: `opencode ${agentVersion("opencode")}`, lane };
  },
};
