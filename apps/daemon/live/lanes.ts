import { aiSdkLane } from "./ai-sdk/lane.ts";
import { alleycatLane } from "./alleycat/lane.ts";
import { claudeLane } from "./claude/lane.ts";
import { codexLane } from "./codex/lane.ts";
import { daemonLane } from "./daemon/lane.ts";
import type { LiveLane } from "./lane.ts";
import { openCodeLane } from "./opencode/lane.ts";
import { piLane } from "./pi/lane.ts";
import { tuiLane } from "./tui/lane.ts";

/** Every lane, in the order they run. */
export const lanes: readonly LiveLane[] = [
  claudeLane,
  piLane,
  openCodeLane,
  codexLane,
  tuiLane,
  aiSdkLane,
  alleycatLane,
  daemonLane,
];
