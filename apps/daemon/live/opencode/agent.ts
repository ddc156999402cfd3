import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { openCodeEnvironment, openCodeProject } from "@fairlead/testkit";
import { z } from "zod";
import type { LiveAgent } from "../agent/live-agent.ts";
import { call } from "../agent/steps.ts";

const run = promisify(execFile);

const printed = z.looseObject({ type: z.string(), part: z.looseObject({ text: z.string() }) });

/** OpenCode: one server for all folders, each of which says in its own settings where its model is. */
export function openCodeAgent(command: string): LiveAgent {
  return {
    name: "opencode",
    command,
    programVariable: "FAIRLEAD_OPENCODE",
    install: "npm i -g opencode-ai",
    previewOf: () => "Mock title",
    readStep: (path) => call("read", { filePath: path }),
    otherModel: "mock/mock-other",
    // One server knows the MCP servers of all threads; each of them belongs to one.
    mcpTool: (server, tool, threadId) => `fl-${threadId.slice(-8)}-${server}_${tool}`,
    cutsForSteer: false,
    // No scenario is without a mock of its own: this one answers nothing.
    prepare: (home) => openCodeEnvironment({ home, mockUrl: "http://127.0.0.1:9" }),
    async enter({ home, folder, mockUrl }) {
      if (folder !== home) {
        await openCodeProject(folder, mockUrl);
        return {};
      }
      // What lies in the home holds for every folder: this one gets a server of its own.
      const provider = { mock: { options: { baseURL: `${mockUrl}/v1` } } };
      return { OPENCODE_CONFIG_CONTENT: JSON.stringify({ provider }) };
    },
    async type({ text, threadId }, cwd, env) {
      const session = threadId === null ? [] : ["--continue"];
      const words = ["run", "--format", "json", ...session];
      const running = run(command, words, { cwd, env: { ...env, PWD: cwd } });
      // A prompt among the words would be given to the model in quotes.
      running.child.stdin?.end(text);
      const said = (await running).stdout.split("\n").flatMap((line) => {
        const frame = printed.safeParse(line === "" ? null : JSON.parse(line));
        return frame.success && frame.data.type === "text" ? [frame.data.part.text] : [];
      });
      return said.at(-1) ?? "";
    },
  };
}
