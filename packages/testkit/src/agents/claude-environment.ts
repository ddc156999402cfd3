import { join } from "node:path";

/** Where a real Claude Code of a test lives, and what it talks to. */
export interface ClaudeEnvironmentOptions {
  /** A folder of the test's own; Claude Code keeps its configuration and sessions in it. */
  readonly home: string;
  /** URL of the mock LLM, without `/v1`. */
  readonly mockUrl: string;
}

/**
 * Environment variables that make a real Claude Code run offline against the mock LLM. They are
 * meant to be laid over the caller's own `PATH`.
 */
export function claudeEnvironment(
  options: ClaudeEnvironmentOptions,
): Readonly<Record<string, string>> {
  return {
    HOME: options.home,
    USERPROFILE: options.home,
    CLAUDE_CONFIG_DIR: join(options.home, ".claude"),
    ANTHROPIC_BASE_URL: options.mockUrl,
    ANTHROPIC_API_KEY: "sk-ant-dummy-000",
    DISABLE_TELEMETRY: "1",
    DISABLE_ERROR_REPORTING: "1",
    DISABLE_AUTOUPDATER: "1",
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    CLAUDE_CODE_MAX_RETRIES: "2",
  };
}
