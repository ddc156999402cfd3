import type { Platform } from "./platform.ts";

/** How a pinned agent comes from npm. */
export interface Recipe {
  /** The package the version belongs to. */
  readonly package: string;
  readonly version: string;
  /** What npm installs. */
  readonly packages: (platform: Platform) => readonly string[];
  /** What is still to be done in the folder npm worked in; it is renamed afterwards. */
  readonly finish?: (folder: string, platform: Platform) => Promise<void>;
  /** Path of the program below the folder. */
  readonly program: (platform: Platform) => string;
}
