import { homedir } from "node:os";
import { messageOf } from "@fairlead/bridge-core/transport";
import {
  type EnvironmentResolver,
  type FrameTransport,
  type OperatorPolicy,
  type ProcessGroups,
  requireWithinRoots,
} from "@fairlead/bridge-core";
import { Peer, RpcError } from "@fairlead/bridge-core/peer";
import { type RunningProcess, startProcess } from "@fairlead/bridge-core/process";
import type { Log } from "../serve/log.ts";
import { ownVersion } from "../version.ts";
import { allowedShell } from "./allowed-shell.ts";
import { readInput, readKill, readResize, readSpawn } from "./shell-params.ts";

/** What a connection to the terminals is made with. */
export interface ShellConnectionParts {
  readonly environment: EnvironmentResolver;
  readonly groups: ProcessGroups;
  readonly bin: string | null;
  readonly env: Readonly<Record<string, string>>;
  readonly defaultCwd: string | null;
  readonly policy: Pick<OperatorPolicy, "sandbox" | "roots">;
  /** Terminals that other connections have. */
  readonly openElsewhere: (asking: ShellConnection) => number;
  readonly log: Log;
}

/** Terminals that one client, and all together, may have at a time. */
const maxOfClient = 8;
const maxOfAll = 32;
/** Of output in one frame. */
const maxChunkBytes = 8192;
/** Output that the client has not taken, from which on its terminals wait with more. */
const holdAtBytes = 256 * 1024;

const methods = ["shell/spawn", "shell/input", "shell/resize", "shell/kill"];

/**
 * One client's terminals. Their ids cannot be guessed and mean nothing on another connection; all of
 * them end with this one.
 */
export class ShellConnection {
  /** Resolves when the connection has ended, whoever ended it. Never rejects. */
  readonly ended: Promise<void>;
  readonly #parts: ShellConnectionParts;
  readonly #peer: Peer;
  readonly #terminals = new Map<string, RunningProcess>();
  readonly #closing = new AbortController();
  #starting = 0;
  #isHeld = false;

  constructor(transport: FrameTransport, parts: ShellConnectionParts) {
    this.#parts = parts;
    this.#peer = new Peer(
      transport,
      {
        onRequest: (method, params) => this.#answer(method, params),
        onDrain: () => this.#hold(false),
      },
      { log: parts.log },
    );
    this.ended = this.#peer.closed.then(() => this.#closing.abort(new Error("the client is gone")));
  }

  /** Terminals that run, or are about to. */
  get openTerminals(): number {
    return this.#terminals.size + this.#starting;
  }

  /** Ends every terminal, tells the client so, and then ends the connection. Never rejects. */
  async close(): Promise<void> {
    const running = [...this.#terminals.values()];
    this.#closing.abort(new Error("the terminal was switched off or restarted"));
    await Promise.all(running.map(({ exited }) => exited));
    this.#peer.close(1001, "the terminal was switched off or restarted");
  }

  #answer(method: string, params: unknown): unknown {
    switch (method) {
      case "initialize":
        return {
          userAgent: `fairlead-shell/${ownVersion()}`,
          capabilities: { methods, outputEncoding: "base64" },
        };
      case "shell/spawn":
        return this.#spawn(params);
      case "shell/input": {
        const { id, bytes } = readInput(params);
        this.#find(id).write(bytes);
        return {};
      }
      case "shell/resize": {
        const { id, size } = readResize(params);
        this.#find(id).resize(size);
        return {};
      }
      case "shell/kill":
        this.#find(readKill(params).id).terminate();
        return {};
      default:
        throw RpcError.methodNotFound(
          `unknown method \`${method}\`: this is a terminal, which knows ${methods.join(", ")}`,
        );
    }
  }

  async #spawn(params: unknown): Promise<{ readonly session_id: string }> {
    const { shell, size, cwd } = readSpawn(params);
    const { environment, groups, bin, env, openElsewhere } = this.#parts;
    const { openTerminals } = this;
    if (openTerminals >= maxOfClient || openTerminals + openElsewhere(this) >= maxOfAll) {
      throw RpcError.invalidRequest(
        `too many terminals are open (at most ${maxOfClient} of a client, ${maxOfAll} in all): end one first`,
      );
    }
    this.#starting += 1;
    try {
      const folder = await this.#folder(cwd);
      const launched = await environment(folder);
      const id = crypto.randomUUID();
      const terminal = await startProcess({
        argv: [await allowedShell(shell, { ...launched, ...env }, bin)],
        cwd: folder,
        // What a daemon was started in is no terminal, or another one than the client draws.
        env: { ...launched, TERM: "xterm-256color", ...env },
        stdin: "open",
        terminal: size,
        timeoutMs: null,
        signal: this.#closing.signal,
        groups,
        onOutput: (_stream, chunk) => this.#print(id, chunk),
      });
      this.#terminals.set(id, terminal);
      if (this.#isHeld) terminal.holdOutput(true);
      void terminal.exited.then(({ exitCode }) => this.#exited(id, exitCode));
      // What it prints comes in a later turn of the event loop, so behind this answer.
      return { session_id: id };
    } catch (error) {
      if (error instanceof RpcError) throw error;
      const reason = messageOf(error);
      throw RpcError.invalidRequest(`the terminal could not be started: ${reason}`);
    } finally {
      this.#starting -= 1;
    }
  }

  /** Where a terminal begins. It can leave: that is why a read-only policy has none. */
  async #folder(cwd: string | null): Promise<string> {
    const { policy, defaultCwd } = this.#parts;
    const { sandbox, roots = null } = policy;
    if (sandbox === "read-only") {
      throw RpcError.invalidRequest(
        "shell/spawn: the operator's policy (sandbox `read-only`) lets clients change nothing by themselves: " +
          "see `[policy]` of host.toml on that machine",
      );
    }
    const folder = cwd ?? defaultCwd ?? roots?.[0] ?? homedir();
    const gate = { roots, defaultCwd: folder, folderOf: async () => undefined };
    await requireWithinRoots("shell/spawn", { cwd: folder }, gate);
    return folder;
  }

  #print(id: string, chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk);
    for (let at = 0; at < bytes.length; at += maxChunkBytes) {
      const data = bytes.subarray(at, at + maxChunkBytes).toString("base64");
      this.#peer.notify("shell/output", { session_id: id, data_b64: data });
    }
    if (this.#peer.bufferedBytes >= holdAtBytes) this.#hold(true);
  }

  #exited(id: string, exitCode: number): void {
    this.#terminals.delete(id);
    // A signed number of 32 bits, which exit codes of Windows are not.
    this.#peer.notify("shell/exit", { session_id: id, code: exitCode | 0 });
  }

  #hold(isHeld: boolean): void {
    if (isHeld === this.#isHeld) return;
    this.#isHeld = isHeld;
    for (const terminal of this.#terminals.values()) terminal.holdOutput(isHeld);
  }

  #find(id: string): RunningProcess {
    const terminal = this.#terminals.get(id);
    if (terminal !== undefined) return terminal;
    throw RpcError.invalidRequest(
      `there is no terminal ${JSON.stringify(id)} here: it has ended, or another client opened it`,
    );
  }
}
