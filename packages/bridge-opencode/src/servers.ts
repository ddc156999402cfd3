import { BridgeError, type BridgeHost } from "@fairlead/bridge-core";
import { createHash } from "node:crypto";
import { Server } from "./server.ts";

const maxServers = 4;
const firstWaitMs = 250;
const maxWaitMs = 30_000;

/** What a shell or direnv notes for itself: no reason for a server of its own. */
const noise = /^(_|PWD|OLDPWD|SHLVL|DIRENV_.*|TERM.*|COLORTERM|WINDOWID|SSH_.*|TMUX.*|__MISE_.*)$/;

/** The servers of a bridge: folders of one environment share one. */
export class Servers implements AsyncDisposable {
  readonly #host: BridgeHost;
  readonly #servers = new Map<string, Promise<Server>>();
  readonly #waits = new Map<string, number>();
  readonly #strangers = new Set<(session: string) => void>();

  constructor(host: BridgeHost) {
    this.#host = host;
  }

  /** The server of a folder, started when there is none. */
  async of(cwd: string | null, signal: AbortSignal): Promise<Server> {
    const environment = await this.#host.environment(cwd);
    const key = keyOf(environment);
    let server = this.#servers.get(key);
    if (server === undefined) {
      server = this.#start(key, cwd ?? environment["HOME"] ?? "/", environment);
      this.#servers.set(key, server);
      server.catch(() => this.#servers.delete(key));
    }
    return until(server, signal);
  }

  /** One that runs already, whatever its environment; else the one of `cwd`. */
  async any(cwd: string | null, signal: AbortSignal): Promise<Server> {
    for (const server of this.#servers.values()) return until(server, signal);
    return this.of(cwd, signal);
  }

  /** Tells of sessions that changed outside the bridge, as long as a server runs. */
  strangers(changed: (session: string) => void): Disposable {
    this.#strangers.add(changed);
    return { [Symbol.dispose]: () => void this.#strangers.delete(changed) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const servers = await Promise.allSettled(this.#servers.values());
    const running = servers.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    await Promise.all(running.map((server) => server[Symbol.asyncDispose]()));
  }

  async #start(
    key: string,
    cwd: string,
    environment: Readonly<Record<string, string>>,
  ): Promise<Server> {
    await this.#makeRoom();
    const waitMs = this.#waits.get(key) ?? 0;
    const { signal } = new AbortController();
    if (waitMs > 0) await this.#host.sleep(waitMs, { signal });
    const server = await Server.open(this.#host, cwd, environment, (ended, error) => {
      this.#servers.delete(key);
      if (error === null) return;
      this.#host.log("warn", `opencode: a server is gone: ${error.message}`);
      this.#waits.set(key, Math.min(Math.max(2 * waitMs, firstWaitMs), maxWaitMs));
      void ended;
    });
    server.events.strangers((session) => {
      for (const tell of this.#strangers) tell(session);
    });
    // Nobody may come to use it.
    server.use()[Symbol.dispose]();
    return server;
  }

  async #makeRoom(): Promise<void> {
    if (this.#servers.size < maxServers) return;
    for (const each of await Promise.allSettled(this.#servers.values())) {
      if (each.status === "fulfilled" && !each.value.isUsed) {
        return each.value[Symbol.asyncDispose]();
      }
    }
    const message = `${maxServers} folders of different environments use an OpenCode each: end a thread there`;
    throw new BridgeError("overloaded", message);
  }
}

function keyOf(environment: Readonly<Record<string, string>>): string {
  const hash = createHash("sha256");
  for (const name of Object.keys(environment).toSorted()) {
    if (!noise.test(name)) hash.update(`${name}=${environment[name]}\0`);
  }
  return hash.digest("hex");
}

async function until<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  return Promise.race([
    work,
    new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    }),
  ]);
}
