import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { claudeEnvironment } from "@fairlead/testkit";
import type { LiveAgent } from "../agent/live-agent.ts";
import { call } from "../agent/steps.ts";

const run = promisify(execFile);

/** Claude Code, which is told where its model is by a variable. */
export function claudeAgent(command: string): LiveAgent {
  return {
    name: "claude",
    command,
    programVariable: "FAIRLEAD_CLAUDE",
    install: "npm i -g @anthropic-ai/claude-code",
    previewOf: (prompt) => prompt,
    readStep: (path) => call("Read", { file_path: path }),
    otherModel: "haiku",
    mcpTool: (server, tool) => `mcp__${server}__${tool}`,
    cutsForSteer: true,
    // No scenario is without a mock of its own: this one answers nothing.
    prepare: async (home) => claudeEnvironment({ home, mockUrl: "http://127.0.0.1:9" }),
    enter: async ({ mockUrl }) => ({ ANTHROPIC_BASE_URL: mockUrl }),
    async type({ text, threadId }, cwd, env) {
      const session = threadId === null ? [] : ["--resume", threadId];
      const running = run(command, ["-p", ...session, text], { cwd, env });
      running.child.stdin?.end();
      return (await running).stdout.trim();
    },
  };
}
