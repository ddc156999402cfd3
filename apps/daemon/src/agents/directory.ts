import { homedir } from "node:os";
import { dirname, join } from "node:path";
import type { EnvironmentResolver, OperatorPolicy, ProcessGroups } from "@fairlead/bridge-core";
import type { AgentConfig, HostConfig } from "../config/host-config.ts";
import type { Paths } from "../config/paths.ts";
import { codexEntry } from "../codex/codex-entry.ts";
import { bridges, codexName, shellName } from "../registry.ts";
import type { Log } from "../serve/log.ts";
import { shellEntry } from "../shell/shell-entry.ts";
import type { AgentDirectory, AgentEntry } from "./agent-entry.ts";
import { BridgeAgent } from "./bridge-agent.ts";
import { configuredAcp } from "./configured-acp.ts";

/** What the agents of a daemon share. */
export interface DirectoryOptions {
  readonly paths: Paths;
  readonly environment: EnvironmentResolver;
  readonly groups: () => Promise<ProcessGroups>;
  readonly log: Log;
}

type OwnedEntry = AgentEntry & AsyncDisposable;

/** The agents that the configuration switches on. */
export class ConfiguredAgents implements AgentDirectory, AsyncDisposable {
  readonly #options: DirectoryOptions;
  readonly #entries = new Map<string, { readonly made: string; readonly entry: OwnedEntry }>();
  #config: HostConfig;
  #names: readonly string[] = [];

  constructor(config: HostConfig, options: DirectoryOptions) {
    this.#options = options;
    this.#config = config;
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
    this.#config = config;
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

  /** The ceiling of an agent. It follows the configuration, so that a lower one holds at once. */
  #policyOf(name: string): OperatorPolicy {
    const own = (): AgentConfig | undefined =>
      this.#config.agents.find((agent) => agent.name === name);
    const general = (): HostConfig["policy"] => this.#config.policy;
    return {
      get approvals() {
        return own()?.approvals ?? general().approvals;
      },
      get sandbox() {
        return own()?.sandbox ?? general().sandbox;
      },
      get roots() {
        return own()?.roots ?? general().roots;
      },
    };
  }

  #make(agent: AgentConfig, config: HostConfig): OwnedEntry {
    const { paths, environment, groups, log } = this.#options;
    const { name, bin, env } = agent;
    const policy = this.#policyOf(name);
    if (agent.agent === codexName) {
      const stateDir = join(paths.state, "codex");
      return codexEntry({ name, environment, groups, stateDir, bin, env, policy, log });
    }
    if (agent.agent === shellName) {
      const { cwd: defaultCwd } = config;
      return shellEntry({ name, environment, groups, bin, env, defaultCwd, policy, log });
    }
    const bridge = agent.acp === null ? bridges.get(agent.agent) : configuredAcp(name, agent.acp);
    if (bridge === undefined) throw new Error(`no bridge is known for the agent ${agent.agent}`);
    const { approvalLimitMs } = config.policy;
    const { maxAgents, agentIdleMs: idleMs } = config.limits;
    return new BridgeAgent({
      name,
      bridge,
      dataDir: folderOf(paths, name),
      defaultCwd: config.cwd ?? homedir(),
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
function folderOf(paths: Paths, name: string): string {
  return name.includes(".") ? paths.agentData(name) : dirname(paths.agentData(name));
}

/** Equal = nothing has changed that only a new start of the agent takes over. */
function printOf({ bin, env, acp }: AgentConfig, { cwd, policy, limits }: HostConfig): string {
  const { maxAgents, agentIdleMs } = limits;
  return JSON.stringify([bin, env, acp, cwd, policy.approvalLimitMs, maxAgents, agentIdleMs]);
}
