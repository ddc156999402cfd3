import type { EnvironmentResolver, OperatorPolicy, ProcessGroups } from "@fairlead/bridge-core";
import type { AgentEntry } from "../agents/agent-entry.ts";
import { StatusCache } from "../agents/status-cache.ts";
import type { Log } from "../serve/log.ts";
import type { CodexAgent } from "./codex-agent.ts";

/** What codex is reached with. */
export interface CodexEntryOptions {
  /** `codex`, or `codex.work` for a second instance. Default `codex`. */
  readonly name?: string;
  /** Launch environment of the user. */
  readonly environment: EnvironmentResolver;
  readonly groups: () => Promise<ProcessGroups>;
  /** Private folder for the sockets of app-servers. Absolute; made when missing. */
  readonly stateDir: string;
  /** Program to use in place of the newest codex found: a name, or an absolute path. */
  readonly bin: string | null;
  /** Added to the environment of codex. */
  readonly env: Readonly<Record<string, string>>;
  /** The most that a thread opened through it may do. */
  readonly policy: OperatorPolicy;
  readonly log: Log;
  /** Milliseconds of a clock that only goes forward. Default: that of this process. */
  readonly now?: () => number;
}

/**
 * Codex itself, proxied: clients speak with a real `codex app-server`, within the operator's ceiling.
 * Nothing is loaded or started before it is asked for. Dispose ends what it started.
 */
export function codexEntry(options: CodexEntryOptions): AgentEntry & AsyncDisposable {
  const { name = "codex" } = options;
  const instance = name.split(".")[1];
  let agent: Promise<CodexAgent> | null = null;
  const loaded = (): Promise<CodexAgent> => {
    agent ??= import("./codex-agent.ts").then(
      (module) => new module.CodexAgent({ ...options, name }),
    );
    return agent;
  };
  const status = new StatusCache(async (signal) => (await loaded()).status(signal));
  return {
    name,
    displayName: instance === undefined ? "Codex" : `Codex (${instance})`,
    aliases: [],
    threadPermissions: true,
    status: () => status.get(),
    program: async () => (await loaded()).program(),
    connect: async ({ signal }) => (await loaded()).connect(signal),
    async restart() {
      status.forget();
      await (await loaded()).restart();
    },
    async [Symbol.asyncDispose]() {
      await (await agent)?.[Symbol.asyncDispose]();
    },
  };
}
