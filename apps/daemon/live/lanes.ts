import { acpLane } from "./acp/lane.ts";
import { aiSdkLane } from "./ai-sdk/lane.ts";
import { alleycatLane } from "./alleycat/lane.ts";
import { ampLane } from "./amp/lane.ts";
import { claudeLane } from "./claude/lane.ts";
import { codexLane } from "./codex/lane.ts";
import { daemonLane } from "./daemon/lane.ts";
import { hermesLane } from "./hermes/lane.ts";
import { droidLane } from "./droid/lane.ts";
import type { LiveLane } from "./lane.ts";
import { openCodeLane } from "./opencode/lane.ts";
import { piLane } from "./pi/lane.ts";
import { tuiLane } from "./tui/lane.ts";

/** Every lane, in the order they run. */
export const lanes: readonly LiveLane[] = [
  claudeLane,
  piLane,
  openCodeLane,
  droidLane,
  ampLane,
  hermesLane,
  acpLane,
  codexLane,
  tuiLane,
  aiSdkLane,
  alleycatLane,
  daemonLane,
];
