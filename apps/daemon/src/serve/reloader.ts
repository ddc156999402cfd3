import { messageOf } from "@fairlead/bridge-core/transport";
import type { HostConfig } from "../config/host-config.ts";
import type { FoundConfig } from "../config/load.ts";
import type { Paths } from "../config/paths.ts";
import { invalid } from "../config/change.ts";
import { remarkLine } from "../config/remark.ts";
import { diffConfig, type ReloadReport, reloadSentences } from "../config/reload.ts";
import type { Log } from "./log.ts";

/** What a reload works with. */
export interface ReloaderParts {
  readonly read: () => Promise<FoundConfig>;
  readonly apply: (config: HostConfig) => Promise<void>;
  /** What the command line says stands above the file. */
  readonly overridden: (config: HostConfig) => HostConfig;
  /** What the daemon was started with. */
  readonly config: HostConfig;
  /** What was wrong with the file at the start. */
  readonly problems: readonly string[];
  readonly paths: Paths;
  readonly log: Log;
}

/** Takes a changed `host.toml` over while the daemon runs; one that is wrong changes nothing. */
export class Reloader {
  readonly #parts: ReloaderParts;
  #config: HostConfig;
  #problems: readonly string[];
  #reloading: Promise<unknown> = Promise.resolve();

  constructor(parts: ReloaderParts) {
    this.#parts = parts;
    this.#config = parts.config;
    this.#problems = parts.problems;
  }

  /** The configuration in force. */
  get config(): HostConfig {
    return this.#config;
  }

  /** What is wrong with the file, as it was last read. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  /** One at a time. Rejects with the problems of the file, by line and key. */
  reload(): Promise<ReloadReport> {
    const reload = this.#reloading.then(() => this.#reload());
    this.#reloading = reload.catch(() => {});
    return reload;
  }

  /** {@link reload} for a signal, which nobody waits for: the outcome is logged. */
  reloadBySignal(): void {
    const { log } = this.#parts;
    const told = (sentences: string): void => log("warn", `reload of host.toml: ${sentences}`);
    this.reload().then(
      (report) => told(reloadSentences(report).join(" ")),
      (error: unknown) => told(messageOf(error)),
    );
  }

  async #reload(): Promise<ReloadReport> {
    const { read, apply, overridden, paths } = this.#parts;
    const found = await read();
    if (!found.ok) {
      this.#problems = found.problems.map((problem) => remarkLine(paths.configFile, problem));
      throw invalid(paths.configFile, found.problems, "The running configuration stays as it is");
    }
    const next = overridden(found.config);
    const { live } = diffConfig(this.#config, next);
    // Also what an earlier reload has left for the next start.
    const { restart } = diffConfig(this.#parts.config, next);
    await apply(next);
    this.#config = next;
    this.#problems = [];
    const warnings = found.warnings.map((warning) => remarkLine(paths.configFile, warning));
    return { live, restart, warnings };
  }
}
