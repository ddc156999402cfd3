import { approvals } from "../agent/approvals.ts";
import { commands } from "../agent/commands.ts";
import { errors } from "../agent/errors.ts";
import { files } from "../agent/files.ts";
import { mcp } from "../agent/mcp.ts";
import { native } from "../agent/native.ts";
import { processes } from "../agent/processes.ts";
import { questions } from "../agent/questions.ts";
import { rowsOf } from "../agent/rows-of.ts";
import { sessions } from "../agent/sessions.ts";
import { settings } from "../agent/settings.ts";
import { slash } from "../agent/slash.ts";
import { steer } from "../agent/steer.ts";
import { text } from "../agent/text.ts";
import type { LiveScenario } from "../scenario.ts";
import { failures } from "./failures.ts";
import { modes } from "./modes.ts";
import { own } from "./own.ts";
import { running } from "./running.ts";

/** All scenarios of Hermes, in the order of the table. */
export const scenarios: readonly LiveScenario[] = [
  ...rowsOf(text, {
    "text-deltas": "`message.delta`s come before the completed message, then the turn ends.",
    thinking: "`reasoning.delta`s are a reasoning item in front of the answer.",
    "input-image": null,
    "text-long": null,
    "text-special": null,
  }),
  ...rowsOf(commands, {
    "command-output": null,
    "command-failure": "`exit_code` of a result tells a failed command; the turn goes on.",
    "command-parallel": null,
    "command-big-output": null,
  }),
  ...rowsOf(approvals, {
    "approval-before-effect":
      "Hermes asks only before what it thinks dangerous: the hook `pre_tool_call` holds every call until it is answered.",
    "approval-declined": "A call that the hook blocks does not run, and the turn goes on.",
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
    "file-edit": "`diff` of a `patch` is its true unified diff.",
    "file-overwrite": null,
    "file-declined": null,
    "file-failed": null,
    "file-turn-diff": null,
    "file-read": null,
  }),
  ...rowsOf(questions, {
    "plan-todo": "`todo`: the list of steps is the turn's plan.",
  }),
  ...rowsOf(steer, {
    "interrupt-cold": null,
    "steer-text": null,
    "start-in-turn": null,
  }),
  ...running,
  ...own,
  ...rowsOf(slash, { "slash-unknown": null }),
  ...rowsOf(mcp, { "mcp-accepted": null, "mcp-declined": null, "dynamic-tools": null }),
  ...rowsOf(settings, {
    models: null,
    "model-switch": null,
    // Without `effort-switch`: Hermes tells an effort only to a few providers that it knows by their address.
    "policy-switch": null,
    "developer-instructions": null,
    "token-usage": null,
    "token-usage-sum": null,
    "default-folder": null,
    "two-folders": null,
    "title-thread": null,
  }),
  ...rowsOf(sessions, {
    "resume-after-restart": null,
    "resume-approval-after-restart": null,
    "resume-elsewhere": null,
    "history-paging": null,
    rename: null,
    "user-shell": null,
    "resume-live": null,
    fork: null,
    "fork-at-turn": null,
    revert: null,
    "rollback-all": null,
  }),
  ...rowsOf(native, {
    "native-read": "A session of `hermes chat` is listed and read from `state.db`, ids stable.",
    "native-resume": null,
    "native-goes-on": null,
    "native-resume-ours": "`hermes chat --resume`: Hermes' own program resumes a thread made here.",
    "native-unknown": null,
  }),
  ...rowsOf(errors, { "error-recovered": null }),
  ...failures,
  ...rowsOf(processes, { "not-installed": null }),
  ...modes,
];
