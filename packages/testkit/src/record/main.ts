import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { installAgent } from "../agents/install-agent.ts";
import { recordBridge, recordedAgentNames } from "./bridge/record-bridge.ts";
import { agentRecordings, committedRecording, recordingOf } from "./agent-recordings.ts";
import { checkRecordings } from "./check-recordings.ts";

const usage = `usage: pnpm record codex|claude [NAME…] [--out FOLDER]
       pnpm record codex [NAME…] --check
       pnpm record ${recordedAgentNames.filter((name) => name !== "claude").join("|")} [BEAT…] [--out FOLDER]
       pnpm record bridge claude [BEAT…] [--out FOLDER]`;

await main();

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { out: { type: "string" }, check: { type: "boolean" } },
  });
  const [agentName, ...wanted] = positionals;
  // Codex and Claude are also recorded without a bridge; what is recorded of the others is beats.
  const [bridge, ...beats] = agentName === "bridge" ? wanted : positionals;
  if (bridge !== undefined && agentName !== "codex" && agentName !== "claude") {
    if (values.check === true || !recordedAgentNames.includes(bridge)) return fail(usage);
    const problem = await recordBridge(bridge, beats, values.out);
    return problem === null ? undefined : fail(problem);
  }
  if (agentName !== "codex" && agentName !== "claude") return fail(usage);
  // Only frames of the codex wire have skeletons.
  if (values.check === true && agentName !== "codex") return fail(usage);
  const recordings = agentRecordings[agentName];
  const { scripts, folder, suffix } = recordings;
  const unknown = wanted.filter((name) => scripts[name] === undefined);
  if (unknown.length > 0) {
    const known = Object.keys(scripts).join(", ");
    return fail(`no scenario ${unknown.join(", ")} of ${agentName}; there are ${known}`);
  }
  const agent = await installAgent(agentName);
  if (!agent.ok) return fail(agent.reason);
  const chosen = Object.entries(scripts).filter(
    ([name]) => wanted.length === 0 || wanted.includes(name),
  );
  if (values.check === true) {
    const checked = chosen.map(async ([name, script]) => ({
      name,
      record: () => recordingOf(agent, name, script),
      committed: await committedRecording(recordings, name),
    }));
    const tell = (line: string): boolean => process.stdout.write(`${line}\n`);
    if (!(await checkRecordings(await Promise.all(checked), tell))) process.exitCode = 1;
    return;
  }
  const out = values.out ?? folder;
  await mkdir(out, { recursive: true });
  for (const [name, script] of chosen) {
    const text = await recordingOf(agent, name, script);
    await writeFile(join(out, `${name}${suffix}`), text);
    process.stdout.write(`${agentName} ${name}: ${text.split("\n").length - 2} lines\n`);
  }
}

function fail(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
