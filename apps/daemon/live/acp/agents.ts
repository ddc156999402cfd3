import { acpEnvironment, type AcpAgentName, acpMock } from "@fairlead/testkit";
import type { LiveAgent } from "../agent/live-agent.ts";
import { call } from "../agent/steps.ts";

/** What the lane has to know of one of its agents. */
interface AcpFacts extends Pick<LiveAgent, "name" | "install" | "readStep" | "otherModel"> {
  readonly agent: AcpAgentName;
}

/** The agents of the lane, the one that can do most first. */
const facts: readonly AcpFacts[] = [
  {
    agent: "claude-agent-acp",
    name: "claude-agent-acp",
    install: "npm i -g @agentclientprotocol/claude-agent-acp",
    readStep: (path) => call("Read", { file_path: path }),
    otherModel: "haiku",
  },
  {
    agent: "opencode",
    name: "opencode-acp",
    install: "npm i -g opencode-ai",
    readStep: (path) => call("read", { filePath: path }),
    otherModel: "mock/mock-other",
  },
  {
    agent: "codex-acp",
    name: "codex-acp",
    install: "npm i -g @zed-industries/codex-acp",
    // It has no tool for that, and asks nothing about a command that only reads.
    readStep: (path) => call("exec_command", { cmd: `cat ${path}` }),
    otherModel: "gpt-5.4-mini",
  },
  {
    agent: "gemini",
    name: "gemini",
    install: "npm i -g @google/gemini-cli",
    readStep: (path) => call("read_file", { file_path: path }),
    otherModel: "gemini-2.5-pro",
  },
];

/** Names of the agents, in their order. */
export const acpAgentNames: readonly AcpAgentName[] = facts.map(({ agent }) => agent);

/** How one of the agents is put behind a daemon. */
export function acpAgent(agent: AcpAgentName, command: string): LiveAgent {
  const known = facts.find((one) => one.agent === agent);
  if (known === undefined) throw new Error(`the lane has no agent ${agent}`);
  const { agent: _, ...own } = known;
  // Gemini CLI is offered without a word, the others when the operator names them.
  const config =
    agent === "gemini" ? {} : { config: `[agents.acp.${own.name}]\npreset = "${agent}"\n` };
  return {
    ...own,
    ...config,
    command,
    programVariable: "FAIRLEAD_ACP_PROGRAM",
    previewOf: (prompt) => prompt,
    // What stands before the name of a server's tool differs.
    mcpTool: (_server, tool) => `*${tool}`,
    cutsForSteer: false,
    // No scenario is without a mock of its own: this one answers nothing.
    prepare: (home) => acpEnvironment(agent, { home, mockUrl: "http://127.0.0.1:9" }),
    enter: async ({ mockUrl }) => acpMock(agent, mockUrl),
    type: () => Promise.reject(new Error(`${agent} has no program of its own to type into`)),
  };
}
