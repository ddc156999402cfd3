import type { AcpAgentName } from "@fairlead/testkit";

const noLive = "it says what a command prints when that has ended";
const noForms = "its model cannot ask the user in a session of ACP";
const goesOn = "its no lets the turn go on";
const itself = "its process is the agent itself";
const keeps = "it loads its sessions";
const loses = "to load a session destroys it";
const undeletable = "it has no `session/delete`";
const stops = "its only no ends the turn";
const ownRules = "what its own settings allow runs unasked";
const ownSubAgents = "its sub-agents ask like itself, or nothing";

/** The rows that an agent cannot have, each with what keeps it from that. */
export const lacks: Readonly<Record<AcpAgentName, Readonly<Record<string, string>>>> = {
  "claude-agent-acp": {
    "approval-own-rules": ownRules,
    "sub-agent-off": ownSubAgents,
    killed: "what runs its commands is a process of its own",
    "daemon-killed-anew": keeps,
    "killed-anew": keeps,
    "resume-anew": keeps,
    "command-live-output": noLive,
    "declined-stops": goesOn,
    "file-declined-stops": goesOn,
    "approval-edits-only": "`approval-accept-edits` is its row",
  },
  opencode: {
    "session-deleted": undeletable,
    "plan-todo": "its list of steps is a tool like any other",
    "mcp-accepted": "it does not say which tools are of a server",
    "dynamic-tools": "it does not say which tools are of a server",
    "question-form": noForms,
    "approval-outside": "it asks for the folder before it says what it would write there",
    "approval-declined": stops,
    "approval-for-session": stops,
    "approval-refused-by-error": stops,
    "file-declined": stops,
    "killed-inside": itself,
    "daemon-killed-anew": keeps,
    "killed-anew": keeps,
    "resume-anew": keeps,
    "approval-edits-only": "`approval-accept-edits` is its row",
  },
  "codex-acp": {
    "approval-own-rules": ownRules,
    "sub-agent-off": ownSubAgents,
    "session-deleted": undeletable,
    "killed-inside": itself,
    "daemon-killed-anew": keeps,
    "killed-anew": keeps,
    "resume-anew": keeps,
    "command-live-output": noLive,
    "approval-declined": stops,
    "approval-for-session": stops,
    "approval-refused-by-error": stops,
    "approval-accept-edits": stops,
    "approval-outside": stops,
    "approval-outside-read": "a command that only reads runs unasked, wherever it reads",
    "two-folders": "it loses what a command prints before it waits",
    "approval-guarded": stops,
    "file-declined": stops,
    "file-write": "its patches end every line, the last one too",
    "file-overwrite": "its patch for a new file does not say that there was one",
    "file-failed": "it says nothing of a patch that does not apply",
    "question-form": noForms,
    fork: "it has no fork",
  },
  gemini: {
    "approval-own-rules": ownRules,
    "sub-agent-off": ownSubAgents,
    "session-deleted": undeletable,
    "killed-inside": itself,
    "daemon-killed": loses,
    killed: loses,
    "resume-after-restart": loses,
    "command-live-output": noLive,
    "command-output": "it tells no exit code",
    "command-failure": "it tells no exit code",
    "command-big-output": "it tells no exit code",
    "approval-outside": "it refuses by itself what lies outside the folder",
    "approval-outside-read": "it refuses by itself what lies outside the folder",
    "approval-guarded": "it refuses by itself to write where Git looks",
    "file-read": "it says nothing of what it read",
    "file-failed": "it says nothing of what an edit that failed was to change",
    "declined-stops": goesOn,
    "file-declined-stops": goesOn,
    "approval-edits-only": "`approval-accept-edits` is its row",
    "plan-todo": "its list of steps is a tool like any other",
    "question-form": noForms,
    thinking: "it takes the first line of a thought for its subject",
    models: "it has no efforts",
    "effort-switch": "it has no efforts",
    "session-listed": "it lists no sessions",
    fork: "it has no fork",
  },
};

/**
 * The rows that an agent could have and that others show: OpenCode takes seconds to start for each, and has a lane of
 * its own.
 */
export const left: Readonly<Partial<Record<AcpAgentName, ReadonlySet<string>>>> = {
  opencode: new Set([
    "text-long",
    "text-none",
    "text-special",
    "command-failure",
    "command-parallel",
    "command-live-output",
    "command-big-output",
    "approval-survives-client",
    "approval-outside-read",
    "approval-before-steer",
    "approval-ceiling",
    "approval-guarded",
    "file-overwrite",
    "file-failed",
    "file-turn-diff",
    "file-read",
    "start-in-turn",
    "steer-twice",
    "slash-unknown",
    "mcp-declined",
    "effort-switch",
    "policy-switch",
    "two-folders",
    "resume-approval-after-restart",
    "rename",
    "resume-live",
    "daemon-killed",
    "error-400-words",
    "error-tried-again",
    // Each starts it twice or more.
    "fork",
    "killed",
    "session-listed",
    "resume-after-restart",
  ]),
};
