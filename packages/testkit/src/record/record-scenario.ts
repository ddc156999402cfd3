import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { claudeEnvironment } from "../agents/claude-environment.ts";
import { codexHome } from "../agents/codex-home.ts";
import type { AgentName, InstalledAgent } from "../agents/install-agent.ts";
import { startMockLlm } from "../mock/mock-llm.ts";
import type { LoggedFrame } from "./jsonl-agent.ts";
import { startJsonlAgent } from "./jsonl-agent.ts";
import { normalise } from "./normalise.ts";
import { playSteps } from "./play-steps.ts";
import type { Scenario } from "./step.ts";

const agentArguments: Readonly<Record<AgentName, readonly string[]>> = {
  codex: ["app-server"],
  claude: [
    "-p",
    "--input-format",
    "stream-json",
    "--output-format",
    "stream-json",
    "--include-partial-messages",
    "--verbose",
    "--permission-prompt-tool",
    "stdio",
  ],
};

/**
 * Plays a scenario with the real agent against a mock LLM of its own, in temporary folders that
 * are gone afterwards, and returns the frames in normalised form. Rejects when the agent does not
 * say what the scenario waits for.
 */
export async function recordScenario(
  agent: Extract<InstalledAgent, { ok: true }>,
  scenario: Scenario,
): Promise<readonly LoggedFrame[]> {
  // The agents report paths with symbolic links resolved.
  const root = await realpath(await mkdtemp(join(tmpdir(), "fairlead-record-")));
  try {
    const home = join(root, "home");
    const cwd = join(root, "project");
    const temporary = join(root, "tmp");
    await mkdir(home);
    await mkdir(temporary);
    await mkdir(cwd);
    for (const [name, text] of Object.entries(scenario.files ?? {})) {
      await writeFile(join(cwd, name), text);
    }
    await using mock = await startMockLlm();
    const { command } = agent;
    const agentEnv =
      agent.name === "codex"
        ? await codexHome({ dir: home, mockUrl: mock.url, command })
        : claudeEnvironment({ home, mockUrl: mock.url });
    await using running = await startJsonlAgent({
      command,
      arguments: [...agentArguments[agent.name], ...(scenario.arguments ?? [])],
      env: { PATH: process.env["PATH"], TMPDIR: temporary, ...agentEnv, ...scenario.env },
      cwd,
    });
    const frames = await playSteps(scenario.steps, {
      agent: running,
      cwd,
      release: () => mock.release(),
    });
    return normalise(frames, {
      [cwd]: "/home/user/project",
      [home]: "/home/user",
      [root]: "/home",
    });
  } finally {
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  }
}
