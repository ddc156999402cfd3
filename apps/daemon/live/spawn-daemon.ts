import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { LiveContext } from "./context.ts";
import { fairleadCommand } from "./fairlead-command.ts";
import type { LiveDaemon } from "./stage.ts";

/** `fairlead serve` as a program of its own, for scenarios of its sudden death: dispose kills it with SIGKILL. */
export async function spawnDaemon(live: LiveContext, data: string): Promise<LiveDaemon> {
  const [program = "", ...words] = fairleadCommand;
  await mkdir(data, { recursive: true, mode: 0o700 });
  const { config } = live.agent;
  if (config !== undefined) await writeFile(join(data, "host.toml"), config, { mode: 0o600 });
  const child = spawn(
    program,
    [...words, "serve", "--port", "0", "--no-alleycat", "--data-dir", data],
    {
      cwd: live.folder,
      // No login shell, which would put the machine's own PATH in place of this one.
      env: { ...live.stage.environment(live.folder), SHELL: "" },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const closed = once(child, "close");
  const daemon = live.own({
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await closed;
    },
  });
  for await (const line of createInterface(child.stdout)) {
    const address = /ws:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (address === undefined) continue;
    const token = (await readFile(join(data, "state", "operator-token"), "utf8")).trim();
    return { ...daemon, url: `${address}/agents/${live.agent.name}`, token };
  }
  throw new Error("`fairlead serve` ended without an address");
}
