import type { Feature } from "../feature.ts";
import type { Scenario } from "../scenario.ts";
import { askingForFiles, decide, fileApproval, opening, turn, turnCompleted } from "../scripts.ts";

interface Change {
  readonly kind: "add" | "update" | "delete" | "rename";
  readonly needs: readonly Feature[];
  /** What happens, as the subject of a title. */
  readonly what: string;
  readonly program: string;
  /** A further change of the same file, which an acceptance for the session covers. */
  readonly again: string;
}

interface Answer {
  readonly id: string;
  readonly decision: "accept" | "acceptForSession" | "decline" | "cancel";
  readonly effect: string;
}

const renaming = [
  "*** Begin Patch",
  "*** Update File: base.txt",
  "*** Move to: moved.txt",
  "@@",
  "-base",
  "+changed",
  "*** End Patch",
].join("\n");

const changes: readonly Change[] = [
  {
    kind: "add",
    needs: [],
    what: "A new file",
    program: "write: new.txt = line one",
    again: "edit: new.txt = line one => line two",
  },
  {
    kind: "update",
    needs: ["fileUpdate"],
    what: "A change of a file",
    program: "edit: base.txt = base => changed",
    again: "edit: base.txt = changed => changed again",
  },
  {
    kind: "delete",
    needs: ["fileDelete"],
    what: "A deleted file",
    program: "rm: base.txt",
    again: "write: base.txt = written anew",
  },
  {
    kind: "rename",
    needs: ["fileRename"],
    what: "A renamed file",
    program: `tool: apply_patch ${renaming}`,
    again: "edit: moved.txt = changed => changed again",
  },
];

const answers: readonly Answer[] = [
  { id: "accept", decision: "accept", effect: "happens once it is accepted" },
  {
    id: "accept-session",
    decision: "acceptForSession",
    effect: "that is accepted for the session is not asked for again",
  },
  { id: "decline", decision: "decline", effect: "does not happen when it is declined" },
  { id: "cancel", decision: "cancel", effect: "that is cancelled interrupts the turn" },
];

/** Changes of files the agent asks for: every kind with every answer. */
export const fileScenarios: readonly Scenario[] = changes.flatMap((change) =>
  answers.map((answer) => scenario(change, answer)),
);

function scenario(change: Change, { id, decision, effect }: Answer): Scenario {
  const name = `file-${change.kind}-${id}`;
  const again = decision === "acceptForSession" ? ` ;; ${change.again}` : "";
  return {
    id: name,
    title: `${change.what} ${effect}.`,
    needs: ["fileChange", "fileApproval", ...change.needs],
    files: { "base.txt": "base\n" },
    steps: [
      ...opening(askingForFiles),
      turn(name, `${change.program}${again} ;; say: finished`),
      decide(fileApproval, decision),
      turnCompleted,
    ],
  };
}
