import { mkdir, mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loginShellEnvironment } from "@fairlead/bridge-core";
import { mockAgents } from "./mock-environment.ts";
import { type Played, play } from "./play.ts";
import { promptOf } from "./script.ts";
import { type AgentReport, describeAgents, worthTelling } from "../agents/describe.ts";
import { firstFile } from "../config/first-file.ts";
import type { HostConfig } from "../config/host-config.ts";
import { ownPathSource, pathsOf } from "../config/paths.ts";
import { readConfig } from "../config/read.ts";
import { agentNames, threadAgentNames, unknownAgent } from "../registry.ts";
import { startDaemon } from "../serve/daemon.ts";
import { removePlaces } from "../serve/own-daemon.ts";
import { readOptions } from "../serve/start-config.ts";
import { Logger } from "../logging/logger.ts";
import { styleOf } from "../terminal/style.ts";
import { table } from "../terminal/table.ts";

import type { DemoOptions } from "../commands/demo.ts";

/** Plays the demo with each agent named; exit code 1 when one of them failed. */
export async function demo(agents: readonly string[], options: DemoOptions): Promise<void> {
  const names = agents.length === 0 ? ["demo"] : [...new Set(agents)];
  const unknown = names.find((name) => !threadAgentNames.includes(name));
  if (unknown !== undefined) throw new Error(unknownAgent(unknown, threadAgentNames));
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  process.on("SIGINT", abort).on("SIGTERM", abort);
  const home = await mkdtemp(join(tmpdir(), "fairlead-demo-"));
  try {
    const ok = await demoIn(home, names, options, stop.signal);
    if (!ok) process.exitCode = 1;
  } finally {
    await removePlaces(pathsOf(ownPathSource(join(home, "fairlead"))), home);
    process.off("SIGINT", abort).off("SIGTERM", abort);
  }
}

async function demoIn(
  home: string,
  names: readonly string[],
  options: DemoOptions,
  signal: AbortSignal,
): Promise<boolean> {
  const config = demoConfig(home);
  const write = (text: string): void => void process.stdout.write(text);
  using logger = new Logger({ file: null, settings: config.log, mirror: process.stderr });
  const log = logger.component("demo");
  const shell = loginShellEnvironment({ log });
  await using mocked = options.mock ? await mockAgents(names, home, shell) : null;
  const environment = mocked?.environment ?? shell;
  const paths = pathsOf(ownPathSource(join(home, "fairlead")));
  await using daemon = await startDaemon({
    paths,
    config,
    overrides: { port: options.port },
    isReachable: true,
    environment,
    writeToken: async () => {},
    watcher: { gateway: {}, device: () => {} },
    operations: async () => null,
    log,
  });
  const token = (await readFile(daemon.operator.file, "utf8")).trim();
  const { told: found } = worthTelling(await describeAgents(daemon.agents));
  const played = new Map<string, Played>();
  for (const name of names) {
    const cwd = join(home, name);
    await mkdir(cwd);
    const url = `${daemon.webSocketUrl ?? ""}/agents/${name}`;
    write(`A daemon in a temporary home; a client at /agents/${name} of its WebSocket:\n\n`);
    const wording = name === "demo" ? "demo" : options.mock ? "mock" : "real";
    const prompt = promptOf(wording, options.killAgent);
    const style = styleOf(process.stdout);
    const { answer } = options;
    played.set(name, await play({ url, token, cwd, prompt, answer, write, style, signal }));
    write("\n");
  }
  write(report(found, played));
  return [...played.values()].every(({ ok }) => ok);
}

/** As at a first start, but for this machine only. */
function demoConfig(home: string): HostConfig {
  const reading = readConfig(firstFile(agentNames), readOptions);
  if (!reading.ok) throw new Error("the defaults of host.toml are wrong");
  const { config } = reading;
  return { ...config, cwd: home, alleycat: { ...config.alleycat, enabled: false } };
}

function report(found: readonly AgentReport[], played: ReadonlyMap<string, Played>): string {
  const rows = found.map(({ name, available, missing, version }) => {
    const turn = played.get(name);
    const notPrompted = name === "demo" ? "not prompted" : `not prompted (try: demo ${name})`;
    const idle = missing === null ? notPrompted : missing.replaceAll("-", " ");
    const firstDelta = turn?.firstDeltaMs == null ? "-" : `${Math.round(turn.firstDeltaMs)} ms`;
    const isFound = available ? "yes" : "no";
    const shown = available ? (version ?? "unknown") : "-";
    return [name, isFound, shown, turn?.outcome ?? idle, firstDelta];
  });
  return table([["AGENT", "FOUND", "VERSION", "OUTCOME", "FIRST DELTA"], ...rows]);
}
