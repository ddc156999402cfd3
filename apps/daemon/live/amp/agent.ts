import type { LiveAgent } from "../agent/live-agent.ts";

/** A server where nobody listens. */
export const nowhere = "http://127.0.0.1:9";

/** Amp: its turns are its server's, which no mock stands in for. */
export function ampAgent(command: string): LiveAgent {
  return {
    name: "amp",
    command,
    programVariable: "FAIRLEAD_AMP",
    install: "npm i -g @sourcegraph/amp",
    previewOf: (prompt) => prompt,
    readStep: (path) => `read: ${path}`,
    otherModel: "high",
    mcpTool: (server, tool) => `mcp__${server}__${tool}`,
    cutsForSteer: false,
    prepare: async (home) => ({
      HOME: home,
      USERPROFILE: home,
      AMP_API_KEY: "sgamp_dummy",
      AMP_URL: nowhere,
      AMP_SKIP_UPDATE_CHECK: "1",
    }),
    enter: async () => ({}),
    type: () => Promise.reject(new Error("Amp says nothing without its server")),
  };
}
