import type { TuiScenario } from "./seat.ts";
import { threads } from "./threads.ts";
import { turns } from "./turns.ts";
import { unified } from "./unified.ts";
import { ownViews } from "./views.ts";

/** Everything the lane of the codex TUI proves. */
export const scenarios: readonly TuiScenario[] = [...turns, ...threads, ...ownViews, ...unified];
