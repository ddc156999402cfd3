import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { AgentName } from "../agents/install-agent.ts";
import { agentVersion, installAgent } from "../agents/install-agent.ts";
import { claudeScenarios } from "./claude-scenarios.ts";
import { codexScenarios } from "./codex-scenarios.ts";
import { recordScenario } from "./record-scenario.ts";
import type { Scenario } from "./step.ts";

const usage = "usage: pnpm record codex|claude [scenario…] [--out FOLDER]";

const packagesFolder = fileURLToPath(new URL("../../..", import.meta.url));

/** What is recorded of each agent, and where it is kept. */
const recordings = {
  codex: {
    scenarios: codexScenarios,
    folder: join("conformance", "transcripts", `codex-${agentVersion("codex")}`),
    suffix: ".jsonl",
  },
  claude: {
    scenarios: claudeScenarios,
    folder: join("bridge-claude", "test", "fixtures"),
    suffix: ".native.jsonl",
  },
} as const satisfies Record<
  AgentName,
  { scenarios: Readonly<Record<string, Scenario>>; folder: string; suffix: string }
>;

await main();

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { out: { type: "string" } },
  });
  const [name, ...wanted] = positionals;
  if (name !== "codex" && name !== "claude") return fail(usage);
  const { scenarios, folder, suffix } = recordings[name];
  const unknown = wanted.filter((scenario) => scenarios[scenario] === undefined);
  if (unknown.length > 0) {
    const known = Object.keys(scenarios).join(", ");
    return fail(`no scenario ${unknown.join(", ")} of ${name}; there are ${known}`);
  }
  const agent = await installAgent(name);
  if (!agent.ok) return fail(agent.reason);
  const out = values.out ?? join(packagesFolder, folder);
  await mkdir(out, { recursive: true });
  for (const [scenario, script] of Object.entries(scenarios)) {
    if (wanted.length > 0 && !wanted.includes(scenario)) continue;
    const frames = await recordScenario(agent, script);
    const head = { recording: name, version: agent.version, scenario };
    const lines = [head, ...frames].map((line) => JSON.stringify(line));
    await writeFile(join(out, `${scenario}${suffix}`), `${lines.join("\n")}\n`);
    process.stdout.write(`${name} ${scenario}: ${frames.length} frames\n`);
  }
}

function fail(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
