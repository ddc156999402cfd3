import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { defaultPolicy, loginShellEnvironment, messageOf } from "@fairlead/bridge-core";
import { type Command, Option } from "commander";
import { bridges } from "../registry.ts";
import { type Daemon, agentSocket, startDaemon } from "../serve/daemon.ts";
import { type Found, bestOf, findAgents } from "../serve/find-agents.ts";
import { stderrLog } from "../serve/log.ts";
import { type Places, placesOf } from "../serve/places.ts";
import { table } from "../terminal/table.ts";
import { approvalLimitOption, dataDirOption, portOption } from "./options.ts";
import { untilStopped } from "./until-stopped.ts";

interface ServeOptions {
  readonly port: number;
  readonly dataDir?: string;
  readonly agentDefault?: string;
  readonly cwd: string;
  readonly approvals: "ask" | "auto";
  readonly sandbox: "read-only" | "workspace-write" | "danger-full-access";
  /** In minutes. */
  readonly approvalLimit?: number;
  readonly verbose: boolean;
}

/** `fairlead serve`. */
export function addServe(program: Command): void {
  program
    .command("serve")
    .description("serve every agent of this machine to codex clients until Ctrl-C")
    .addOption(portOption("port of the WebSocket on 127.0.0.1, 0 = a free one").default(4517))
    .addOption(dataDirOption())
    .addOption(
      new Option(
        "--agent-default <name>",
        "agent of WebSocket clients that name none in the path",
      ).choices([...bridges.keys()]),
    )
    .option("--cwd <folder>", "folder of threads whose client names none", process.cwd())
    .addOption(
      new Option(
        "--approvals <most>",
        "ask = agents always ask before what needs leave; auto = clients may switch that off",
      )
        .choices(["ask", "auto"])
        .default(defaultPolicy.approvals),
    )
    .addOption(
      new Option("--sandbox <most>", "the most an agent may be given when a client asks for it")
        .choices(["read-only", "workspace-write", "danger-full-access"])
        .default(defaultPolicy.sandbox),
    )
    .addOption(approvalLimitOption())
    .option("--verbose", "log more than warnings", false)
    .addHelpText(
      "after",
      `
A client that asks for more than --approvals or --sandbox allow gets that most, and a warning.
They bind the agents; what a client runs itself (command/exec) has your own rights.

Example:
  $ fairlead serve --port 4517 --cwd ~/project`,
    )
    .action(serve);
}

async function serve(options: ServeOptions): Promise<void> {
  const { approvals, sandbox, approvalLimit } = options;
  const defaultCwd = resolve(options.cwd);
  await requireFolder("--cwd", defaultCwd);
  const places = placesOf(options.dataDir);
  const log = stderrLog(options.verbose);
  const environment = loginShellEnvironment({ log });
  const found = await findAgents(environment, log);
  const defaultAgent = options.agentDefault ?? bestOf(found);
  await using daemon = await startDaemon({
    places,
    defaultCwd,
    port: options.port,
    defaultAgent,
    policy: { approvals, sandbox },
    ...(approvalLimit !== undefined && { approvalLimitMs: approvalLimit * 60_000 }),
    environment,
    log,
  });
  const stopped = untilStopped();
  process.stdout.write(greeting(daemon, places, found, defaultAgent));
  await stopped;
  process.stderr.write("Stopping.\n");
}

async function requireFolder(flag: string, folder: string): Promise<void> {
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    (error: unknown) => {
      throw new Error(`${flag} ${folder}: ${messageOf(error)}`, { cause: error });
    },
  );
  if (!isFolder) throw new Error(`${flag} ${folder}: it is no folder`);
}

function greeting(
  daemon: Daemon,
  places: Places,
  found: readonly Found[],
  defaultAgent: string,
): string {
  const rows = found.map(({ name, status }) => [
    name,
    status.available ? (status.version ?? "found") : status.reason,
    `unix://${agentSocket(places, name)}`,
  ]);
  return `Fairlead is listening.

${table([["AGENT", "FOUND", "SOCKET"], ...rows])}
WebSocket   ${daemon.webSocketUrl}/agents/NAME (without a path: ${defaultAgent})
Token       in ${daemon.tokenFile}, sent as \`Authorization: Bearer TOKEN\`

Now, in another terminal:
  fairlead chat ${defaultAgent}
  fairlead tui ${defaultAgent}

Stop with Ctrl-C.
`;
}
