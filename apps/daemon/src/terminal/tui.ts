import { spawn } from "node:child_process";
import { once } from "node:events";
import { isErrno } from "../config/private-files.ts";
import { reachAgent } from "../serve/reach-agent.ts";

/** Runs the codex TUI on an agent; its exit code is that of codex. */
export async function tui(
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
        "or use our own client: `fairlead chat`",
      { cause: error },
    );
  } finally {
    process.off("SIGINT", ignore);
  }
}
