import { agentVersion, installAgent } from "@fairlead/testkit";
import { openAgentLane } from "../agent/open-lane.ts";
import type { LiveLane } from "../lane.ts";
import { droidAgent } from "./agent.ts";
import { scenarios } from "./scenarios.ts";

/** The real Droid behind the daemon. */
export const droidLane: LiveLane = {
  name: "droid",
  rows: scenarios,
  atOnce: 2,
  async open() {
    const agent = await installAgent("droid");
    if (!agent.ok) return agent;
    const lane = await openAgentLane(droidAgent(agent.command), scenarios);
    return { ok: true, title: `droid ${agentVersion("droid")}`, lane };
  },
};
