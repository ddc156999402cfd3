import {
  BridgeError,
  messageOf,
  type AgentStatus,
  type AgentThread,
  type BridgeAdapter,
  type BridgeHost,
  type Call,
  type CommandInfo,
  type InFolder,
  type ModelInfo,
  type OpenThread,
} from "@fairlead/bridge-core";
import { executableIn, type Conversation, type Launch } from "./command.ts";
import { fieldsOf, isFields, type Initialized } from "./native.ts";
import { permissionsOf } from "./permissions.ts";
import { Program } from "./program.ts";
import { ClaudeThread } from "./thread.ts";
import { isTrusted } from "./trust.ts";

const probeMs = 4500;

/** Claude Code as an agent of Fairlead's: one process per live thread. */
export class ClaudeAdapter implements BridgeAdapter {
  readonly contract = 1;
  readonly id = "claude";
  readonly displayName = "Claude Code";
  readonly capabilities = {
    gating: "all",
    from: "forkAtTurn",
    spare: true,
    input: ["text", "image", "localImage", "skill", "mention"],
  } as const;
  readonly #host: BridgeHost;
  readonly #threads = new Set<AgentThread>();
  /** Folders the user trusted in this life of the bridge. */
  readonly #trusted = new Set<string>();

  constructor(host: BridgeHost) {
    this.#host = host;
  }

  async probe({ signal }: Call): Promise<AgentStatus> {
    const login = ["claude", "auth", "login"];
    try {
      const environment = await this.#host.environment(null);
      const timed = AbortSignal.any([signal, AbortSignal.timeout(probeMs)]);
      const file = executableIn(environment);
      const cwd = environment["HOME"] ?? "/";
      const [version, status] = await Promise.all([
        this.#run(file, ["--version"], cwd, timed),
        this.#run(file, ["auth", "status"], cwd, timed),
      ]);
      const [number = null] = /\d+\.\d+\.\d+\S*/.exec(version) ?? [];
      const account: unknown = JSON.parse(status);
      if (fieldsOf(account)["loggedIn"] === true) return { available: true, version: number };
      const detail = "Claude Code is not logged in: run `claude auth login`";
      return { available: false, reason: "unauthenticated", detail, login };
    } catch (error) {
      if (BridgeError.is(error) && error.kind === "not-installed") {
        return { available: false, reason: "not-installed", detail: notInstalled, login: null };
      }
      return { available: false, reason: "error", detail: messageOf(error), login: null };
    }
  }

  async openThread(spec: OpenThread, { signal }: Call): Promise<AgentThread> {
    const { cwd, settings, instructions, mcpServers } = spec;
    const launch = await this.#launch(cwd, await this.#conversation(spec), signal);
    const { mode } = permissionsOf(settings);
    const thread = await installed(
      ClaudeThread.open({
        host: this.#host,
        launch: { ...launch, mode, instructions, mcpServers },
        settings,
        signal,
        onStarted: () => {},
        onTrusted: (folder) => this.#trusted.add(folder),
      }),
    );
    this.#threads.add(thread);
    return thread;
  }

  async listModels(o: InFolder): Promise<readonly ModelInfo[]> {
    const { models } = await this.#info(o);
    return models.map(({ value, displayName, supportedEffortLevels: efforts }) => ({
      id: value,
      label: displayName,
      efforts,
      defaultEffort: efforts.includes("medium") ? "medium" : (efforts[0] ?? null),
      default: value === "default",
    }));
  }

  async listCommands(o: InFolder): Promise<readonly CommandInfo[]> {
    const { commands } = await this.#info(o);
    return commands.map(({ name, description }) => ({
      kind: "command",
      name,
      description,
      path: null,
    }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#threads].map((thread) => thread[Symbol.asyncDispose]()));
  }

  async #conversation({ threadId, from }: OpenThread): Promise<Conversation> {
    if (from === null) return { kind: "new", id: threadId };
    return { kind: "resume", id: from.nativeId };
  }

  async #launch(cwd: string, conversation: Conversation, signal: AbortSignal): Promise<Launch> {
    const environment = await this.#host.environment(cwd);
    const trusted =
      this.#trusted.has(cwd) || (await isTrusted(this.#host, environment, cwd, signal));
    return {
      executable: executableIn(environment),
      cwd,
      conversation,
      mode: "default",
      trusted,
      instructions: null,
      mcpServers: [],
      outputSchema: null,
    };
  }

  /** What Claude says of itself in a folder; leaves no session behind. */
  async #info({ cwd, signal }: InFolder): Promise<Initialized> {
    const launch = await this.#launch(cwd, { kind: "new", id: null }, signal);
    const sink = { frame: () => {}, ended: () => {} };
    const { program, info } = await installed(Program.start(this.#host, launch, sink, signal));
    await program[Symbol.asyncDispose]();
    return info;
  }

  /** Everything a short-lived call prints. */
  async #run(
    file: string,
    args: readonly string[],
    cwd: string,
    signal: AbortSignal,
  ): Promise<string> {
    const process = this.#host.spawn({ file, args, cwd });
    const stop = (): void => void process[Symbol.asyncDispose]();
    signal.addEventListener("abort", stop, { once: true });
    try {
      process.end();
      let text = "";
      for await (const line of process.lines) {
        text += "text" in line ? line.text : JSON.stringify(line.json);
        text += "\n";
      }
      signal.throwIfAborted();
      return text;
    } finally {
      signal.removeEventListener("abort", stop);
      await process[Symbol.asyncDispose]();
    }
  }
}

const notInstalled =
  "Claude Code is not installed: run `npm i -g @anthropic-ai/claude-code`, then `claude auth login`";

async function installed<T>(started: Promise<T>): Promise<T> {
  try {
    return await started;
  } catch (error) {
    if (!BridgeError.is(error) || error.kind !== "not-installed") throw error;
    throw new BridgeError("not-installed", notInstalled, { cause: error });
  }
}
