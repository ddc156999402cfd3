import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { BridgeFactory } from "@fairlead/bridge-core";
import { features, type Scenario, scenarios } from "@fairlead/conformance/scenarios";
import { agentVersion, installAgent } from "../../agents/install-agent.ts";
import type { JsonObject } from "../../json.ts";
import { isObject, objectOf } from "../../json.ts";
import { recordedAcp } from "./acp.ts";
import { recordedClaude } from "./claude.ts";
import { recordedDroid } from "./droid.ts";
import { recordedHermes } from "./hermes.ts";
import { recordedOpenCode } from "./opencode.ts";
import { beatsIn, openingIn } from "./native-beats.ts";
import { recordedPi } from "./pi.ts";
import { playLive } from "./play-live.ts";
import type { RecordedAgent } from "./recorded-agent.ts";

/** The agents whose bridges can be recorded beneath. */
const recordedAgents = {
  acp: recordedAcp,
  claude: recordedClaude,
  droid: recordedDroid,
  hermes: recordedHermes,
  opencode: recordedOpenCode,
  pi: recordedPi,
} as const;

/** The names of these agents. */
export const recordedAgentNames: readonly string[] = Object.keys(recordedAgents);

const packagesFolder = fileURLToPath(new URL("../../../..", import.meta.url));

/**
 * Plays every scenario the bridge offers, or those that play the named beats, on the bridge with its
 * real agent, and writes down the beats: the bridge's conformance fixtures. Resolves with what to
 * tell when that is not possible, else null.
 *
 * @param names Beats; `open` is how the agent starts. Default: all.
 */
export async function recordBridge(
  name: string,
  names: readonly string[],
  out: string | undefined,
): Promise<string | null> {
  if (!isRecorded(name)) {
    return `no bridge ${name} can be recorded; there are ${recordedAgentNames.join(", ")}`;
  }
  const agent: RecordedAgent = recordedAgents[name];
  // The bridge to every agent of a protocol is recorded with one of them.
  const program = name === "acp" ? "claude-agent-acp" : name;
  const installed = await installAgent(program);
  if (!installed.ok) return installed.reason;
  const folder = join(packagesFolder, `bridge-${name}`);
  const fixtures = join(folder, "test", "conformance");
  const manifest = objectOf(JSON.parse(await readFile(join(fixtures, "manifest.json"), "utf8")));
  const live = {
    agent,
    asides: objectOf(manifest["asides"]),
    factory: await factoryIn(join(folder, agent.module ?? join("src", "index.ts"))),
    command: installed.command,
  };
  const offered = offeredScenarios(objectOf(manifest["features"]));
  const wanted = (beat: string): boolean => names.length === 0 || names.includes(beat);
  await mkdir(out ?? fixtures, { recursive: true });
  const written = new Set<string>();
  const write = async (beat: string, lines: readonly object[]): Promise<void> => {
    written.add(beat);
    const head = { fixture: beat, agent: name, version: agentVersion(program) };
    const loose = agent.loose(beat);
    const all = [loose.length === 0 ? head : { ...head, loose }, ...lines];
    const text = all.map((line) => `${JSON.stringify(line)}\n`).join("");
    await writeFile(join(out ?? fixtures, `${beat}.jsonl`), text);
    process.stdout.write(`${name} ${beat}: ${lines.length} lines, ${text.length} bytes\n`);
  };
  if (wanted("open")) await write("open", openingIn(await playLive(live, agent.opening), agent));
  for (const scenario of offered) {
    const missing = beatsOf(scenario).filter((beat) => wanted(beat) && !written.has(beat));
    if (missing.length === 0) continue;
    const problem = (error: unknown): null => {
      process.stdout.write(`${name} ${scenario.id}: ${String(error)}\n`);
      process.exitCode = 1;
      return null;
    };
    const recording = await playLive(live, scenario).catch(problem);
    for (const { name: beat, lines } of recording === null ? [] : beatsIn(recording, agent)) {
      if (missing.includes(beat) && !written.has(beat)) await write(beat, lines);
    }
  }
  const never = names.filter((beat) => !written.has(beat));
  return never.length === 0 ? null : `never recorded: ${never.join(", ")}`;
}

function isRecorded(name: string): name is keyof typeof recordedAgents {
  return Object.hasOwn(recordedAgents, name);
}

function beatsOf({ steps }: Scenario): readonly string[] {
  return steps.flatMap((step) => (step.type === "request" ? (step.beat ?? []) : []));
}

function offeredScenarios(claims: JsonObject): readonly Scenario[] {
  const claimed = features.filter((feature) => claims[feature] === true);
  return scenarios.filter(({ needs }) => needs.every((feature) => claimed.includes(feature)));
}

async function factoryIn(path: string): Promise<BridgeFactory> {
  const loaded: unknown = await import(pathToFileURL(path).href);
  const factory = isObject(loaded) ? loaded["default"] : undefined;
  if (isFactory(factory)) return factory;
  throw new Error(`the default export of ${path} is no bridge`);
}

function isFactory(value: unknown): value is BridgeFactory {
  return typeof value === "function";
}
