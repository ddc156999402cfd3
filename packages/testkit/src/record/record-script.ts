import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ClientStep, ScenarioLink } from "@fairlead/conformance/scenarios";
import { playSteps } from "@fairlead/conformance/scenarios";
import { claudeEnvironment } from "../agents/claude-environment.ts";
import { codexHome } from "../agents/codex-home.ts";
import type { InstalledAgent } from "../agents/install-agent.ts";
import { startMockLlm } from "../mock/mock-llm.ts";
import type { LogEntry } from "./frame-log.ts";
import { createFrameLog } from "./frame-log.ts";
import { normalise } from "./normalise.ts";
import { startOnStdio, startOnWebSocket } from "./running-agent.ts";

/** What is recorded: a conversation with a real agent, as data. */
export interface Script {
  /** Files of the project folder before the agent starts. */
  readonly files?: Readonly<Record<string, string>>;
  /** Arguments in addition to those every recording of the agent has. */
  readonly arguments?: readonly string[];
  /** Environment variables in addition to those every recording of the agent has. */
  readonly env?: Readonly<Record<string, string>>;
  readonly steps: readonly ClientStep[];
}

/** The agents that scripts are played with; the others are recorded beneath their bridges. */
export type ScriptedAgent = "codex" | "claude";

const agentArguments: Readonly<Record<ScriptedAgent, readonly string[]>> = {
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

/** Claude Code wraps answers in its control protocol; codex answers as JSON-RPC does. */
const replies: Readonly<Record<ScriptedAgent, Pick<ScenarioLink, "reply">>> = {
  codex: {},
  claude: {
    reply: ({ request_id }, answer) => ({
      type: "control_response",
      response:
        "with" in answer
          ? { subtype: "success", request_id, response: answer.with }
          : { subtype: "error", request_id, error: answer.error.message },
    }),
  },
};

/**
 * Plays a script with the real agent against a mock LLM of its own, in temporary folders that are
 * gone afterwards, and returns what passed in normalised form. A script that opens connections is
 * played over WebSockets, any other on stdio. Rejects when the agent does not say what the script
 * waits for.
 */
export async function recordScript(
  agent: Extract<InstalledAgent<ScriptedAgent>, { ok: true }>,
  script: Script,
): Promise<readonly LogEntry[]> {
  // The agents report paths with symbolic links resolved.
  const root = await realpath(await mkdtemp(join(tmpdir(), "fairlead-record-")));
  try {
    const home = join(root, "home");
    const cwd = join(root, "project");
    const temporary = join(root, "tmp");
    await mkdir(home);
    await mkdir(temporary);
    await mkdir(cwd);
    for (const [name, text] of Object.entries(script.files ?? {})) {
      await mkdir(dirname(join(cwd, name)), { recursive: true });
      await writeFile(join(cwd, name), text);
    }
    await using mock = await startMockLlm();
    const { command } = agent;
    const agentEnv =
      agent.name === "codex"
        ? await codexHome({ dir: home, mockUrl: mock.url, command })
        : claudeEnvironment({ home, mockUrl: mock.url });
    const log = createFrameLog();
    const overSockets = script.steps.some(({ type }) => type === "connect");
    const start = overSockets ? startOnWebSocket : startOnStdio;
    const where = overSockets ? ["--listen", "ws://127.0.0.1:0"] : [];
    await using running = await start(
      {
        command,
        arguments: [...agentArguments[agent.name], ...where, ...(script.arguments ?? [])],
        env: { PATH: process.env["PATH"], TMPDIR: temporary, ...agentEnv, ...script.env },
        cwd,
      },
      log,
    );
    await playSteps(script.steps, {
      ...replies[agent.name],
      cwd,
      connect: running.connect,
      disconnect: running.disconnect,
      send: running.send,
      take: log.take,
      release: () => mock.release(),
    });
    return normalise(log.kept(), {
      [cwd]: "/home/user/project",
      [home]: "/home/user",
      [root]: "/home",
    });
  } finally {
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  }
}
