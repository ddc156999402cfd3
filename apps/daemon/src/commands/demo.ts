import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loginShellEnvironment } from "@fairlead/bridge-core";
import { type Command, Option } from "commander";
import { mockAgents } from "../demo/mock-environment.ts";
import { type Played, play } from "../demo/play.ts";
import { promptOf } from "../demo/script.ts";
import { bridgeOf, bridges } from "../registry.ts";
import { startDaemon } from "../serve/daemon.ts";
import { type Found, findAgents } from "../serve/find-agents.ts";
import { stderrLog } from "../serve/log.ts";
import { tokenOf } from "../serve/private-files.ts";
import { styleOf } from "../terminal/style.ts";
import { table } from "../terminal/table.ts";
import { portOption } from "./options.ts";

interface DemoOptions {
  readonly mock: boolean;
  readonly answer: "yes" | "no";
  readonly killAgent: boolean;
  readonly port: number;
}

/** `fairlead demo`. */
export function addDemo(program: Command): void {
  program
    .command("demo")
    .description("see an agent work through Fairlead; leaves nothing behind")
    .argument("[agents...]", `agents to prompt: ${[...bridges.keys()].join(", ")} (default: demo)`)
    .option("--mock", "run real agents against a scripted model instead of their own", false)
    .addOption(
      new Option("--answer <answer>", "what to answer when the agent asks")
        .choices(["yes", "no"])
        .default("yes"),
    )
    .option("--kill-agent", "kill the agent in the middle of its turn", false)
    .addOption(portOption("port of the WebSocket, 0 = a free one").default(0))
    .addHelpText(
      "after",
      "\nExamples:\n  $ fairlead demo\n  $ fairlead demo claude    (spends tokens of yours)",
    )
    .action(demo);
}

async function demo(agents: readonly string[], options: DemoOptions): Promise<void> {
  const names = agents.length === 0 ? ["demo"] : [...new Set(agents)];
  for (const name of names) await bridgeOf(name);
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  process.on("SIGINT", abort).on("SIGTERM", abort);
  const home = await mkdtemp(join(tmpdir(), "fairlead-demo-"));
  try {
    const ok = await demoIn(home, names, options, stop.signal);
    if (!ok) process.exitCode = 1;
  } finally {
    await rm(home, { recursive: true, force: true, maxRetries: 3 });
    process.off("SIGINT", abort).off("SIGTERM", abort);
  }
}

async function demoIn(
  home: string,
  names: readonly string[],
  options: DemoOptions,
  signal: AbortSignal,
): Promise<boolean> {
  const write = (text: string): void => void process.stdout.write(text);
  const log = stderrLog(false);
  const shell = loginShellEnvironment({ log });
  await using mocked = options.mock ? await mockAgents(names, home, shell) : null;
  const environment = mocked?.environment ?? shell;
  const places = { data: join(home, "data"), sockets: join(home, "run") };
  const [first = "demo"] = names;
  await using daemon = await startDaemon({
    places,
    defaultCwd: home,
    port: options.port,
    defaultAgent: first,
    environment,
    log,
  });
  const token = await tokenOf(daemon.tokenFile);
  const found = await findAgents(environment, log);
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

function report(found: readonly Found[], played: ReadonlyMap<string, Played>): string {
  const rows = found.map(({ name, status }) => {
    const turn = played.get(name);
    const idle = status.available
      ? name === "demo"
        ? "not prompted"
        : `not prompted (try: demo ${name})`
      : status.reason.replaceAll("-", " ");
    const firstDelta = turn?.firstDeltaMs == null ? "-" : `${Math.round(turn.firstDeltaMs)} ms`;
    const version = status.available ? (status.version ?? "unknown") : "-";
    const isFound = status.available ? "yes" : "no";
    return [name, isFound, version, turn?.outcome ?? idle, firstDelta];
  });
  return table([["AGENT", "FOUND", "VERSION", "OUTCOME", "FIRST DELTA"], ...rows]);
}
