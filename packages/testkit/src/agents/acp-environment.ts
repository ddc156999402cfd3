import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { claudeEnvironment } from "./claude-environment.ts";
import { todoTools } from "../record/claude-steps.ts";
import type { AgentName } from "./install-agent.ts";
import { openCodeEnvironment } from "./opencode-environment.ts";

/** The real agents of the Agent Client Protocol that tests can have. */
export type AcpAgentName = Extract<
  AgentName,
  "gemini" | "opencode" | "codex-acp" | "claude-agent-acp"
>;

/** Where a real ACP agent of a test lives, and what it talks to. */
export interface AcpEnvironmentOptions {
  /** A folder of the test's own; the agent keeps its configuration and sessions in it. */
  readonly home: string;
  /** URL of the mock LLM, without `/v1`. */
  readonly mockUrl: string;
}

/**
 * Writes the configuration that makes a real ACP agent run offline against the mock LLM, with two
 * models or more, and returns the environment variables to lay over the caller's own `PATH`.
 * {@link acpMock} sends what is started with other variables to another mock.
 */
export async function acpEnvironment(
  agent: AcpAgentName,
  options: AcpEnvironmentOptions,
): Promise<Readonly<Record<string, string>>> {
  const { home, mockUrl } = options;
  switch (agent) {
    case "gemini":
      await mkdir(join(home, ".gemini"), { recursive: true });
      await writeFile(join(home, ".gemini", "settings.json"), JSON.stringify(geminiSettings));
      return {
        HOME: home,
        USERPROFILE: home,
        GEMINI_API_KEY: "dummy",
        GEMINI_MODEL: "gemini-2.5-flash",
        // It would start itself once more.
        GEMINI_CLI_NO_RELAUNCH: "true",
        ...acpMock(agent, mockUrl),
      };
    case "opencode":
      return openCodeEnvironment(options);
    case "codex-acp":
      await mkdir(join(home, ".codex"), { recursive: true });
      await writeFile(join(home, ".codex", "config.toml"), codexConfig);
      return {
        HOME: home,
        USERPROFILE: home,
        CODEX_HOME: join(home, ".codex"),
        ...acpMock(agent, mockUrl),
      };
    case "claude-agent-acp":
      return {
        ...claudeEnvironment(options),
        // Nobody but a container's user may be root and skip what it asks.
        IS_SANDBOX: "1",
        // All tools at once, the to-do list in one of them, and no thoughts about the next prompt.
        ...todoTools,
        CLAUDE_CODE_ENABLE_TASKS: "0",
        CLAUDE_CODE_ENABLE_PROMPT_SUGGESTION: "false",
      };
  }
}

/** The variables that point what is started with them at a mock. */
export function acpMock(agent: AcpAgentName, mockUrl: string): Readonly<Record<string, string>> {
  switch (agent) {
    case "gemini":
      return { GOOGLE_GEMINI_BASE_URL: mockUrl };
    case "opencode":
      // For a folder with settings of its own it would look for packages, for half a minute.
      return {
        OPENCODE_CONFIG_CONTENT: JSON.stringify({
          provider: { mock: { options: { baseURL: `${mockUrl}/v1` } } },
        }),
      };
    case "codex-acp":
      return { CODEX_OSS_BASE_URL: `${mockUrl}/v1` };
    case "claude-agent-acp":
      return { ANTHROPIC_BASE_URL: mockUrl };
  }
}

const geminiSettings = {
  security: { auth: { selectedType: "gemini-api-key" }, folderTrust: { enabled: false } },
  general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
  privacy: { usageStatisticsEnabled: false },
  // A mock repeats itself.
  model: { disableLoopDetection: true },
  // The preset brings it, in a file that counts only where root alone can write.
  tools: { shell: { enableInteractiveShell: false } },
};

/** The one provider whose URL is a variable's; its models are the real ones, of which it knows enough. */
const codexConfig = `model = "gpt-5.4"
model_provider = "lmstudio"
check_for_update_on_startup = false
[features]
plugins = false
[analytics]
enabled = false
[feedback]
enabled = false
[tools.update_plan]
enabled = true
`;
