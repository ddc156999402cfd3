import { mkdir, mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import type { OperatorPolicy } from "@fairlead/bridge-core";
import { type Daemon, startDaemon } from "../src/serve/daemon.ts";
import { ownPathSource, pathsOf } from "../src/config/paths.ts";
import type { Environment, LiveAgent } from "./agent/live-agent.ts";
import { liveConfig } from "./live-config.ts";

/** What the operator of a daemon allows. */
export type PolicyName = "ask" | "auto";

const policies: Readonly<Record<PolicyName, OperatorPolicy>> = {
  /** The default of `fairlead serve`. */
  ask: { approvals: "ask", sandbox: "workspace-write" },
  /** An operator who lets clients switch everything off. */
  auto: { approvals: "auto", sandbox: "danger-full-access" },
};

/** A daemon to connect to. */
export interface LiveDaemon extends AsyncDisposable {
  /** Address of the agent. */
  readonly url: string;
  readonly token: string;
}

/** What all scenarios of a lane share: the agent's program and home, and the daemons. */
export class Stage implements AsyncDisposable {
  /** Folder everything lies in; removed at the end. */
  readonly root: string;
  readonly agent: LiveAgent;
  readonly #base: Environment;
  readonly #folders = new Map<string, Environment>();
  readonly #daemons = new Map<PolicyName, Promise<LiveDaemon>>();
  readonly #logged: string[] = [];

  private constructor(root: string, agent: LiveAgent, base: Environment) {
    this.root = root;
    this.agent = agent;
    this.#base = base;
  }

  /** Makes the folders. Starts nothing. */
  static async open(agent: LiveAgent): Promise<Stage> {
    const root = await realpath(await mkdtemp(join(tmpdir(), "fairlead-live-")));
    await Promise.all(["home", "projects"].map((name) => mkdir(join(root, name))));
    const path = `${dirname(agent.command)}${delimiter}${process.env["PATH"] ?? ""}`;
    return new Stage(root, agent, { ...(await agent.prepare(join(root, "home"))), PATH: path });
  }

  /** The agent's home, which is also the operator's default folder. */
  get home(): string {
    return join(this.root, "home");
  }

  /** A new empty project folder. */
  async project(): Promise<string> {
    return mkdtemp(join(this.root, "projects", "p"));
  }

  /** Points the agent at a mock in a folder. */
  async enter(folder: string, mockUrl: string): Promise<void> {
    this.extend(folder, await this.agent.enter({ home: this.home, folder, mockUrl }));
  }

  /** The environment programs start with in a folder. */
  environment(cwd: string | null): Environment {
    return { ...this.#base, ...(cwd === null ? {} : this.#folders.get(cwd)) };
  }

  /** Lays more over the environment of a folder. */
  extend(folder: string, more: Environment): void {
    this.#folders.set(folder, { ...this.#folders.get(folder), ...more });
  }

  /** The daemon of a policy, shared by the scenarios and started when first wanted. */
  daemon(policy: PolicyName): Promise<LiveDaemon> {
    const started = this.#daemons.get(policy) ?? this.startDaemon(join(this.root, policy), policy);
    this.#daemons.set(policy, started);
    return started;
  }

  /** Starts a daemon of a scenario's own on a data folder. */
  async startDaemon(data: string, policy: PolicyName = "ask"): Promise<LiveDaemon> {
    const daemon: Daemon = await startDaemon({
      paths: pathsOf(ownPathSource(data)),
      config: liveConfig({
        cwd: this.home,
        policy: policies[policy],
        more: this.agent.config ?? "",
      }),
      overrides: { port: 0 },
      isReachable: true,
      environment: async (cwd) => this.environment(cwd),
      writeToken: async () => {},
      watcher: { gateway: {}, device: () => {} },
      operations: async () => null,
      log: (level, message, about) => {
        this.#logged.push(
          `${level} ${message} ${about === undefined ? "" : JSON.stringify(about)}`,
        );
      },
    });
    return {
      url: `${daemon.webSocketUrl}/agents/${this.agent.name}`,
      token: (await readFile(daemon.operator.file, "utf8")).trim(),
      [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose](),
    };
  }

  /** What the daemons of this lane logged so far. */
  get logged(): readonly string[] {
    return this.#logged;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const daemon of this.#daemons.values()) await (await daemon)[Symbol.asyncDispose]();
    await rm(this.root, { recursive: true, force: true, maxRetries: 5 });
  }
}
