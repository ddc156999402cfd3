import type { EnvironmentResolver, OperatorPolicy, ProcessGroups } from "@fairlead/bridge-core";
import type { AgentEntry } from "../agents/agent-entry.ts";
import { StatusCache } from "../agents/status-cache.ts";
import type { Log } from "../serve/log.ts";
import type { ShellAgent } from "./shell-agent.ts";

/** What terminals are opened with. */
export interface ShellEntryOptions {
  /** `shell`, or `shell.work` for a second instance. Default `shell`. */
  readonly name?: string;
  /** Launch environment of the user. */
  readonly environment: EnvironmentResolver;
  readonly groups: () => Promise<ProcessGroups>;
  /** Shell of terminals whose client names none; null = the user's own. */
  readonly bin: string | null;
  /** Added to the environment of the shell. */
  readonly env: Readonly<Record<string, string>>;
  /** Folder of terminals whose client names none. Absolute; null = the home of the user. */
  readonly defaultCwd: string | null;
  /** Read-only = there are no terminals; roots = where they may begin. */
  readonly policy: Pick<OperatorPolicy, "sandbox" | "roots">;
  readonly log: Log;
}

/**
 * Terminals of this machine, for clients that draw one. Whoever may drive agents types into a shell of
 * the user, which no approval and no sandbox holds: to be made only where the operator said so.
 * Nothing is loaded before it is asked for. Dispose ends every terminal.
 */
export function shellEntry(options: ShellEntryOptions): AgentEntry & AsyncDisposable {
  const { name = "shell" } = options;
  const instance = name.split(".")[1];
  let agent: Promise<ShellAgent> | null = null;
  const loaded = (): Promise<ShellAgent> => {
    agent ??= import("./shell-agent.ts").then((module) => new module.ShellAgent(options));
    return agent;
  };
  const status = new StatusCache(async () => (await loaded()).status());
  return {
    name,
    displayName: instance === undefined ? "Terminal" : `Terminal (${instance})`,
    aliases: instance === undefined ? ["terminal"] : [],
    threadPermissions: false,
    isTerminal: true,
    status: () => status.get(),
    program: async () => (await loaded()).program(),
    connect: async ({ signal }) => (await loaded()).connect(signal),
    async restart() {
      status.forget();
      await (await agent)?.restart();
    },
    async [Symbol.asyncDispose]() {
      await (await loaded())[Symbol.asyncDispose]();
    },
  };
}
