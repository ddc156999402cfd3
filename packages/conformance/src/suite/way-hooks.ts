import type { Way } from "./report.ts";
import type { WayHooks } from "./scenario-run.ts";
import { killed } from "./ways/killed.ts";
import { reattached } from "./ways/reattached.ts";
import { watched } from "./ways/watched.ts";

/** What a way of running changes, for one run. */
export function wayHooks(way: Way): WayHooks {
  switch (way) {
    case "straight":
      return {};
    case "reattach":
      return reattached();
    case "second-client":
      return watched();
    case "kill":
      return killed();
  }
}
