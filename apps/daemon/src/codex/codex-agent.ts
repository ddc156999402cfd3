import { once } from "node:events";
import { stat } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute } from "node:path";
import type { AgentStatus, Environment } from "@fairlead/bridge-core";
import type { FrameTransport } from "@fairlead/bridge-core/peer";
import { limitedTransport } from "./ceiling/limited-transport.ts";
import type { CodexEntryOptions } from "./codex-entry.ts";
import { codexHomeOf, type Machine } from "./find/candidates.ts";
import { CodexFinder, type CodexSearch, type FoundCodex } from "./find/codex-finder.ts";
import { runProgram } from "./find/run-program.ts";
import type { CodexProcess } from "./server/codex-process.ts";
import { CrashGate } from "./server/crash-gate.ts";
import { isLoggedIn } from "./server/login.ts";
import { connectOther } from "./server/other-server.ts";
import {
  type SharedCommand,
  type SharedServer,
  startOnUnixSocket,
  startOnWebSocket,
} from "./server/shared-server.ts";
import { connectOnStdio } from "./server/stdio-connection.ts";

const loginTimeoutMs = 2000;
const shuttingDown = "Fairlead is shutting down";

/**
 * Codex on this machine: finds it, and reaches an app-server of it. One that somebody else runs at
 * codex's own socket is used and left alone; otherwise one of ours is shared by all connections; an
 * old codex gets one app-server per connection.
 */
export class CodexAgent implements AsyncDisposable {
  readonly #options: CodexEntryOptions;
  readonly #name: string;
  readonly #finder: CodexFinder;
  readonly #gate: CrashGate;
  readonly #connections = new Set<FrameTransport>();
  readonly #single = new Set<CodexProcess>();
  #shared: Promise<SharedServer> | null = null;
  /** Ends the shared app-server, also while it starts. */
  #stop = new AbortController();
  #lastWords = "";
  #isDisposed = false;

  constructor(options: CodexEntryOptions & { readonly name: string }) {
    const { bin, groups, log, now = () => performance.now() } = options;
    this.#options = options;
    this.#name = options.name;
    this.#finder = new CodexFinder({ bin, groups, log });
    this.#gate = new CrashGate(now);
  }

  /** Rejects when asking fails. */
  async status(signal: AbortSignal): Promise<AgentStatus> {
    const machine = await this.#machine();
    const found = await this.#finder.find(machine);
    if (!found.ok) {
      const { reason, detail } = found;
      return { available: false, reason, detail, login: null };
    }
    const { file, version } = found.codex;
    if (await this.#isLoggedIn(found.codex, machine, signal)) return { available: true, version };
    const detail = "codex is installed, but nobody is logged in: run `codex login`";
    return { available: false, reason: "unauthenticated", detail, login: [file, "login"] };
  }

  /** See `AgentEntry.program`. */
  async program(): Promise<string | null> {
    try {
      const found = await this.#finder.find(await this.#machine());
      return found.ok ? found.codex.file : null;
    } catch {
      return null;
    }
  }

  /** See `AgentEntry.connect`. */
  async connect(signal: AbortSignal): Promise<FrameTransport> {
    const machine = await this.#machine();
    signal.throwIfAborted();
    const transport = await unlessAborted(this.#reach(machine), signal);
    if (this.#isDisposed) {
      transport.close();
      throw new Error(shuttingDown);
    }
    const { policy, log } = this.#options;
    const limited = limitedTransport(transport, {
      policy,
      defaultCwd: machine.home,
      log,
      onEnd: () => this.#connections.delete(limited),
    });
    this.#connections.add(limited);
    return limited;
  }

  /** See `AgentEntry.restart`; rejects when the app-server in use is somebody else's. */
  async restart(): Promise<void> {
    this.#finder.forget();
    this.#gate.open();
    const shared = this.#shared;
    const single = [...this.#single];
    this.#shared = null;
    if (shared === null && single.length === 0) {
      const machine = await this.#machine();
      const other = await connectOther(codexHomeOf(machine));
      if (other === null) return;
      other.close();
      throw new Error(
        "the codex app-server in use was not started by Fairlead, so it is not restarted here: " +
          "stop it where it was started (`codex app-server daemon stop`, or the terminal it runs in), " +
          "and the next use starts one of Fairlead's own",
      );
    }
    this.#stop.abort();
    const ended = await shared?.catch(() => null);
    await endAll([ended, ...single]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    const shared = this.#shared;
    this.#shared = null;
    for (const connection of this.#connections) connection.close(1001, shuttingDown);
    this.#stop.abort();
    const ended = await shared?.catch(() => null);
    await endAll([ended, ...this.#single]);
  }

  async #reach(machine: Machine): Promise<FrameTransport> {
    if (this.#shared === null) {
      const other = await connectOther(codexHomeOf(machine));
      if (other !== null) return other;
    }
    const found = await this.#finder.find(machine);
    const sharing = this.#shared ?? this.#start(found, machine);
    if (sharing === null) return this.#connectOnStdio(found, machine);
    const server = await sharing;
    try {
      return await server.connect();
    } catch (error) {
      // It runs and does not answer, or has just died: once more with a new one.
      if (this.#shared === sharing) this.#shared = null;
      await server[Symbol.asyncDispose]();
      const again = this.#shared ?? this.#start(found, machine);
      if (again === null) throw error;
      return (await again).connect();
    }
  }

  /** Null when this codex cannot be shared. */
  #start(found: CodexSearch, machine: Machine): Promise<SharedServer> | null {
    if (this.#isDisposed) throw new Error(shuttingDown);
    this.#requireOpenGate();
    const codex = foundOrThrow(found);
    const { log, stateDir } = this.#options;
    if (codex.listening === "stdio") return null;
    if (codex.because !== null) log("debug", `codex listens on a WebSocket: ${codex.because}`);
    const name = this.#name;
    const { signal } = (this.#stop = new AbortController());
    const starting = this.#command(codex, machine).then((command) =>
      codex.listening === "unix"
        ? startOnUnixSocket(command, { stateDir, name }, signal)
        : startOnWebSocket(command, signal),
    );
    this.#shared = starting;
    starting.then(
      async ({ process }) => {
        const { reason } = await process.ended;
        this.#crashed(starting, reason);
      },
      (error: unknown) =>
        this.#crashed(starting, String(error instanceof Error ? error.message : error)),
    );
    return starting;
  }

  /** Not when it ended because we asked it to. */
  #crashed(server: Promise<SharedServer>, reason: string): void {
    if (this.#shared !== server) return;
    this.#shared = null;
    this.#lastWords = reason;
    this.#gate.crashed();
    this.#options.log("warn", reason);
  }

  #requireOpenGate(): void {
    const { closedForMs } = this.#gate;
    if (closedForMs === 0) return;
    throw new Error(
      `codex app-server ended three times within a minute and is started again in ${Math.ceil(closedForMs / 1000)} s ` +
        `(\`fairlead restart codex\` starts it now). It said: ${this.#lastWords}`,
    );
  }

  async #connectOnStdio(found: CodexSearch, machine: Machine): Promise<FrameTransport> {
    const codex = foundOrThrow(found);
    this.#options.log("debug", `codex is used on stdio: ${codex.because ?? "it can do no more"}`);
    const { transport, process } = await connectOnStdio(await this.#command(codex, machine));
    if (this.#isDisposed) await process[Symbol.asyncDispose]();
    this.#single.add(process);
    void process.ended.then(() => this.#single.delete(process));
    return transport;
  }

  async #isLoggedIn(codex: FoundCodex, machine: Machine, signal: AbortSignal): Promise<boolean> {
    const command = await this.#command(codex, machine);
    const args = ["login", "status"];
    const told = await runProgram({ ...command, args }, { timeoutMs: loginTimeoutMs });
    if (told?.isOk === true) return true;
    // A provider of the user's own may need no login: the app-server knows.
    const running = await this.#shared?.catch(() => null);
    if (running != null) return isLoggedIn(await running.connect(), signal);
    const { transport } = await connectOnStdio(command);
    return isLoggedIn(transport, signal);
  }

  async #command(codex: FoundCodex, { env, home }: Machine): Promise<SharedCommand> {
    return { file: codex.file, env, cwd: home, groups: await this.#options.groups() };
  }

  async #machine(): Promise<Machine> {
    const { environment, env: extra } = this.#options;
    const env: Environment = { ...(await environment(null)), ...extra };
    return { platform: process.platform, env, home: await homeOf(env) };
  }
}

function foundOrThrow(found: CodexSearch): FoundCodex {
  if (found.ok) return found.codex;
  throw new Error(found.detail);
}

/** A connection that comes too late is closed. */
async function unlessAborted(
  reaching: Promise<FrameTransport>,
  signal: AbortSignal,
): Promise<FrameTransport> {
  const over = new AbortController();
  const aborted = once(signal, "abort", { signal: over.signal });
  try {
    const first = await Promise.race([reaching, aborted.then(() => null)]);
    if (first !== null) return first;
    void reaching.then(
      (late) => late.close(),
      () => {},
    );
    throw signal.reason;
  } finally {
    over.abort();
  }
}

async function endAll(owned: readonly (AsyncDisposable | null | undefined)[]): Promise<void> {
  await Promise.all(owned.map(async (one) => one?.[Symbol.asyncDispose]()));
}

async function homeOf(env: Environment): Promise<string> {
  const told = env["HOME"] ?? env["USERPROFILE"];
  if (told === undefined || !isAbsolute(told)) return homedir();
  const isFolder = await stat(told).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  return isFolder ? told : homedir();
}
