import { agentVersion, installAgent } from "@fairlead/testkit";
import type { LiveLane } from "../lane.ts";
import { CodexDesk } from "./desk.ts";
import { scenarios } from "./scenarios.ts";

/** Codex itself, proxied. */
export const codexLane: LiveLane = {
  name: "codex",
  rows: scenarios,
  atOnce: 2,
  async open() {
    const agent = await installAgent("codex");
    if (!agent.ok) return agent;
    return {
      ok: true,
      title: `codex ${agentVersion("codex")}`,
      lane: {
        async run(id, signal) {
          const scenario = scenarios.find((candidate) => candidate.id === id);
          if (scenario === undefined) throw new Error(`there is no scenario ${id}`);
          await CodexDesk.run(agent.command, scenario.run, signal);
        },
        async [Symbol.asyncDispose]() {},
      },
    };
  },
};
