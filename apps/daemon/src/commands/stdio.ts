import { join } from "node:path";
import {
  type BridgeFactory,
  type FrameTransport,
  createAgentServer,
  loginShellEnvironment,
  stdioTransport,
} from "@fairlead/bridge-core";
import { connectWebSocket } from "@fairlead/bridge-core/peer";
import { type Command, Option } from "commander";
import { bridgeOf, bridges } from "../registry.ts";
import { daemonSocket } from "../serve/daemon.ts";
import { stderrLog } from "../serve/log.ts";
import { occupantOf, occupy } from "../serve/occupancy.ts";
import { placesOf } from "../serve/places.ts";
import { privateFolder } from "../serve/private-files.ts";
import { relay } from "../serve/relay.ts";
import { dataDirOption } from "./options.ts";

/** `fairlead stdio AGENT`, and `fairlead app-server` for programs that start `codex app-server`. */
export function addStdio(program: Command): void {
  program
    .command("stdio")
    .description("speak the codex protocol on stdin and stdout, one JSON per line")
    .argument("<agent>", [...bridges.keys()].join(", "))
    .addOption(dataDirOption())
    .addHelpText("after", "\nExample:\n  $ fairlead stdio claude")
    .action((agent: string, { dataDir }: { readonly dataDir?: string }) => stdio(agent, dataDir));
  program
    .command("app-server")
    .description("the same under codex's own name; the agent is taken from FAIRLEAD_AGENT")
    .addOption(new Option("--listen <url>", "only stdio://").default("stdio://"))
    .addOption(dataDirOption())
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText("after", "\nExample:\n  $ FAIRLEAD_AGENT=claude fairlead app-server")
    .action(appServer);
}

async function appServer(
  options: { readonly listen: string; readonly dataDir?: string },
  { args }: Command,
): Promise<void> {
  if (options.listen !== "stdio://") {
    throw new Error(`--listen ${options.listen} is not served here: use \`fairlead serve\``);
  }
  const agent = process.env["FAIRLEAD_AGENT"];
  if (agent === undefined || agent === "") {
    throw new Error(`set FAIRLEAD_AGENT to the agent to use: ${[...bridges.keys()].join(" or ")}`);
  }
  if (args.length > 0) {
    process.stderr.write(`fairlead app-server: ignored, as codex's own: ${args.join(" ")}\n`);
  }
  await stdio(agent, options.dataDir);
}

async function stdio(agent: string, dataDir: string | undefined): Promise<void> {
  const bridge = await bridgeOf(agent);
  const places = placesOf(dataDir);
  const transport = stdioTransport({ input: process.stdin, output: process.stdout });
  const running = (await occupantOf(daemonSocket(places)))?.sockets[agent];
  if (running !== undefined) {
    await relay(transport, await connectWebSocket(`unix://${running}`));
    return;
  }
  await privateFolder(places.data);
  await privateFolder(places.sockets);
  const claim = await occupy(daemonSocket(places), { pid: process.pid, sockets: {} });
  await using _claim = claim;
  if (claim === null) {
    process.stderr.write(`${places.data} is in use: the threads of this session are not kept\n`);
  }
  await serveOne(transport, bridge, claim === null ? null : join(places.data, "agents"));
}

async function serveOne(
  transport: FrameTransport,
  bridge: BridgeFactory,
  dataDir: string | null,
): Promise<void> {
  const log = stderrLog(false);
  const environment = loginShellEnvironment({ log });
  const defaultCwd = process.cwd();
  await using server = createAgentServer({ bridge, dataDir, defaultCwd, environment, log });
  await server.attach(transport).closed;
}
