import type { FinishedTurn } from "@fairlead/client";

/** A PNG of one pixel, as base64. */
export const dot: string = [
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk",
  "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
].join("");

/** The call of a tool by its name, as a step of the mock's program. */
export function call(name: string, input: Readonly<Record<string, unknown>>): string {
  return `tool: ${name} ${JSON.stringify(input)}`;
}

/** Makes a turn one in plan mode. */
export const planMode = {
  collaborationMode: {
    mode: "plan",
    settings: { model: "sonnet", reasoning_effort: null, developer_instructions: null },
  },
} as const;

/** Every plan a turn announced, a step as `status text`. */
export function plansOf({ events }: Pick<FinishedTurn, "events">): readonly (readonly string[])[] {
  return events.flatMap((event) =>
    event.method === "turn/plan/updated"
      ? [event.params.plan.map(({ step, status }) => `${status} ${step}`)]
      : [],
  );
}
