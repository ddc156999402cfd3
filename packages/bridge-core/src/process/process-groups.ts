import { randomBytes } from "node:crypto";
import process from "node:process";
import { watchVariable } from "./watchdog-program.ts";
import { Watchdog } from "./watchdog.ts";

const brand = Symbol.for("fairlead.ProcessGroups");
const endings = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Settings of {@link ProcessGroups}. */
export interface ProcessGroupsOptions {
  /**
   * False: a `kill -9` of this program leaves its children running. Default true: a small program
   * beside this one kills them within two seconds of any end of it.
   */
  readonly watchdog?: boolean;
}

/**
 * The process groups this process has started, killed with it: at every `exit` (also of
 * `process.exit` and an uncaught exception), at SIGINT, SIGTERM and SIGHUP, and by the watchdog when
 * it is killed itself. A program that handles such a signal itself shuts down in its own order; then
 * only its exit counts. One instance may serve many hosts.
 */
export class ProcessGroups implements Disposable {
  readonly #leaders = new Set<number>();
  readonly #mark = randomBytes(16).toString("hex");
  readonly #watchdog: Watchdog | null;
  readonly #onExit = (): void => this.killAll();
  readonly #onSignal: NodeJS.SignalsListener & { readonly [brand]: true };

  constructor({ watchdog = true }: ProcessGroupsOptions = {}) {
    this.#watchdog = watchdog ? new Watchdog(this.#mark, this.#leaders) : null;
    const onSignal = (name: NodeJS.Signals): void => this.#endBySignal(name);
    this.#onSignal = Object.assign(onSignal, { [brand]: true } as const);
    process.on("exit", this.#onExit);
    for (const name of endings) process.on(name, this.#onSignal);
  }

  /** Process id of the watchdog; null before the first group, and when there is none. */
  get watchdogPid(): number | null {
    return this.#watchdog?.pid ?? null;
  }

  /**
   * The environment to start a child with: by its mark the watchdog finds what has left its group.
   */
  marked(environment: Readonly<Record<string, string>>): Record<string, string> {
    if (this.#watchdog === null) return { ...environment };
    return { ...environment, [watchVariable]: this.#mark };
  }

  /** Takes charge of the group led by `pid`. */
  add(pid: number): void {
    // Groups whose last process ended unseen, before their numbers are used again.
    for (const leader of this.#leaders) this.signal(leader, 0);
    this.#leaders.add(pid);
    this.#watchdog?.added(pid);
  }

  /**
   * Signals every process of the group; returns false when none is left. An empty or killed group
   * is forgotten, lest a later signal hits strangers under its number; the system reuses the number
   * only once the group is empty.
   */
  signal(pid: number, name: "SIGTERM" | "SIGHUP" | "SIGKILL" | 0): boolean {
    if (!this.#leaders.has(pid)) return false;
    try {
      // Windows has no process groups.
      process.kill(process.platform === "win32" ? pid : -pid, name);
      if (name === "SIGKILL") this.#forget(pid);
      return true;
    } catch {
      this.#forget(pid);
      return false;
    }
  }

  /** Kills every group at once, without a grace. */
  killAll(): void {
    for (const pid of this.#leaders) this.signal(pid, "SIGKILL");
  }

  /**
   * Kills what is left and stops watching this process. The watchdog ends too; if anything was left,
   * it first kills what had gone out of its group.
   */
  [Symbol.dispose](): void {
    const left = [...this.#leaders].filter((pid) => this.signal(pid, "SIGKILL"));
    if (left.length === 0) this.#watchdog?.dismiss();
    else this.#watchdog?.release();
    process.off("exit", this.#onExit);
    for (const name of endings) process.off(name, this.#onSignal);
  }

  #forget(pid: number): void {
    this.#leaders.delete(pid);
    this.#watchdog?.removed(pid);
  }

  #endBySignal(name: NodeJS.Signals): void {
    if (process.listeners(name).some((listener) => !(brand in listener))) return;
    this.killAll();
    process.off(name, this.#onSignal);
    // Without any handler the signal does what it would have done without us.
    if (process.listenerCount(name) === 0) process.kill(process.pid, name);
  }
}
