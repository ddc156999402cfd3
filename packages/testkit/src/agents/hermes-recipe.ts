import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipInstall } from "./pip-install.ts";
import type { Platform } from "./platform.ts";
import type { Recipe } from "./recipe.ts";

/** Everything a Hermes of this version consists of on Linux; what other systems need beside it pip chooses. */
const pins: Readonly<Record<string, string>> = {
  "agent-client-protocol": "0.9.0",
  aiohappyeyeballs: "2.7.1",
  aiohttp: "3.13.4",
  aiosignal: "1.4.0",
  "annotated-doc": "0.0.7",
  "annotated-types": "0.8.0",
  anyio: "4.16.0",
  attrs: "26.1.0",
  certifi: "2026.5.20",
  cffi: "2.1.1",
  "charset-normalizer": "3.5.2",
  click: "8.5.1",
  croniter: "6.0.0",
  cryptography: "50.0.2",
  distro: "1.9.0",
  fastapi: "0.163.2",
  fire: "0.7.1",
  frozenlist: "1.8.0",
  h11: "0.16.0",
  httpcore: "1.0.9",
  httptools: "0.9.0",
  httpx: "0.28.1",
  "httpx-sse": "0.4.3",
  idna: "3.20",
  Jinja2: "3.1.6",
  jiter: "0.19.0",
  jsonschema: "4.26.0",
  "jsonschema-specifications": "2025.9.1",
  Markdown: "3.10.2",
  "markdown-it-py": "4.3.0",
  MarkupSafe: "3.0.4",
  mcp: "1.26.0",
  mdurl: "0.1.2",
  multidict: "6.9.1",
  openai: "2.24.0",
  "opentelemetry-api": "1.45.2",
  packaging: "26.0",
  pathspec: "1.1.1",
  pillow: "12.2.0",
  prompt_toolkit: "3.0.52",
  propcache: "0.5.4",
  psutil: "7.2.2",
  ptyprocess: "0.7.0",
  pycparser: "3.12",
  pydantic: "2.13.4",
  "pydantic-settings": "2.16.3",
  pydantic_core: "2.46.4",
  Pygments: "2.21.0",
  PyJWT: "2.13.0",
  "python-dateutil": "4.0.0",
  "python-dotenv": "1.2.2",
  "python-multipart": "0.0.34",
  pytz: "2026.6",
  PyYAML: "6.0.3",
  referencing: "0.37.0",
  requests: "2.33.0",
  rich: "14.3.3",
  "rpds-py": "2026.9.1",
  "ruamel.yaml": "0.18.17",
  "ruamel.yaml.clib": "0.2.15",
  sniffio: "1.3.1",
  socksio: "1.0.0",
  "sse-starlette": "3.7.0",
  starlette: "1.0.1",
  tenacity: "9.1.4",
  termcolor: "3.3.0",
  tqdm: "4.70.1",
  "typing-inspection": "0.4.5",
  typing_extensions: "4.16.0",
  urllib3: "2.8.0",
  uvicorn: "0.54.0",
  uvloop: "0.23.0",
  watchfiles: "1.3.0",
  wcwidth: "0.9.4",
  websockets: "15.0.1",
  yarl: "1.25.1",
};

/**
 * Hermes as pip installs it, with what `hermes acp`, MCP servers and the API of `hermes gateway` need: those would
 * otherwise be downloaded while it runs, or be missing.
 */
export function pipHermes(version: string): Recipe {
  return {
    package: "hermes-agent",
    version,
    packages: () => [],
    install: (name, platform) =>
      pipInstall(name, {
        requirements: [`hermes-agent[acp,mcp]==${version}`, "aiohttp"],
        constraints: Object.entries(pins).map(([of, pin]) => `${of}==${pin}`),
        python: { least: 11, most: 13 },
        finish: (partial, folder) => settle(partial, folder, platform),
      }),
    program: ({ isWindows }) => (isWindows ? join("Scripts", "hermes.cmd") : join("bin", "hermes")),
  };
}

/**
 * The programs of a virtual environment name the folder it was made in: they are made to name that which it is
 * renamed to. On Windows they are binaries, and a script stands in for them.
 */
async function settle(partial: string, folder: string, { isWindows }: Platform): Promise<void> {
  if (isWindows) {
    const script = '@"%~dp0python.exe" -m hermes_cli.main %*\r\n';
    return writeFile(join(partial, "Scripts", "hermes.cmd"), script);
  }
  const programs = join(partial, "bin");
  for (const entry of await readdir(programs, { withFileTypes: true })) {
    // The interpreter is a link to that of the system.
    if (!entry.isFile()) continue;
    const path = join(programs, entry.name);
    await writeFile(path, (await readFile(path, "utf8")).replaceAll(partial, folder));
  }
}
