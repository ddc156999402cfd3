import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { piEnvironment } from "@fairlead/testkit";
import type { LiveAgent } from "../agent/live-agent.ts";
import { call } from "../agent/steps.ts";
import { furnish } from "./extension.ts";

const run = promisify(execFile);

/** Where Pi keeps its settings, below its home. */
function settingsFile(home: string): string {
  return join(home, ".pi", "agent", "settings.json");
}

/** Pi, which is told where its model is by a variable that its extension for the mock reads. */
export function piAgent(command: string): LiveAgent {
  const settings = new Map<string, string>();
  return {
    name: "pi",
    command,
    programVariable: "FAIRLEAD_PI",
    install: "npm i -g @earendil-works/pi-coding-agent",
    previewOf: (prompt) => prompt,
    readStep: (path) => call("read", { path }),
    otherModel: "mock/mock-other",
    mcpTool: (server, tool) => `mcp__${server}__${tool}`,
    cutsForSteer: false,
    async prepare(home) {
      // No scenario is without a mock of its own: this one answers nothing.
      const environment = await piEnvironment({ home, mockUrl: "http://127.0.0.1:9" });
      await furnish(home);
      settings.set(home, await readFile(settingsFile(home), "utf8"));
      return environment;
    },
    enter: async ({ mockUrl }) => ({ MOCK_LLM_URL: mockUrl }),
    async type({ text, threadId }, cwd, env) {
      const session = threadId === null ? [] : ["--session", threadId];
      const running = run(command, ["-p", ...session, text], { cwd, env });
      running.child.stdin?.end();
      return (await running).stdout.trim();
    },
    async checkAfter({ home }) {
      const now = await readFile(settingsFile(home), "utf8");
      assert.equal(now, settings.get(home), "the user's settings.json was changed");
    },
  };
}
