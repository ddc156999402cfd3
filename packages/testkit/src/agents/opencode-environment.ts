import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Where a real OpenCode of a test lives, and what it talks to. */
export interface OpenCodeEnvironmentOptions {
  /** A folder of the test's own; OpenCode keeps its configuration and sessions in it. */
  readonly home: string;
  /** URL of the mock LLM, without `/v1`. */
  readonly mockUrl: string;
}

/** Where nothing listens: what OpenCode wants to download fails at once. */
const nowhere = "http://127.0.0.1:9/";

/**
 * Writes the configuration that makes a real OpenCode run offline against the mock LLM, with the
 * models `mock/mock-model` and `mock/mock-other`, and returns the environment variables to lay over the caller's own
 * `PATH`. They stand for the whole server; {@link openCodeProject} gives a folder its own mock.
 */
export async function openCodeEnvironment(
  options: OpenCodeEnvironmentOptions,
): Promise<Readonly<Record<string, string>>> {
  const { home, mockUrl } = options;
  const config = join(home, "xdg", "config");
  await mkdir(join(config, "opencode"), { recursive: true });
  // Not in OPENCODE_CONFIG_CONTENT, which nothing a project says could replace.
  await writeFile(join(config, "opencode", "opencode.json"), JSON.stringify(settings(mockUrl)));
  return {
    HOME: home,
    USERPROFILE: home,
    OPENCODE_TEST_HOME: home,
    XDG_DATA_HOME: join(home, "xdg", "data"),
    XDG_CONFIG_HOME: config,
    XDG_STATE_HOME: join(home, "xdg", "state"),
    XDG_CACHE_HOME: join(home, "xdg", "cache"),
    OPENCODE_DISABLE_AUTOUPDATE: "1",
    OPENCODE_DISABLE_MODELS_FETCH: "1",
    OPENCODE_DISABLE_DEFAULT_PLUGINS: "1",
    OPENCODE_DISABLE_LSP_DOWNLOAD: "1",
    OPENCODE_DISABLE_SHARE: "1",
    OPENCODE_DISABLE_CLAUDE_CODE: "1",
    OPENCODE_DISABLE_EXTERNAL_SKILLS: "1",
    OPENCODE_PURE: "1",
    npm_config_registry: nowhere,
  };
}

/**
 * Sends what one server does in a folder to another mock than its environment says. Has to be
 * called before the server first hears of the folder, where it writes `.opencode/opencode.json`.
 */
export async function openCodeProject(folder: string, mockUrl: string): Promise<void> {
  await mkdir(join(folder, ".opencode"), { recursive: true });
  const project = { provider: { mock: { options: { baseURL: `${mockUrl}/v1` } } } };
  await writeFile(join(folder, ".opencode", "opencode.json"), JSON.stringify(project));
}

function settings(mockUrl: string): Readonly<Record<string, unknown>> {
  return {
    autoupdate: false,
    share: "disabled",
    model: "mock/mock-model",
    small_model: "mock/mock-model",
    enabled_providers: ["mock"],
    provider: {
      mock: {
        npm: "@ai-sdk/openai-compatible",
        name: "Mock",
        options: { baseURL: `${mockUrl}/v1`, apiKey: "dummy" },
        models: { "mock-model": model("Mock model"), "mock-other": model("Mock other") },
      },
    },
  };
}

function model(name: string): Readonly<Record<string, unknown>> {
  return {
    name,
    tool_call: true,
    reasoning: true,
    attachment: true,
    modalities: { input: ["text", "image"], output: ["text"] },
    limit: { context: 200_000, output: 8192 },
  };
}
