import assert from "node:assert/strict";
import { rowsOf } from "../agent/rows-of.ts";
import { interruptCommand, interruptText, steer as shared } from "../agent/steer.ts";
import type { LiveScenario } from "../scenario.ts";

/** Stopping a turn, and saying something in the middle of one. */
export const steer: readonly LiveScenario[] = [
  ...rowsOf(shared, {
    "interrupt-cold": "A turn interrupted before Claude printed anything ends at once.",
    "steer-text":
      '`priority: "now"` cuts the stream; what follows answers the steer, in the same turn.',
    "steer-command": "A message during a tool is delivered at the next boundary of the SAME turn.",
    "start-in-turn": "A second prompt while a turn runs joins it: one turn, nothing lost.",
    "steer-approval": "A message while a permission waits withdraws the prompt and is answered.",
    "steer-twice": "Two messages one after the other are both answered before the turn ends.",
  }),
  {
    id: "interrupt-text",
    sentence: "An interrupt keeps the partial text; the next turn tells the model of it.",
    async run(live) {
      await interruptText(live);
      const told = JSON.stringify(live.mock.requests.at(-1)?.body);
      assert.match(told, /Request interrupted by user/);
    },
  },
  {
    id: "interrupt-command",
    sentence: "An interrupt during a tool ends its process and the turn.",
    async run(live) {
      await interruptCommand(live);
      const told = JSON.stringify(live.mock.requests.at(-1)?.body);
      assert.match(told, /Request interrupted by user for tool use/);
    },
  },
];
