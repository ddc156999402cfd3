import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { scenarios } from "@fairlead/conformance/scenarios";
import type { InstalledAgent } from "../agents/install-agent.ts";
import { agentVersion } from "../agents/install-agent.ts";
import { claudeScenarios } from "./claude-scenarios.ts";
import type { LogEntry } from "./frame-log.ts";
import type { Script, ScriptedAgent } from "./record-script.ts";
import { recordScript } from "./record-script.ts";

const packagesFolder = fileURLToPath(new URL("../../..", import.meta.url));

/** What is recorded of an agent, and where it is kept. */
export interface AgentRecordings {
  readonly scripts: Readonly<Record<string, Script>>;
  /** Absolute. */
  readonly folder: string;
  /** What follows a script's name in the name of its file. */
  readonly suffix: string;
}

/** Everything that is recorded, by agent. */
export const agentRecordings: Readonly<Record<ScriptedAgent, AgentRecordings>> = {
  codex: {
    scripts: Object.fromEntries(scenarios.map((scenario) => [scenario.id, scenario])),
    folder: join(packagesFolder, "conformance", "transcripts", `codex-${agentVersion("codex")}`),
    suffix: ".jsonl",
  },
  claude: {
    scripts: claudeScenarios,
    folder: join(packagesFolder, "bridge-claude", "test", "fixtures"),
    suffix: ".native.jsonl",
  },
};

/** Records a script and returns the text of its file. Rejects as `recordScript` does. */
export async function recordingOf(
  agent: Extract<InstalledAgent<ScriptedAgent>, { ok: true }>,
  name: string,
  script: Script,
): Promise<string> {
  const entries = await recordScript(agent, script);
  const head = { recording: agent.name, version: agent.version, scenario: name };
  return `${[head, ...entries.map(lineOf)].map((line) => JSON.stringify(line)).join("\n")}\n`;
}

/** The committed recording; undefined when there is none. */
export async function committedRecording(
  { folder, suffix }: AgentRecordings,
  name: string,
): Promise<string | undefined> {
  return await readFile(join(folder, `${name}${suffix}`), "utf8").catch(() => undefined);
}

/** Connection `a` goes without saying. */
function lineOf(entry: LogEntry): object {
  if (entry.client !== "a" || "event" in entry) return entry;
  const { dir, frame } = entry;
  return { dir, frame };
}
