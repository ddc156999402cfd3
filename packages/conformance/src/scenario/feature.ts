/**
 * What agents may or may not offer. A bridge's manifest says `true` or why not, for each; text and
 * interrupts are no question.
 */
export const features = [
  "reasoning",
  "command",
  "commandOutput",
  "commandApproval",
  "fileChange",
  "fileApproval",
  "fileUpdate",
  "fileDelete",
  "fileRename",
  "plan",
  "planMode",
  "question",
  "mcp",
  "clientTools",
  "subagent",
  "image",
  "steer",
  "queue",
  "compact",
  "autoCompact",
  "usage",
  "apiErrors",
  "retry",
  "backgroundCommand",
] as const;

/** One thing an agent may offer. */
export type Feature = (typeof features)[number];
