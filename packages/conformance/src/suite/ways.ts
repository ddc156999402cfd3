import type { Daemons } from "./daemons.ts";
import type { Way } from "./report.ts";
import type { WayHooks } from "./scenario-run.ts";

/** What a way of running changes. */
export function wayHooks(way: Way, daemons: Daemons): WayHooks {
  void daemons;
  void way;
  return {};
}
