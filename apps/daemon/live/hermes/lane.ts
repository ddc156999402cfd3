import { agentVersion, installAgent } from "@fairlead/testkit";
import { openAgentLane } from "../agent/open-lane.ts";
import type { LiveLane } from "../lane.ts";
import { hermesAgent } from "./agent.ts";
import { scenarios } from "./scenarios.ts";

/** The real Hermes behind the daemon; every scenario waits for its Python to start. */
export const hermesLane: LiveLane = {
  name: "hermes",
  rows: scenarios,
  atOnce: 2,
  // It is a program of Python's.
  mayBeMissing: true,
  async open() {
    const agent = await installAgent("hermes");
    if (!agent.ok) return agent;
    const lane = await openAgentLane(hermesAgent(agent.command), scenarios);
    return { ok: true, title: `hermes ${agentVersion("hermes")}`, lane };
  },
};
