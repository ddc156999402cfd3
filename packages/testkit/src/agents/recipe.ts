import type { Platform } from "./platform.ts";

/** How a pinned agent comes to this machine. */
export interface Recipe {
  /** The package the version belongs to. */
  readonly package: string;
  readonly version: string;
  /** What npm installs. */
  readonly packages: (platform: Platform) => readonly string[];
  /** What is still to be done in the folder npm worked in; it is renamed afterwards. */
  readonly finish?: (folder: string, platform: Platform) => Promise<void>;
  /** Installs it in npm's place, for what comes from elsewhere; resolves with the folder. */
  readonly install?: (name: string, platform: Platform) => Promise<string>;
  /** Path of the program below the folder. */
  readonly program: (platform: Platform) => string;
  /** False when its `--version` cannot be relied on, and starting with `--help` has to do. Default true. */
  readonly tellsVersion?: false;
}
