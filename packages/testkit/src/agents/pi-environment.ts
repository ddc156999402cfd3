import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Where a real Pi of a test lives, and what it talks to. */
export interface PiEnvironmentOptions {
  /** A folder of the test's own; Pi keeps its configuration and sessions in it. */
  readonly home: string;
  /** URL of the mock LLM, without `/v1`. */
  readonly mockUrl: string;
}

/**
 * Pi's `models.json` takes no variable in a URL, an extension can read one. With it, processes
 * that share a home, and so their sessions, can each have a mock of their own.
 */
const provider = `export default function (pi) {
  pi.registerProvider("mock", {
    name: "Mock",
    baseUrl: process.env.MOCK_LLM_URL + "/v1",
    apiKey: "dummy",
    api: "openai-completions",
    models: ["mock-model", "mock-other"].map((id) => ({
      id,
      name: id,
      reasoning: true,
      input: ["text", "image"],
      contextWindow: 200000,
      maxTokens: 8192,
      cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
      compat: { supportsDeveloperRole: false },
    })),
  });
}
`;

/** The first delay before Pi asks a failing model again; each further one is twice as long. */
const retryDelayMs = 200;

/**
 * Writes the configuration that makes a real Pi of any version run offline against the mock LLM,
 * with the models `mock/mock-model` and `mock/mock-other`, and returns the environment variables to lay over the caller's
 * own `PATH`. Another `MOCK_LLM_URL` sends the processes that see it to another mock.
 */
export async function piEnvironment(
  options: PiEnvironmentOptions,
): Promise<Readonly<Record<string, string>>> {
  const { home, mockUrl } = options;
  const agent = join(home, ".pi", "agent");
  await mkdir(join(agent, "extensions"), { recursive: true });
  await writeFile(join(agent, "extensions", "mock-provider.ts"), provider);
  const settings = {
    defaultProvider: "mock",
    defaultModel: "mock-model",
    retry: { baseDelayMs: retryDelayMs },
    // Else it refuses to compact conversations of fewer than 20,000 tokens. With fewer than a
    // prompt has, what it was doing when its context was full would be summarised away.
    compaction: { keepRecentTokens: 20 },
  };
  await writeFile(join(agent, "settings.json"), JSON.stringify(settings));
  return {
    HOME: home,
    USERPROFILE: home,
    PI_CODING_AGENT_DIR: agent,
    PI_OFFLINE: "1",
    PI_SKIP_VERSION_CHECK: "1",
    PI_TELEMETRY: "0",
    MOCK_LLM_URL: mockUrl,
  };
}
