import { type Command, Option } from "commander";
import { threadAgentNames } from "../registry.ts";
import { approvalLimitOption, dataDirOption, portOption } from "./options.ts";

/** What `fairlead serve` was called with; what is absent is as `host.toml` says. */
export interface ServeOptions {
  readonly port?: number;
  readonly dataDir?: string;
  readonly agentDefault?: string;
  readonly cwd?: string;
  readonly approvals?: "ask" | "auto";
  readonly sandbox?: "read-only" | "workspace-write" | "danger-full-access";
  /** In minutes. */
  readonly approvalLimit?: number;
  /** False with `--no-alleycat`. */
  readonly alleycat: boolean;
  readonly verbose: boolean;
}

/** `fairlead serve`. */
export function addServe(program: Command): void {
  program
    .command("serve")
    .description("run the daemon in this terminal until Ctrl-C")
    .addOption(portOption("port of the WebSocket, 0 = a free one; taken = no start"))
    .addOption(dataDirOption())
    .addOption(
      new Option("--agent-default <name>", "agent of clients that name none").choices(
        threadAgentNames,
      ),
    )
    .option("--cwd <folder>", "folder of threads whose client names none (default: your home)")
    .addOption(
      new Option(
        "--approvals <most>",
        "ask = agents always ask before what needs leave; auto = clients may switch that off",
      ).choices(["ask", "auto"]),
    )
    .addOption(
      new Option(
        "--sandbox <most>",
        "the most an agent may be given when a client asks for it",
      ).choices(["read-only", "workspace-write", "danger-full-access"]),
    )
    .addOption(approvalLimitOption())
    .option("--no-alleycat", "listen on this machine only, whatever host.toml says")
    .option("--verbose", "log more than warnings", false)
    .addHelpText(
      "after",
      `
Options stand above host.toml (\`fairlead config path\`), which is made at the first start.
A client that asks for more than --approvals or --sandbox allow gets that most, and a warning.
They bind the agents; what a client runs itself (command/exec) has your own rights.
A second Ctrl-C does not wait for running turns.

Exit code 78: host.toml is wrong.

Example:
  $ fairlead serve --port 4517 --cwd ~/project`,
    )
    .action(async (options: ServeOptions) => {
      const { serve } = await import("../serve/serve.ts");
      await serve(options);
    });
}
