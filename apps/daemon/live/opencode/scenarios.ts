import { approvals } from "../agent/approvals.ts";
import { commands } from "../agent/commands.ts";
import { errors } from "../agent/errors.ts";
import { files } from "../agent/files.ts";
import { mcp } from "../agent/mcp.ts";
import { native } from "../agent/native.ts";
import { processes } from "../agent/processes.ts";
import { sessions } from "../agent/sessions.ts";
import { settings } from "../agent/settings.ts";
import { slash } from "../agent/slash.ts";
import { steer } from "../agent/steer.ts";
import { text } from "../agent/text.ts";
import { rowsOf } from "../agent/rows-of.ts";
import type { LiveScenario } from "../scenario.ts";

/** All. */
export const scenarios: readonly LiveScenario[] = [
  ...rowsOf(text, {
    "text-deltas": null,
    thinking: null,
    "input-image": null,
    "text-long": null,
    "text-none": null,
    "text-special": null,
  }),
  ...rowsOf(commands, {
    "command-output": null,
    "command-failure": null,
    "command-parallel": null,
    "command-live-output": null,
    "command-big-output": null,
  }),
  ...rowsOf(approvals, {
    "approval-before-effect": null,
    "approval-declined": null,
    "approval-cancelled": null,
    "approval-for-session": null,
    "approval-refused-by-error": null,
    "approval-interrupted": null,
    "approval-survives-client": null,
    "approval-policy-never": null,
    "approval-accept-edits": null,
    "approval-outside": null,
    "approval-ceiling": null,
  }),
  ...rowsOf(files, {
    "file-write": null,
    "file-edit": null,
    "file-overwrite": null,
    "file-declined": null,
    "file-failed": null,
    "file-turn-diff": null,
    "file-read": null,
    "file-read-image": null,
  }),
  ...rowsOf(steer, {
    "interrupt-text": null,
    "interrupt-command": null,
    "interrupt-cold": null,
    "steer-text": null,
    "steer-command": null,
    "start-in-turn": null,
    "steer-approval": null,
    "steer-twice": null,
  }),
  ...rowsOf(sessions, {
    "resume-after-restart": null,
    "resume-approval-after-restart": null,
    "resume-elsewhere": null,
    "resume-live": null,
    fork: null,
    "fork-at-turn": null,
    revert: null,
    "rollback-all": null,
  }),
  ...rowsOf(native, {
    "native-read": null,
    "native-resume": null,
    "native-goes-on": null,
    "native-resume-ours": null,
    "native-unknown": null,
  }),
  ...rowsOf(errors, {
    "error-recovered": null,
    "error-context": null,
    "error-midstream": null,
    "error-disconnect": null,
  }),
  ...rowsOf(processes, {
    "not-installed": null,
    killed: null,
    "daemon-killed": null,
  }),
  ...rowsOf(settings, {
    models: null,
    "model-switch": null,
    "effort-switch": null,
    "policy-switch": null,
    "developer-instructions": null,
    "token-usage": null,
    "token-usage-sum": null,
    "default-folder": null,
    "two-folders": null,
    "title-thread": null,
  }),
  ...rowsOf(mcp, {
    "mcp-accepted": null,
    "mcp-declined": null,
    "mcp-elicitation": null,
    "dynamic-tools": null,
  }),
  ...rowsOf(slash, {
    "slash-unknown": null,
    compact: null,
  }),
];
