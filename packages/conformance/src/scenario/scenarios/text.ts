import type { Scenario } from "../scenario.ts";
import { opening, say, wholeTurn } from "../scripts.ts";

/** What the agent says and thinks. */
export const textScenarios: readonly Scenario[] = [
  {
    id: "text",
    title: "A turn streams the answer and ends as completed.",
    needs: [],
    steps: [...opening(), ...say("hello world")],
  },
  {
    id: "reasoning",
    title: "Reasoning is an item of its own, in front of the answer.",
    needs: ["reasoning"],
    steps: [
      ...opening(),
      ...wholeTurn("reasoning", "think: forty two", { effort: "high", summary: "detailed" }),
    ],
  },
];
