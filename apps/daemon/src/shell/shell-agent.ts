import type { AgentStatus, FrameTransport } from "@fairlead/bridge-core";
import { memoryPair } from "@fairlead/bridge-core/peer";
import { missingTerminals, resolveProgram } from "@fairlead/bridge-core/process";
import { ownVersion } from "../version.ts";
import { ownShell } from "./allowed-shell.ts";
import { ShellConnection } from "./shell-connection.ts";
import type { ShellEntryOptions } from "./shell-entry.ts";

/** The terminals of all clients. */
export class ShellAgent implements AsyncDisposable {
  readonly #options: ShellEntryOptions;
  readonly #connections = new Set<ShellConnection>();
  #isDisposed = false;

  constructor(options: ShellEntryOptions) {
    this.#options = options;
  }

  async status(): Promise<AgentStatus> {
    const missing = await missingTerminals();
    if (missing === null) return { available: true, version: ownVersion() };
    return { available: false, reason: "error", detail: missing, login: null };
  }

  /** The shell of a terminal whose client names none. Never rejects. */
  async program(): Promise<string | null> {
    const { environment, bin } = this.#options;
    try {
      const resolved = await environment(null);
      const found = await resolveProgram(ownShell(resolved, bin), resolved);
      return "file" in found ? found.file : null;
    } catch {
      return null;
    }
  }

  /** A client of its own: what one opens, no other can reach. Rejects after the dispose. */
  async connect(signal: AbortSignal): Promise<FrameTransport> {
    if (this.#isDisposed) throw new Error("the terminal is switched off, or Fairlead is stopping");
    const groups = await this.#options.groups();
    signal.throwIfAborted();
    const [client, own] = memoryPair();
    const connection = new ShellConnection(own, {
      ...this.#options,
      groups,
      openElsewhere: (asking) =>
        [...this.#connections].reduce(
          (sum, one) => sum + (one === asking ? 0 : one.openTerminals),
          0,
        ),
    });
    this.#connections.add(connection);
    void connection.ended.then(() => this.#connections.delete(connection));
    return client;
  }

  /** Ends every terminal, and tells its client so. */
  async restart(): Promise<void> {
    await Promise.all([...this.#connections].map((connection) => connection.close()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    await this.restart();
  }
}
