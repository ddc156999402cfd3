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
  type NativeSessions,
  type OpenThread,
} from "@fairlead/bridge-core";
import { executableIn, type Conversation, type Launch } from "./command.ts";
import { fieldsOf, listOf, textOf, type Fields } from "./native.ts";
import { permissionsOf } from "./permissions.ts";
import { Program } from "./program.ts";
import { SessionStore } from "./sessions/store.ts";
import { ClaudeThread } from "./thread.ts";
import { isTrusted } from "./trust.ts";

const probeMs = 4500;
const login = ["claude", "auth", "login"];
const notInstalled =
  "Claude Code is not installed: run `npm i -g @anthropic-ai/claude-code`, then `claude auth login`";
const silent = { frame: (): void => {}, ended: (): void => {} };

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
  readonly sessions: NativeSessions;
  readonly #host: BridgeHost;
  readonly #threads = new Set<ClaudeThread>();
  readonly #pids = new Set<number>();
  readonly #store: SessionStore;
  /** Folders the user trusted in this life of the bridge. */
  readonly #trusted = new Set<string>();

  constructor(host: BridgeHost) {
    this.#host = host;
    const store = (this.#store = new SessionStore(host, this.#pids));
    this.sessions = {
      list: ({ cwd, signal }) => store.list(cwd, signal),
      read: (id, { after, signal }) => store.read(id, after, signal),
      rename: (id, title) => this.#rename(id, title),
    };
  }

  async probe({ signal }: Call): Promise<AgentStatus> {
    try {
      const environment = await this.#host.environment(null);
      const timed = AbortSignal.any([signal, AbortSignal.timeout(probeMs)]);
      const [version, status] = await Promise.all([
        this.#print(environment, ["--version"], timed),
        this.#print(environment, ["auth", "status"], timed),
      ]);
      const account: unknown = JSON.parse(status);
      if (fieldsOf(account)["loggedIn"] === true) {
        return { available: true, version: /\d+\.\d+\.\d+\S*/.exec(version)?.[0] ?? null };
      }
      const detail = `Claude Code is not logged in: run \`${login.join(" ")}\``;
      return { available: false, reason: "unauthenticated", detail, login };
    } catch (error) {
      const missing = BridgeError.is(error) && error.kind === "not-installed";
      const detail = missing ? notInstalled : messageOf(error);
      return { available: false, reason: missing ? error.kind : "error", detail, login: null };
    }
  }

  async openThread(spec: OpenThread, { signal }: Call): Promise<AgentThread> {
    const { cwd, settings, instructions, mcpServers } = spec;
    const conversation = await this.#conversation(spec, signal);
    const { mode } = permissionsOf(settings);
    const launch = { ...(await this.#launch(cwd, conversation)), mode, instructions, mcpServers };
    const thread = await installed(
      ClaudeThread.open({
        host: this.#host,
        launch,
        settings,
        signal,
        onStarted: ({ pid }) => this.#pids.add(Number(pid)),
        onTrusted: (folder) => this.#trusted.add(folder),
        onDisposed: (disposed) => this.#threads.delete(disposed),
      }),
    );
    this.#threads.add(thread);
    return thread;
  }

  async listModels(o: InFolder): Promise<readonly ModelInfo[]> {
    return listOf((await this.#info(o))["models"]).map((model) => {
      const { value, displayName, supportedEffortLevels: levels } = model;
      const efforts = Array.isArray(levels) ? levels.map(textOf) : [];
      const defaultEffort = efforts.includes("medium") ? "medium" : (efforts[0] ?? null);
      const id = textOf(value);
      return { id, label: textOf(displayName), efforts, defaultEffort, default: id === "default" };
    });
  }

  async listCommands(o: InFolder): Promise<readonly CommandInfo[]> {
    return listOf((await this.#info(o))["commands"]).map(({ name, description }) => ({
      kind: "command",
      name: textOf(name),
      description: textOf(description),
      path: null,
    }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#threads].map((thread) => thread[Symbol.asyncDispose]()));
  }

  async #conversation({ threadId, from }: OpenThread, signal: AbortSignal): Promise<Conversation> {
    // A thread that was rolled back leaves its first session, and with it its id, behind.
    const newId = from !== null && (await this.#store.has(threadId)) ? null : threadId;
    if (from === null) return { kind: "new", id: newId };
    const { nativeId: id, fork, before } = from;
    if (fork) {
      const at = before === null ? null : await this.#store.answerBefore(id, before, signal);
      if (before !== null && at === null) return { kind: "new", id: newId };
      return { kind: "fork", id, newId, at };
    }
    await this.#notBusy(id);
    // Opened once before, and never given a prompt.
    if (id === threadId && newId !== null) return { kind: "new", id };
    return { kind: "resume", id };
  }

  async #notBusy(id: string): Promise<void> {
    if (!(await this.#store.busy()).has(id)) return;
    const message = `session ${id} is open in another Claude Code: close it there, or fork it`;
    throw new BridgeError("busy-elsewhere", message);
  }

  async #rename(id: string, title: string): Promise<void> {
    const live = [...this.#threads].find(({ nativeId }) => nativeId === id);
    if (live !== undefined) return live.rename(title);
    await this.#notBusy(id);
    const { HOME: home = "/" } = await this.#host.environment(null);
    const launch = await this.#launch(home, { kind: "resume", id });
    const started = Program.start(this.#host, launch, silent, new AbortController().signal);
    await using program = (await installed(started)).program;
    await program.request({ subtype: "rename_session", title });
  }

  async #launch(cwd: string, conversation: Conversation): Promise<Launch> {
    const environment = await this.#host.environment(cwd);
    const known = this.#trusted.has(cwd);
    return {
      executable: executableIn(environment),
      cwd,
      conversation,
      mode: "default",
      trusted: known || (await isTrusted(this.#host.files, environment, cwd)),
      instructions: null,
      mcpServers: [],
      outputSchema: null,
    };
  }

  /** What Claude says of itself in a folder; leaves no session behind. */
  async #info({ cwd, signal }: InFolder): Promise<Fields> {
    const launch = await this.#launch(cwd, { kind: "new", id: null });
    const { program, info } = await installed(Program.start(this.#host, launch, silent, signal));
    await program[Symbol.asyncDispose]();
    return info;
  }

  /** Everything a short call prints. */
  async #print(
    environment: Readonly<Record<string, string>>,
    args: readonly string[],
    signal: AbortSignal,
  ): Promise<string> {
    const file = executableIn(environment);
    await using called = this.#host.spawn({ file, args, cwd: environment["HOME"] ?? "/" });
    signal.addEventListener("abort", () => void called[Symbol.asyncDispose](), { once: true });
    called.end();
    const lines: string[] = [];
    for await (const line of called.lines) {
      lines.push("text" in line ? line.text : JSON.stringify(line.json));
    }
    signal.throwIfAborted();
    return lines.join("\n");
  }
}

async function installed<T>(started: Promise<T>): Promise<T> {
  try {
    return await started;
  } catch (error) {
    if (!BridgeError.is(error) || error.kind !== "not-installed") throw error;
    throw new BridgeError("not-installed", notInstalled, { cause: error });
  }
}
