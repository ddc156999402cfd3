import type { AgentName } from "@fairlead/testkit";

/** A line of Pi's that the lane drives. */
export interface PiLine {
  readonly agent: Extract<AgentName, `pi${string}`>;
  /** Whether it can do what a row needs. */
  readonly has: (id: string) => boolean;
}

/** What came with 0.99. */
const newest = new Set(["mcp-accepted", "mcp-declined", "dynamic-tools"]);

/** What the oldest line is held to. */
const oldest = new Set([
  "text-deltas",
  "command-output",
  "approval-declined",
  "approval-interrupted",
  "approval-policy-never",
  "file-declined",
  "interrupt-text",
  "start-in-turn",
  "settings-untouched",
  "resume-after-restart",
  "native-resume",
  "error-500",
  "killed",
]);

/** Newest first. */
export const lines: readonly [PiLine, ...PiLine[]] = [
  { agent: "pi", has: () => true },
  { agent: "pi-0.87", has: (id) => !newest.has(id) },
  { agent: "pi-0.73", has: (id) => oldest.has(id) },
];
