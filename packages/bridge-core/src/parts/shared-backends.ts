import { createHash } from "node:crypto";
import type { BridgeHost } from "../adapter.ts";
import { BridgeError } from "../errors.ts";
import { unattended } from "./unattended.ts";

const firstWaitMs = 250;
const maxWaitMs = 30_000;
const steadyMs = 60_000;

/** What a shell or direnv notes for itself: no reason for a backend of its own. */
const noise = /^(_|PWD|OLDPWD|SHLVL|DIRENV_.*|TERM.*|COLORTERM|WINDOWID|SSH_.*|TMUX.*|__MISE_.*)$/;

type Environment = Readonly<Record<string, string>>;

/** A program that serves several threads. */
export interface SharedBackend extends AsyncDisposable {
  /** Resolves when it is gone: with the reason, or null after dispose. */
  readonly ended: Promise<BridgeError | null>;
}

/** The right to use a backend. */
export interface Lease<T> extends Disposable {
  readonly backend: T;
}

/** How {@link SharedBackends} starts and keeps them. */
export interface SharedBackendsOptions<T> {
  readonly host: BridgeHost;
  /** Starts one in the environment of `cwd`, or attaches to one. */
  readonly start: (cwd: string, environment: Environment) => Promise<T>;
  /** How many may run at once. Default 4. */
  readonly maxBackends?: number;
  /** How long one is kept that nobody uses. Default: 10 minutes. */
  readonly idleMs?: number;
}

interface Entry<T> {
  readonly key: string;
  readonly starting: Promise<T>;
  leases: number;
  idle: AbortController;
}

/**
 * The backends of a bridge whose agent serves many threads from one program: one for each launch
 * environment, since folders may bring keys of their own. One that died is started again when it is
 * wanted, each time a little later.
 */
export class SharedBackends<T extends SharedBackend> implements AsyncDisposable {
  readonly #options: SharedBackendsOptions<T>;
  readonly #entries = new Map<string, Entry<T>>();
  readonly #waitsMs = new Map<string, number>();
  readonly #lifetime = new AbortController();

  constructor(options: SharedBackendsOptions<T>) {
    this.#options = options;
  }

  /** The backend of a folder, started when there is none. */
  async lease(cwd: string | null, signal: AbortSignal): Promise<Lease<T>> {
    const environment = await this.#options.host.environment(cwd);
    const key = keyOf(environment);
    if (!this.#entries.has(key)) await this.#makeRoom();
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      const starting = this.#start(key, cwd ?? environment["HOME"] ?? "/", environment);
      entry = { key, starting, leases: 0, idle: new AbortController() };
      this.#entries.set(key, entry);
    }
    return this.#lend(entry, signal);
  }

  /** What `open` makes of a lease, which is given back when it makes nothing. */
  async open<R>(
    cwd: string | null,
    signal: AbortSignal,
    open: (lease: Lease<T>) => Promise<R>,
  ): Promise<R> {
    const lease = await this.lease(cwd, signal);
    try {
      return await open(lease);
    } catch (error) {
      lease[Symbol.dispose]();
      throw error;
    }
  }

  /** One that runs, whatever its environment; else the one of `cwd`. */
  async anyLease(cwd: string | null, signal: AbortSignal): Promise<Lease<T>> {
    const [entry] = this.#entries.values();
    return entry === undefined ? this.lease(cwd, signal) : this.#lend(entry, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#lifetime.abort();
    const all = await Promise.allSettled([...this.#entries.values()].map((each) => each.starting));
    const running = all.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    await Promise.all(running.map((backend) => backend[Symbol.asyncDispose]()));
  }

  async #lend(entry: Entry<T>, signal: AbortSignal): Promise<Lease<T>> {
    entry.leases += 1;
    entry.idle.abort();
    let isLent = true;
    const giveBack = (): void => {
      if (!isLent) return;
      isLent = false;
      entry.leases -= 1;
      if (entry.leases === 0) unattended(this.#endIdle(entry), this.#options.host.log);
    };
    try {
      return { backend: await until(entry.starting, signal), [Symbol.dispose]: giveBack };
    } catch (error) {
      giveBack();
      throw error;
    }
  }

  async #endIdle(entry: Entry<T>): Promise<void> {
    const { host, idleMs = 600_000 } = this.#options;
    entry.idle = new AbortController();
    const signal = AbortSignal.any([entry.idle.signal, this.#lifetime.signal]);
    await host.sleep(idleMs, { signal });
    await this.#retire(entry);
  }

  /** Ends one; who wants it from now on gets another. */
  async #retire({ key, starting }: Entry<T>): Promise<void> {
    this.#entries.delete(key);
    await (await starting)[Symbol.asyncDispose]();
  }

  async #start(key: string, cwd: string, environment: Environment): Promise<T> {
    const { host, start } = this.#options;
    const { signal } = this.#lifetime;
    try {
      const waitMs = this.#waitsMs.get(key) ?? 0;
      if (waitMs > 0) await host.sleep(waitMs, { signal });
      const backend = await start(cwd, environment);
      const life = new AbortController();
      void backend.ended.then((error) => {
        life.abort();
        if (error === null) return;
        this.#entries.delete(key);
        host.log("warn", `a shared backend is gone: ${error.message}`);
        this.#waitsMs.set(key, Math.min(Math.max(2 * waitMs, firstWaitMs), maxWaitMs));
      });
      const steady = host.sleep(steadyMs, { signal: AbortSignal.any([life.signal, signal]) });
      unattended(
        steady.then(() => this.#waitsMs.delete(key)),
        host.log,
      );
      return backend;
    } catch (error) {
      this.#entries.delete(key);
      throw error;
    }
  }

  async #makeRoom(): Promise<void> {
    const { maxBackends = 4 } = this.#options;
    if (this.#entries.size < maxBackends) return;
    const unused = [...this.#entries.values()].find(({ leases }) => leases === 0);
    if (unused === undefined) {
      const sentence = `${maxBackends} folders of different environments are in use already`;
      throw new BridgeError("overloaded", `${sentence}: end a thread in one of them`);
    }
    await this.#retire(unused);
  }
}

function keyOf(environment: Environment): string {
  const hash = createHash("sha256");
  for (const name of Object.keys(environment).toSorted()) {
    if (!noise.test(name)) hash.update(`${name}=${environment[name]}\0`);
  }
  return hash.digest("hex");
}

async function until<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise, reject } = refusal();
  const stop = (): void => reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function refusal(): { promise: Promise<never>; reject: (reason: unknown) => void } {
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<never>((_, fail) => (reject = fail));
  return { promise, reject };
}
