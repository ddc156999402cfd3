import type { LawName } from "./violation.ts";

/** One way in which real codex breaks a law, proved by a recording. */
export interface CodexException {
  readonly law: LawName;
  readonly clause: string;
  /** Facts a violation must have to be forgiven; others it may have. */
  readonly facts: Readonly<Record<string, string>>;
  /** Why codex does it, as far as the recording shows. */
  readonly because: string;
  /** The recording under `transcripts/` that shows it. */
  readonly shownBy: string;
}

/** All that the profile `codex` forgives. Fairlead itself is never forgiven any of it. */
export const codexExceptions: readonly CodexException[] = [
  {
    law: "item-life",
    clause: "open-at-turn-end",
    facts: { itemType: "agentMessage", turnStatus: "interrupted" },
    because: "an interrupt cuts the model's stream, and the message in it never completes",
    shownBy: "interrupt-text",
  },
  {
    law: "item-life",
    clause: "open-at-turn-end",
    facts: { itemType: "agentMessage", turnStatus: "completed" },
    because: "steering abandons the message that streams",
    shownBy: "steer",
  },
  {
    law: "item-life",
    clause: "open-at-turn-end",
    facts: { itemType: "commandExecution", turnStatus: "interrupted" },
    because: "an interrupt leaves commands open, running ones and those that wait for approval",
    shownBy: "interrupt-command",
  },
  {
    law: "item-life",
    clause: "open-at-turn-end",
    facts: { itemType: "commandExecution", turnStatus: "completed" },
    because: "a command of more than ten seconds goes on as a background terminal",
    shownBy: "background-command",
  },
  {
    law: "server-request",
    clause: "unresolved-at-turn-end",
    facts: { turnStatus: "interrupted" },
    because: "an interrupt resolves the pending approvals only after turn/completed",
    shownBy: "approval-interrupt",
  },
  {
    law: "server-request",
    clause: "unresolved-at-turn-end",
    facts: { method: "item/tool/call" },
    because: "calls of the client's tools end without serverRequest/resolved",
    shownBy: "dynamic-tool",
  },
  {
    law: "server-request",
    clause: "never-resolved",
    facts: { method: "item/tool/call" },
    because: "calls of the client's tools end without serverRequest/resolved",
    shownBy: "dynamic-tool",
  },
];
