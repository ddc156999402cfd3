import { resolve } from "node:path";
import { defaultPolicy, loginShellEnvironment } from "@fairlead/bridge-core";
import { type Command, Option } from "commander";
import { bridges } from "../registry.ts";
import { type Daemon, agentSocket, startDaemon } from "../serve/daemon.ts";
import { type Found, bestOf, findAgents } from "../serve/find-agents.ts";
import { stderrLog } from "../serve/log.ts";
import { type Places, placesOf } from "../serve/places.ts";
import { table } from "../terminal/table.ts";
import { dataDirOption, portOption } from "./options.ts";
import { untilStopped } from "./until-stopped.ts";

interface ServeOptions {
  readonly port: number;
  readonly dataDir?: string;
  readonly agentDefault?: string;
  readonly cwd: string;
  readonly approvals: "ask" | "auto";
  readonly sandbox: "read-only" | "workspace-write" | "danger-full-access";
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
      new Option("--approvals <most>", "auto = clients may switch approvals off")
        .choices(["ask", "auto"])
        .default(defaultPolicy.approvals),
    )
    .addOption(
      new Option("--sandbox <most>", "the most a client may ask for")
        .choices(["read-only", "workspace-write", "danger-full-access"])
        .default(defaultPolicy.sandbox),
    )
    .option("--verbose", "log more than warnings", false)
    .addHelpText("after", "\nExample:\n  $ fairlead serve --port 4517 --cwd ~/project")
    .action(serve);
}

async function serve(options: ServeOptions): Promise<void> {
  const { approvals, sandbox } = options;
  const places = placesOf(options.dataDir);
  const log = stderrLog(options.verbose);
  const environment = loginShellEnvironment({ log });
  const found = await findAgents(environment, log);
  const defaultAgent = options.agentDefault ?? bestOf(found);
  await using daemon = await startDaemon({
    places,
    defaultCwd: resolve(options.cwd),
    port: options.port,
    defaultAgent,
    policy: { approvals, sandbox },
    environment,
    log,
  });
  const stopped = untilStopped();
  process.stdout.write(greeting(daemon, places, found, defaultAgent));
  await stopped;
  process.stderr.write("Stopping.\n");
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
