import { call } from "../agent/steps.ts";

/** A sub-agent that works inside the turn, as a step of the mock's program. */
export function foreground(prompt: string): string {
  const agent = { description: "mock task", subagent_type: "general-purpose" };
  return call("Agent", { ...agent, prompt, run_in_background: false });
}

/** Makes a turn one in plan mode. */
export const planMode = {
  collaborationMode: {
    mode: "plan",
    settings: { model: "sonnet", reasoning_effort: null, developer_instructions: null },
  },
} as const;
