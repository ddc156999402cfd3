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
import { asking } from "./asking.ts";
import { conversations } from "./conversations.ts";
import { failures } from "./failures.ts";
import { own } from "./own.ts";
import { patches } from "./patches.ts";
import { specs } from "./specs.ts";

/** All scenarios of Droid, in the order of the table. */
export const scenarios: readonly LiveScenario[] = [
  ...rowsOf(text, {
    "text-deltas": "`assistant_text_delta`s come before the completed message, then the turn ends.",
    thinking: "`thinking_text_delta`s are a reasoning item in front of the answer.",
    "input-image": null,
    "text-none": null,
    "text-special": null,
  }),
  ...rowsOf(commands, {
    "command-output": null,
    "command-failure":
      "`[Process exited with code 3]` is the exit code, and no part of the output.",
    "command-parallel": null,
    "command-live-output":
      "`fullOutput` is cumulative: what a command printed so far is on the wire once.",
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
    "approval-outside-read": null,
    "approval-before-steer": null,
    "approval-ceiling": null,
    "approval-guarded":
      "What programs run by (`.git`, `.factory`, …) is asked about also where edits are free.",
  }),
  ...asking,
  ...rowsOf(files, {
    "file-write": null,
    "file-edit": "`diffLines` of an edit become its true unified diff.",
    "file-overwrite": null,
    "file-declined": null,
    "file-failed": null,
    "file-turn-diff": null,
    "file-read": null,
    "file-read-image": null,
  }),
  ...patches,
  ...rowsOf(questions, {
    "plan-todo": "TodoWrite's numbered lines are the turn's plan.",
    "question-answered": "`droid.ask_user` is put to the user; the label goes back to the model.",
  }),
  ...specs,
  ...rowsOf(steer, {
    "interrupt-text": null,
    "interrupt-command":
      "The result that Droid tells twice is one; the command's process is gone with the turn.",
    "interrupt-cold": null,
    "steer-text": null,
    "steer-command": null,
    "start-in-turn": null,
  }),
  ...rowsOf(slash, { "slash-unknown": null }),
  ...rowsOf(mcp, { "mcp-accepted": null, "mcp-declined": null, "dynamic-tools": null }),
  ...rowsOf(settings, {
    models: null,
    "model-switch": null,
    "effort-switch": null,
    "policy-switch": null,
    "developer-instructions":
      "`systemPrompt.append` carries the client's instructions to the model.",
    "default-folder": null,
    "two-folders":
      "One process per thread: two threads in two folders run at once, each in its own.",
    "title-thread": null,
  }),
  ...rowsOf(sessions, {
    "resume-after-restart":
      "`load_session`: after a restart of the daemon the model knows the history.",
    "resume-approval-after-restart": null,
    "resume-elsewhere":
      "`change_working_directory`: a conversation moves to a new folder that the user trusts.",
    "history-paging": null,
    rename: null,
    "user-shell": null,
    "resume-live": null,
    fork: "`fork_session`: the copy knows the history, its source not what follows.",
    "fork-at-turn": null,
    revert: "`execute_rewind` makes a session that has forgotten what was taken back.",
    "rollback-all": null,
  }),
  ...rowsOf(native, {
    "native-read": "A session of `droid exec` is listed and read from its file, ids stable.",
    "native-resume": null,
    "native-goes-on": null,
    "native-resume-ours": null,
    "native-unknown": null,
  }),
  ...rowsOf(errors, {
    "error-400": null,
    "error-401": "`model_authentication_failed`: a 401 is no login, asked once.",
    "error-429": "`llm_retry`: one 429 is waited out and told as a retry.",
    "error-recovered": null,
    "error-context": null,
    "error-midstream": null,
    "error-disconnect": null,
  }),
  ...failures,
  ...rowsOf(processes, { "not-installed": null, killed: null }),
  ...conversations,
  ...own,
];
