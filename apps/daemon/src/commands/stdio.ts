import { type Command, Option } from "commander";
import { agentNames, oneOf, threadAgentNames } from "../registry.ts";
import { dataDirOption } from "./options.ts";

/** `fairlead stdio [AGENT]`, and `fairlead app-server` for programs that start `codex app-server`. */
export function addStdio(program: Command): void {
  program
    .command("stdio")
    .description("speak the codex protocol on stdin and stdout, one JSON per line")
    .argument("[agent]", `${agentNames.join(", ")} (default: all of them)`)
    .addOption(dataDirOption())
    .addHelpText("after", "\nExample:\n  $ fairlead stdio claude")
    .action(async (agent: string | undefined, { dataDir }: { readonly dataDir?: string }) => {
      const { stdio } = await import("../serve/stdio.ts");
      await stdio(agent, dataDir);
    });
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
    throw new Error(`set FAIRLEAD_AGENT to the agent to use: ${oneOf(threadAgentNames)}`);
  }
  if (args.length > 0) {
    process.stderr.write(`fairlead app-server: ignored, as codex's own: ${args.join(" ")}\n`);
  }
  const { stdio } = await import("../serve/stdio.ts");
  await stdio(agent, options.dataDir);
}
