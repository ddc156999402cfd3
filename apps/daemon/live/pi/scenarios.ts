import { approvals } from "../agent/approvals.ts";
import { commands } from "../agent/commands.ts";
import { errors } from "../agent/errors.ts";
import { files } from "../agent/files.ts";
import { mcp } from "../agent/mcp.ts";
import { native } from "../agent/native.ts";
import { processes } from "../agent/processes.ts";
import { rowsOf } from "../agent/rows-of.ts";
import { sessions } from "../agent/sessions.ts";
import { settings } from "../agent/settings.ts";
import { slash } from "../agent/slash.ts";
import { steer } from "../agent/steer.ts";
import { text } from "../agent/text.ts";
import type { LiveScenario } from "../scenario.ts";
import { dialogs } from "./dialogs.ts";
import { own } from "./own.ts";

/** All scenarios of Pi, in the order of the table. */
export const scenarios: readonly LiveScenario[] = [
  ...rowsOf(text, {
    "text-deltas": "`text_delta`s come before the completed message, then the turn ends.",
    thinking: "`thinking_delta`s are a reasoning item in front of the answer.",
    "input-image": null,
    "text-long": null,
    "text-none": null,
    "text-special": "LF-only lines: U+2028, NUL, quotes and lines of JSON arrive whole.",
  }),
  ...rowsOf(commands, {
    "command-output": null,
    "command-failure":
      "An exit code other than 0 is told apart from the output it is written behind.",
    "command-parallel": "Parallel calls are asked one after another and keep their own outputs.",
    "command-live-output":
      "`partialResult` is cumulative: what a command printed so far is on the wire once.",
    "command-big-output": null,
  }),
  ...rowsOf(approvals, {
    "approval-before-effect":
      "Pi never asks by itself: the bridge's extension holds each `tool_call` until it is answered.",
    "approval-declined": "`{block: true}`: the call does not run and the turn goes on.",
    "approval-cancelled": null,
    "approval-for-session": null,
    "approval-refused-by-error": null,
    "approval-interrupted":
      "An abort ends the extension's dialog, and what it asked for never happens.",
    "approval-survives-client": null,
    "approval-policy-never": null,
    "approval-accept-edits": null,
    "approval-outside": null,
    "approval-outside-read": null,
    "approval-before-steer": null,
    "approval-ceiling": null,
    "approval-guarded":
      "What programs run by (`.git`, `.pi`, …) is asked about also where edits are free.",
  }),
  ...rowsOf(files, {
    "file-write": null,
    "file-edit": "`details.patch` of an edit is its true unified diff.",
    "file-overwrite": "Pi gives no diff for a write: what was there before makes it a change.",
    "file-declined": null,
    "file-failed": null,
    "file-turn-diff": null,
    "file-read": null,
    "file-read-image": null,
  }),
  ...dialogs,
  ...rowsOf(steer, {
    "interrupt-text": null,
    "interrupt-command":
      "`abort` kills the command with its children; the turn reads as interrupted.",
    "interrupt-cold": null,
    "steer-text": null,
    "steer-command": null,
    "start-in-turn": "A prompt while one runs (`streamingBehavior`) joins its turn as a follow-up.",
    "steer-twice": null,
  }),
  ...rowsOf(slash, { "slash-unknown": null, compact: null }),
  ...rowsOf(mcp, { "mcp-accepted": null, "mcp-declined": null, "dynamic-tools": null }),
  ...rowsOf(settings, {
    models: null,
    "model-switch": null,
    "effort-switch": "A thinking level set for a turn reaches the model.",
    "policy-switch": null,
    "developer-instructions":
      "`--append-system-prompt` carries the client's instructions to the model.",
    "token-usage": null,
    "token-usage-sum": null,
    "default-folder": null,
    "two-folders":
      "One process per thread: two threads in two folders run at once, each in its own.",
    "title-thread": null,
  }),
  ...rowsOf(sessions, {
    "resume-after-restart":
      "`--session FILE`: after a restart of the daemon the model knows the history.",
    "resume-approval-after-restart": null,
    "resume-elsewhere": "Pi works where a session says: in another folder a copy of it goes on.",
    "history-paging": null,
    rename: null,
    "user-shell": null,
    "resume-live": null,
    fork: "`--fork`: the copy knows the history, its source not what follows.",
    "fork-at-turn": null,
    revert: null,
    "rollback-all": null,
  }),
  ...rowsOf(native, {
    "native-read": "A session of `pi -p` is listed and read from its file, ids stable.",
    "native-resume": null,
    "native-goes-on": null,
    "native-resume-ours": "`--session ID`: Pi's own program resumes a thread made here.",
    "native-unknown": null,
  }),
  ...rowsOf(errors, {
    "error-400": null,
    "error-401": null,
    "error-429": "`auto_retry_start`: one 429 is waited out and told as a retry.",
    "error-recovered": null,
    "error-disconnect": null,
  }),
  ...rowsOf(processes, {
    "not-installed": null,
    killed: null,
    "daemon-killed": null,
  }),
  ...own,
];
