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
    because: "steering abandons the message that streams, and a review the one it is told as",
    shownBy: "steer",
  },
  {
    law: "item-life",
    clause: "open-at-turn-end",
    facts: { itemType: "agentMessage", turnStatus: "failed" },
    because: "a stream that breaks off leaves the message in it open, and a retry begins another",
    shownBy: "error-midstream",
  },
  {
    law: "item-life",
    clause: "open-at-turn-end",
    facts: { itemType: "fileChange", turnStatus: "interrupted" },
    because: "a cancelled approval ends the turn and leaves the change it was about open",
    shownBy: "file-add-cancel",
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
  {
    law: "turn-once",
    clause: "never-completed",
    facts: { turnKind: "review" },
    because:
      "a review starts a turn of its own inside of the one review/start named, and ends that",
    shownBy: "review",
  },
  {
    law: "turn-once",
    clause: "completed-without-start",
    facts: { turnKind: "review" },
    because: "a review ends the turn that review/start named, which never started",
    shownBy: "review",
  },
  {
    law: "item-life",
    clause: "outside-turn",
    facts: { turnKind: "review" },
    because: "the items of a review name the turn of review/start, and another one was started",
    shownBy: "review",
  },
];

/** The exception that covers a finding, if there is one. */
export function exceptionFor(
  law: LawName,
  clause: string,
  facts: Readonly<Record<string, string>>,
): CodexException | undefined {
  return codexExceptions.find(
    (one) =>
      one.law === law &&
      one.clause === clause &&
      Object.entries(one.facts).every(([name, value]) => facts[name] === value),
  );
}
