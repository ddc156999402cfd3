import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { arrayOf, objectOf } from "../json.ts";

const run = promisify(execFile);

/** Where a real codex of a test lives, and what it talks to. */
export interface CodexHomeOptions {
  /** A folder of the test's own; it becomes `CODEX_HOME`. Created when missing. */
  readonly dir: string;
  /** URL of the mock LLM, without `/v1`. */
  readonly mockUrl: string;
  /** The codex program; it is asked for its model catalog. */
  readonly command: string;
}

/** A model with direct tools and a free-form apply_patch; newer ones run JavaScript instead. */
const pattern = "gpt-5.5";

/**
 * Writes the configuration that makes a real codex run offline against the mock LLM, with one
 * model `mock-model`, and returns the environment variables to lay over the caller's own `PATH`.
 * Rejects when the program does not run or knows no model to copy.
 */
export async function codexHome(
  options: CodexHomeOptions,
): Promise<Readonly<Record<string, string>>> {
  const { dir, mockUrl, command } = options;
  await mkdir(dir, { recursive: true });
  const env = { CODEX_HOME: dir, HOME: dir, USERPROFILE: dir, MOCK_API_KEY: "dummy" };
  const catalog = join(dir, "mock-models.json");
  await writeFile(catalog, await mockCatalog(command, env));
  await writeFile(join(dir, "config.toml"), config(catalog, mockUrl));
  return env;
}

async function mockCatalog(
  command: string,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const { stdout } = await run(command, ["debug", "models"], {
    env: { ...process.env, ...env },
    maxBuffer: 64 * 1024 * 1024,
  });
  const known = arrayOf(objectOf(JSON.parse(stdout))["models"]).map(objectOf);
  const model = known.find((candidate) => candidate["slug"] === pattern);
  if (model === undefined) {
    throw new Error(`${command} lists no model ${pattern} to make mock-model from`);
  }
  const mock = { ...model, slug: "mock-model", upgrade: null, availability_nux: null };
  return JSON.stringify({ models: [mock] });
}

function config(catalog: string, mockUrl: string): string {
  return `model = "mock-model"
model_provider = "mock"
model_catalog_json = ${JSON.stringify(catalog)}
check_for_update_on_startup = false
[features]
plugins = false
[analytics]
enabled = false
[feedback]
enabled = false
[tools.update_plan]
enabled = true
[model_providers.mock]
name = "Mock"
base_url = "${mockUrl}/v1"
wire_api = "responses"
env_key = "MOCK_API_KEY"
requires_openai_auth = false
supports_websockets = false
request_max_retries = 1
stream_max_retries = 1
`;
}
