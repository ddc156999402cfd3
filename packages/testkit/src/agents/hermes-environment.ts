import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Where a real Hermes of a test lives, and what it talks to. */
export interface HermesEnvironmentOptions {
  /** A folder of the test's own; Hermes keeps its configuration and sessions in it. */
  readonly home: string;
  /** URL of the mock LLM, without `/v1`. */
  readonly mockUrl: string;
}

/** Hermes' tools that need nothing but this machine. */
const toolsets = [
  "terminal",
  "file",
  "todo",
  "delegation",
  "clarify",
  "code_execution",
  "session_search",
  "skills",
  "vision",
];

/**
 * Writes the configuration that makes a real Hermes run offline against the mock LLM, with the models `mock-model` and
 * `mock-other`, and returns the environment variables to lay over the caller's own `PATH`. Another `MOCK_LLM_URL` sends
 * the processes that see it to another mock.
 */
export async function hermesEnvironment(
  options: HermesEnvironmentOptions,
): Promise<Readonly<Record<string, string>>> {
  const { home, mockUrl } = options;
  const own = join(home, ".hermes");
  await mkdir(own, { recursive: true });
  // What is JSON is YAML too.
  await writeFile(join(own, "config.yaml"), `${JSON.stringify(settings, null, 2)}\n`);
  return {
    HOME: home,
    USERPROFILE: home,
    HERMES_HOME: own,
    HERMES_DISABLE_LAZY_INSTALLS: "1",
    MOCK_LLM_URL: mockUrl,
    MOCK_COMPACTS: "true",
  };
}

const provider = { base_url: "${MOCK_LLM_URL}/v1", api_key: "dummy", context_length: 200_000 };

const settings: Readonly<Record<string, unknown>> = {
  // Pictures are described by another model to one that is not known to see.
  model: { default: "mock-model", provider: "custom", supports_vision: true, ...provider },
  custom_providers: [
    {
      name: "Mock",
      discover_models: false,
      ...provider,
      model: "mock-model",
      models: {
        "mock-model": { context_length: 200_000 },
        "mock-other": { context_length: 200_000 },
      },
    },
  ],
  approvals: { mode: "manual" },
  // Else each of its processes starts five others, to tell its model of the Pythons there are.
  agent: { environment_probe: false },
  // Else it keeps whatever was said lately, which in a test is everything.
  compression: {
    enabled: "${MOCK_COMPACTS}",
    protect_first_n: 0,
    protect_last_n: 1,
    target_ratio: 0.1,
  },
  // Else it installs packages when something wants them.
  security: { allow_lazy_installs: false, tirith_enabled: false },
  memory: { memory_enabled: false, user_profile_enabled: false },
  // Its API server is without a terminal unless told otherwise.
  platform_toolsets: { api_server: toolsets, cli: toolsets, tui: toolsets, acp: toolsets },
};
