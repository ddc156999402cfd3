import type { ReviewTarget } from "@fairlead/codex-proto";

/** What an agent without a review mode of its own is told when the user asks for a review. */
export function reviewPrompt(target: ReviewTarget): string {
  if (target.type === "custom") return target.instructions;
  return (
    `Review ${changes(target)}. List the problems you find, the most serious first, each with its ` +
    "file and line and what goes wrong. Say so when there are none. Do not change any file."
  );
}

/** What is reviewed, in the few words clients show when the review begins. */
export function reviewSubject(target: ReviewTarget): string {
  switch (target.type) {
    case "uncommittedChanges":
      return "current changes";
    case "baseBranch":
      return `changes against '${target.branch}'`;
    case "commit":
      return `commit ${target.sha}${target.title === null ? "" : `: ${target.title}`}`;
    case "custom":
      return target.instructions;
  }
}

function changes(target: Exclude<ReviewTarget, { type: "custom" }>): string {
  switch (target.type) {
    case "uncommittedChanges":
      return "the uncommitted changes in this folder: staged, unstaged and untracked files";
    case "baseBranch":
      return `the changes of the current branch since it left the branch \`${target.branch}\``;
    case "commit":
      return `the commit ${target.sha}${target.title === null ? "" : ` (${target.title})`}`;
  }
}
