import process from "node:process";

const brand = Symbol.for("fairlead.ProcessGroups");
const endings = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * The process groups this process has started, killed with it: at every `exit` (also of
 * `process.exit` and an uncaught exception) and at SIGINT, SIGTERM and SIGHUP. A program that
 * handles such a signal itself shuts down in its own order; then only its exit counts. One instance
 * may serve many hosts.
 */
export class ProcessGroups implements Disposable {
  readonly #leaders = new Set<number>();
  readonly #onExit = (): void => this.killAll();
  readonly #onSignal: NodeJS.SignalsListener & { readonly [brand]: true };

  constructor() {
    const onSignal = (name: NodeJS.Signals): void => this.#endBySignal(name);
    this.#onSignal = Object.assign(onSignal, { [brand]: true } as const);
    process.on("exit", this.#onExit);
    for (const name of endings) process.on(name, this.#onSignal);
  }

  /** Takes charge of the group led by `pid`. */
  add(pid: number): void {
    this.#leaders.add(pid);
  }

  /**
   * Signals every process of the group; returns false when none is left. An empty or killed group
   * is forgotten, lest a later signal hits strangers under its number; the system reuses the number
   * only once the group is empty.
   */
  signal(pid: number, name: "SIGTERM" | "SIGKILL" | 0): boolean {
    if (!this.#leaders.has(pid)) return false;
    try {
      process.kill(-pid, name);
      if (name === "SIGKILL") this.#leaders.delete(pid);
      return true;
    } catch {
      this.#leaders.delete(pid);
      return false;
    }
  }

  /** Kills every group at once, without a grace. */
  killAll(): void {
    for (const pid of this.#leaders) this.signal(pid, "SIGKILL");
  }

  /** Kills what is left and stops watching this process. */
  [Symbol.dispose](): void {
    this.killAll();
    process.off("exit", this.#onExit);
    for (const name of endings) process.off(name, this.#onSignal);
  }

  #endBySignal(name: NodeJS.Signals): void {
    if (process.listeners(name).some((listener) => !(brand in listener))) return;
    this.killAll();
    process.off(name, this.#onSignal);
    // Without any handler the signal does what it would have done without us.
    if (process.listenerCount(name) === 0) process.kill(process.pid, name);
  }
}
