import type { CommandAction } from "@fairlead/codex-proto";

/**
 * What a command does, as far as its text alone is certain: nothing is guessed for a shell line.
 */
export function commandActions(command: string): readonly CommandAction[] {
  return [{ type: "unknown", command }];
}
