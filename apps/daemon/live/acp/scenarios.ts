import { approvals } from "../agent/approvals.ts";
import { commands } from "../agent/commands.ts";
import { files } from "../agent/files.ts";
import { mcp } from "../agent/mcp.ts";
import { processes } from "../agent/processes.ts";
import { questions } from "../agent/questions.ts";
import { rowsOf } from "../agent/rows-of.ts";
import { sessions } from "../agent/sessions.ts";
import { settings } from "../agent/settings.ts";
import { slash } from "../agent/slash.ts";
import { steer } from "../agent/steer.ts";
import { text } from "../agent/text.ts";
import type { LiveScenario } from "../scenario.ts";
import { lasting } from "./lasting.ts";
import { own } from "./own.ts";

/** All scenarios of the ACP agents, in the order of the table. */
export const scenarios: readonly LiveScenario[] = [
  ...rowsOf(text, {
    "text-deltas": "`agent_message_chunk`s come before the completed message, then the turn ends.",
    thinking: "`agent_thought_chunk`s are a reasoning item in front of the answer.",
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
    "approval-before-effect":
      "`session/request_permission` comes before the effect and waits for its answer.",
    "approval-declined": "The option of the kind `reject_once`: the call does not run.",
    "approval-cancelled": null,
    "approval-for-session": null,
    "approval-refused-by-error": null,
    "approval-interrupted": null,
    "approval-survives-client": null,
    "approval-policy-never": null,
    "approval-accept-edits": null,
    "approval-outside": null,
    "approval-outside-read": null,
    "approval-before-steer": null,
    "approval-ceiling": null,
    "approval-guarded": null,
  }),
  ...rowsOf(files, {
    "file-write": null,
    "file-edit": null,
    "file-overwrite": null,
    "file-declined": null,
    "file-failed": null,
    "file-turn-diff": null,
    "file-read": null,
  }),
  ...rowsOf(questions, { "plan-todo": null }),
  ...rowsOf(steer, {
    "interrupt-text": null,
    "interrupt-cold": null,
    "steer-text": null,
    "start-in-turn": null,
  }),
  ...rowsOf(slash, { "slash-unknown": null }),
  ...rowsOf(mcp, { "mcp-accepted": null, "mcp-declined": null, "dynamic-tools": null }),
  ...rowsOf(settings, {
    models: null,
    "model-switch": null,
    "effort-switch": null,
    "policy-switch": null,
    "two-folders": null,
  }),
  ...rowsOf(sessions, {
    "resume-after-restart": null,
    "resume-approval-after-restart": null,
    "history-paging": null,
    rename: null,
    "resume-live": null,
    fork: null,
  }),
  ...rowsOf(processes, { "not-installed": null, killed: null, "daemon-killed": null }),
  ...own,
  ...lasting,
];
