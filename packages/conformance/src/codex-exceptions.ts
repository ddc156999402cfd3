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
    facts: { itemType: "commandExecution", turnStatus: "interrupted" },
    because: "a command that waits for its approval is left open by an interrupt",
    shownBy: "approval-interrupt",
  },
  {
    law: "server-request",
    clause: "unresolved-at-turn-end",
    facts: { turnStatus: "interrupted" },
    because: "an interrupt resolves the pending approvals only after turn/completed",
    shownBy: "approval-interrupt",
  },
];
