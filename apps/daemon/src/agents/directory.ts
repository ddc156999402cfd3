import { join } from "node:path";
import type { EnvironmentResolver, ProcessGroups } from "@fairlead/bridge-core";
import type { AgentConfig, HostConfig } from "../config/host-config.ts";
import { bridges, codexName } from "../registry.ts";
import type { Log } from "../serve/log.ts";
import type { AgentDirectory, AgentEntry } from "./agent-entry.ts";
import { BridgeAgent } from "./bridge-agent.ts";

/** What the agents of a daemon share. */
export interface DirectoryOptions {
  /** Folder of all threads. Null = in memory. */
  readonly dataDir: string | null;
  readonly stateDir: string;
  readonly defaultCwd: string;
  readonly environment: EnvironmentResolver;
  readonly groups: () => Promise<ProcessGroups>;
  readonly log: Log;
}

type OwnedEntry = AgentEntry & AsyncDisposable;

/** The agents that the configuration switches on. */
export class ConfiguredAgents implements AgentDirectory, AsyncDisposable {
  readonly #options: DirectoryOptions;
  readonly #entries = new Map<string, { readonly made: string; readonly entry: OwnedEntry }>();
  #names: readonly string[] = [];

  constructor(config: HostConfig, options: DirectoryOptions) {
    this.#options = options;
    this.#fill(config);
  }

  get names(): readonly string[] {
    return this.#names;
  }

  find(name: string): AgentEntry | undefined {
    const own = this.#entries.get(name);
    if (own !== undefined) return own.entry;
    for (const { entry } of this.#entries.values()) {
      if (entry.aliases.includes(name)) return entry;
    }
    return undefined;
  }

  /** Follows a changed configuration: an agent whose settings changed ends, and starts when used. */
  async configure(config: HostConfig): Promise<void> {
    const gone = this.#fill(config);
    await Promise.all(gone.map((entry) => entry[Symbol.asyncDispose]()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    await Promise.all(entries.map(({ entry }) => entry[Symbol.asyncDispose]()));
  }

  /** Gives back the agents that are switched off or must start anew. */
  #fill(config: HostConfig): readonly OwnedEntry[] {
    const wanted = new Map(
      config.agents.filter(({ enabled }) => enabled).map((agent) => [agent.name, agent] as const),
    );
    this.#names = [...wanted.keys()];
    const gone: OwnedEntry[] = [];
    for (const [name, { made, entry }] of this.#entries) {
      const agent = wanted.get(name);
      if (agent !== undefined && printOf(agent, config) === made) continue;
      this.#entries.delete(name);
      gone.push(entry);
    }
    for (const [name, agent] of wanted) {
      if (this.#entries.has(name)) continue;
      const entry = this.#make(agent, config);
      this.#entries.set(name, { made: printOf(agent, config), entry });
    }
    return gone;
  }

  #make(agent: AgentConfig, config: HostConfig): OwnedEntry {
    const { dataDir, stateDir, environment, groups, log, defaultCwd } = this.#options;
    const { name, bin, env } = agent;
    const policy = {
      approvals: agent.approvals ?? config.policy.approvals,
      sandbox: agent.sandbox ?? config.policy.sandbox,
      roots: agent.roots ?? config.policy.roots,
    };
    if (agent.agent === codexName) {
      return codexEntry({ name, environment, groups, stateDir, bin, env, policy, log });
    }
    const bridge = bridges.get(agent.agent);
    if (bridge === undefined) throw new Error(`no bridge is known for the agent ${agent.agent}`);
    const { approvalLimitMs } = config.policy;
    const { maxAgents, agentIdleMs: idleMs } = config.limits;
    return new BridgeAgent({
      name,
      bridge,
      dataDir: dataDir === null ? null : folderOf(dataDir, name),
      defaultCwd,
      environment,
      bin,
      env,
      policy,
      approvalLimitMs,
      groups,
      maxAgents,
      idleMs,
      log,
    });
  }
}

/** Instances must not share the threads of their agent. */
function folderOf(dataDir: string, name: string): string {
  return name.includes(".") ? join(dataDir, name) : dataDir;
}

/** Equal = nothing about the agent has changed. */
function printOf(agent: AgentConfig, { policy, limits }: HostConfig): string {
  return JSON.stringify([agent, policy, limits]);
}
