import type { Way } from "./report.ts";
import type { WayHooks } from "./scenario-run.ts";
import { killed } from "./ways/killed.ts";
import { reattached } from "./ways/reattached.ts";
import type { Joining } from "./ways/first-unseen.ts";
import { watched } from "./ways/watched.ts";

/** What a way of running changes, for one run. `joining`: when a second client can take a thread up. */
export function wayHooks(way: Way, joining: Joining = "at once"): WayHooks {
  switch (way) {
    case "straight":
      return {};
    case "reattach":
      return reattached();
    case "second-client":
      return watched(joining);
    case "kill":
      return killed();
  }
}
