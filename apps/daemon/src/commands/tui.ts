import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Command } from "commander";
import { isErrno } from "../serve/private-files.ts";
import { reachAgent } from "../serve/reach-agent.ts";
import { dataDirOption } from "./options.ts";

/** `fairlead tui`. */
export function addTui(program: Command): void {
  program
    .command("tui")
    .description("use an agent through the codex terminal interface, in this folder")
    .argument("[agent]", "default: the best agent found")
    .argument("[codex-options...]", "passed on to codex, after --")
    .addOption(dataDirOption())
    .addHelpText("after", "\nExample:\n  $ cd ~/project && fairlead tui claude")
    .action(tui);
}

async function tui(
  agent: string | undefined,
  codexOptions: readonly string[],
  { dataDir }: { readonly dataDir?: string },
): Promise<void> {
  await using reached = await reachAgent(agent, dataDir);
  const remote = ["--remote", `unix://${reached.socket}`, "--cd", process.cwd()];
  // Ctrl-C in the terminal reaches both processes and is for codex alone.
  const ignore = (): void => {};
  process.on("SIGINT", ignore);
  try {
    const child = spawn("codex", [...remote, ...codexOptions], { stdio: "inherit" });
    const exit: unknown[] = await once(child, "exit");
    process.exitCode = typeof exit[0] === "number" ? exit[0] : 1;
  } catch (error) {
    if (!isErrno(error, "ENOENT")) throw error;
    throw new Error(
      "codex is not installed: run `npm i -g @openai/codex`, " +
        `or use our own client: \`fairlead chat ${reached.name}\``,
      { cause: error },
    );
  } finally {
    process.off("SIGINT", ignore);
  }
}
