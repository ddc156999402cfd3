import { agentVersion, installAgent } from "@fairlead/testkit";
import { openAgentLane } from "../agent/open-lane.ts";
import type { LiveLane } from "../lane.ts";
import { ampAgent } from "./agent.ts";
import { errors } from "./errors.ts";
import { guard } from "./guard.ts";
import { turns } from "./turns.ts";

const scenarios = [...errors, ...guard, ...turns];

/** The real Amp, as far as it goes without its server, and the way to it with a played one. */
export const ampLane: LiveLane = {
  name: "amp",
  rows: scenarios,
  way: "Amp's turns are its server's: each row drives the real program as far as it goes without one, or, where it says so, a played one; both through the daemon.",
  atOnce: 4,
  async open() {
    const agent = await installAgent("amp");
    if (!agent.ok) return agent;
    const lane = await openAgentLane(ampAgent(agent.command), scenarios);
    return { ok: true, title: `amp ${agentVersion("amp")}`, lane };
  },
};
