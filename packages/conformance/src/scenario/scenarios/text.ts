import type { Scenario } from "../scenario.ts";
import { notified, opening, say, turn, turnCompleted, wholeTurn } from "../scripts.ts";

/** A PNG of one pixel. */
const dot = [
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk",
  "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
].join("");

/** What is said and thought. */
export const textScenarios: readonly Scenario[] = [
  {
    id: "text",
    title: "A turn streams its answer and ends as completed.",
    needs: [],
    steps: [...opening(), ...say("hello world")],
  },
  {
    id: "two-turns",
    title: "A thread takes one turn after the other.",
    needs: [],
    steps: [...opening(), ...say("first"), ...say("second")],
  },
  {
    id: "usage",
    title: "The tokens a turn has used are told before it ends.",
    needs: ["usage"],
    steps: [
      ...opening(),
      turn("text", "say: counted"),
      notified("thread/tokenUsage/updated"),
      turnCompleted,
    ],
  },
  {
    id: "reasoning",
    title: "Reasoning is an item of its own in front of the answer.",
    needs: ["reasoning"],
    steps: [
      ...opening(),
      ...wholeTurn("reasoning", "think: forty two", { effort: "high", summary: "detailed" }),
    ],
  },
  {
    id: "image",
    title: "An image reaches the agent and is part of the user's message.",
    needs: ["image"],
    steps: [
      ...opening(),
      ...wholeTurn("image", "say: seen", {
        input: [
          { type: "text", text: "say: seen" },
          { type: "image", url: dot },
        ],
      }),
    ],
  },
];
