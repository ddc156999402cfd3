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
import { own } from "./own.ts";
import { rules } from "./rules.ts";
import { servers } from "./servers.ts";

/** All scenarios of OpenCode, in the order of the table. */
export const scenarios: readonly LiveScenario[] = [
  ...rowsOf(text, {
    "text-deltas": "`message.part.delta`s come before the completed message, then the turn ends.",
    thinking: "A `reasoning` part is a reasoning item in front of the answer.",
    "input-image": null,
    "text-long": null,
    "text-none": null,
    "text-special": null,
  }),
  ...rowsOf(commands, {
    "command-output": null,
    "command-failure":
      "A command that failed is `completed` for OpenCode; `metadata.exit` tells the truth.",
    "command-parallel": "Two calls ask at once; each keeps its own answer and output.",
    "command-live-output":
      "`metadata.output` is cumulative: what a command printed so far is on the wire once.",
    "command-big-output":
      "Output that OpenCode cuts (`truncated`) breaks neither the turn nor the limit of core.",
  }),
  ...rowsOf(approvals, {
    "approval-before-effect":
      "`permission.asked` comes before the effect and waits for its answer.",
    "approval-declined":
      "A reject with words does not run the command, and the turn goes on; without them it would end.",
    "approval-cancelled": null,
    "approval-for-session": null,
    "approval-refused-by-error": null,
    "approval-interrupted":
      "Abort sends no `permission.replied`: the request is withdrawn and never comes true.",
    "approval-survives-client": null,
    "approval-policy-never": null,
    "approval-accept-edits": null,
    "approval-outside":
      "`external_directory`: a write outside the folder is asked about, and the client told why.",
    "approval-outside-read": null,
    "approval-before-steer": null,
    "approval-ceiling": null,
    "approval-guarded":
      "What programs run by (`.git`, `.opencode`, …) is asked about also where edits are free.",
  }),
  ...rowsOf(files, {
    "file-write": null,
    "file-edit": "`metadata.diff` of an edit becomes its true unified diff.",
    "file-overwrite": null,
    "file-declined": null,
    "file-failed": null,
    "file-turn-diff": null,
    "file-read": null,
    "file-read-image": null,
  }),
  ...rowsOf(questions, {
    "plan-todo": "`todo.updated`: the to-do list is the turn's plan.",
    "question-answered": "`question.asked` is put to the user; the label goes back to the model.",
  }),
  ...rowsOf(steer, {
    "interrupt-text":
      "Abort tells idle twice: the turn is interrupted once, its partial text kept.",
    "interrupt-command": null,
    "interrupt-cold": null,
    "steer-text": null,
    "steer-command": null,
    "start-in-turn":
      "A prompt while one runs is taken in: one turn, one idle at the end, nothing lost.",
    "steer-twice": null,
  }),
  ...rowsOf(slash, {
    "slash-unknown": null,
    compact: "`summarize` on request: the model has a summary instead of the history.",
  }),
  ...rowsOf(mcp, { "mcp-accepted": null, "mcp-declined": null, "dynamic-tools": null }),
  ...rowsOf(settings, {
    models: "Models of the connected providers are listed with their efforts; one is the default.",
    "model-switch": null,
    "effort-switch": "The variant of a model set for a turn reaches the provider as its effort.",
    "policy-switch": null,
    "developer-instructions": "`system` carries the client's instructions to the model.",
    "token-usage": null,
    "token-usage-sum": null,
    "default-folder": null,
    "two-folders": "One server for all: two threads in two folders run at once, each in its own.",
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
    fork: "A fork's messages have new ids: it knows the history, its source not what follows.",
    "fork-at-turn": null,
    revert: null,
    "rollback-all": null,
  }),
  ...rowsOf(native, {
    "native-read": "A session of `opencode run` is listed and read, ids stable.",
    "native-resume": null,
    "native-goes-on": null,
    "native-resume-ours": "`--continue`: OpenCode's own program resumes a thread made here.",
    "native-unknown": null,
  }),
  ...rowsOf(errors, {
    "error-400": null,
    "error-401": null,
    "error-429": null,
    "error-recovered": null,
    "error-midstream": null,
    "error-disconnect": null,
  }),
  ...rowsOf(processes, { "not-installed": null, "daemon-killed": null }),
  ...servers,
  ...rules,
  ...own,
  ...failures,
];
