import type { ReviewTarget } from "@fairlead/codex-proto";

/** What an agent without a review mode of its own is told when the user asks for a review. */
export function reviewPrompt(target: ReviewTarget): string {
  if (target.type === "custom") return target.instructions;
  return (
    `Review ${changes(target)}. List the problems you find, the most serious first, each with its ` +
    "file and line and what goes wrong. Say so when there are none. Do not change any file."
  );
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
