import type { LiveScenario } from "../scenario.ts";
import { approvals } from "./approvals.ts";
import { commands } from "./commands.ts";
import { errors } from "./errors.ts";
import { files } from "./files.ts";
import { mcp } from "./mcp.ts";
import { native } from "./native.ts";
import { plan } from "./plan.ts";
import { processes } from "./processes.ts";
import { sessions } from "./sessions.ts";
import { settings } from "./settings.ts";
import { slash } from "./slash.ts";
import { steer } from "./steer.ts";
import { subagents } from "./subagents.ts";
import { text } from "./text.ts";
import { trust } from "./trust.ts";

/** All scenarios of Claude Code, in the order of the table. */
export const scenarios: readonly LiveScenario[] = [
  ...text,
  ...commands,
  ...approvals,
  ...files,
  ...plan,
  ...subagents,
  ...steer,
  ...slash,
  ...mcp,
  ...trust,
  ...settings,
  ...sessions,
  ...native,
  ...errors,
  ...processes,
];
