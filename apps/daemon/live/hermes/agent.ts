import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { hermesEnvironment } from "@fairlead/testkit";
import type { Environment, LiveAgent } from "../agent/live-agent.ts";
import { call } from "../agent/steps.ts";

const run = promisify(execFile);

/** What Hermes calls the newest session of a folder; Node 20 cannot read its store. */
const newestOf = `import sqlite3, sys
rows = sqlite3.connect(sys.argv[1]).execute(
    "select id from sessions where cwd = ? order by started_at desc", sys.argv[2:])
print(next(rows)[0])
`;

/** Hermes, whose settings say that a variable tells where its model is. */
export function hermesAgent(command: string): LiveAgent {
  const sessionOf = async (cwd: string, env: Environment): Promise<string> => {
    const store = join(env["HERMES_HOME"] ?? "", "state.db");
    const words = ["-c", newestOf, store, cwd];
    return (await run(join(dirname(command), "python"), words)).stdout.trim();
  };
  return {
    name: "hermes",
    command,
    programVariable: "FAIRLEAD_HERMES",
    install: "pip install hermes-agent",
    previewOf: (prompt) => prompt,
    readStep: (path) => call("read_file", { path }),
    otherModel: "custom:mock/mock-other",
    mcpTool: (server, tool) => `mcp_${server}_${tool}`,
    cutsForSteer: false,
    // No scenario is without a mock of its own: this one answers nothing.
    prepare: (home) => hermesEnvironment({ home, mockUrl: "http://127.0.0.1:9" }),
    enter: async ({ mockUrl }) => ({ MOCK_LLM_URL: mockUrl }),
    async type({ text, threadId }, cwd, env) {
      const session = threadId === null ? [] : ["--resume", await sessionOf(cwd, env)];
      const words = ["chat", "--quiet", ...session, "--query", text];
      return (await run(command, words, { cwd, env })).stdout.trim();
    },
  };
}
