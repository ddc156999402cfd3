import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { nonceOf } from "@fairlead/testkit";
import { type TuiScenario, exchange, isHealthy, lastRequest } from "./seat.ts";

/** What a command shows that nobody typed, and whether it takes the place of the input line. */
const views: readonly { command: string; shown: RegExp; isOpen: boolean }[] = [
  { command: "/status", shown: /Session: +[\da-f]{8}-[\da-f-]{27}/, isOpen: false },
  { command: "/mcp", shown: /MCP Tools/, isOpen: false },
  { command: "/hooks", shown: /Lifecycle hooks/, isOpen: true },
  { command: "/permissions", shown: /Update Model Permissions/, isOpen: true },
  { command: "/ps", shown: /No background terminals running/, isOpen: false },
  { command: "/stop", shown: /Stopping all background terminals/, isOpen: false },
];

/** What the TUI's own views and choosers do. */
export const ownViews: readonly TuiScenario[] = [
  {
    id: "views",
    sentence: "`/status`, `/mcp`, `/hooks`, `/permissions`, `/ps` and `/stop` show no error.",
    async run({ codex }) {
      const screen = await codex();
      for (const { command, shown, isOpen } of views) {
        await screen.type(command);
        isHealthy(await screen.shows(shown));
        if (isOpen) await screen.press("Escape");
        await screen.shows(/\? for shortcuts/);
      }
      await exchange(screen);
    },
  },
  {
    id: "model",
    sentence:
      "`/model` lists Claude's models; the one chosen for the session answers the next prompt.",
    async run({ codex, desk }) {
      const screen = await codex();
      await exchange(screen);
      const before = desk.mock.requests.at(-1)?.body["model"];
      await screen.type("/model");
      await screen.shows(/Select Model and Effort[^]*Haiku/);
      await screen.press("4");
      await screen.shows(/Select Reasoning Level/);
      await screen.press("s");
      await screen.shows(/Model changed to/);
      await exchange(screen);
      const after = desk.mock.requests.at(-1)?.body["model"];
      assert.ok(
        typeof after === "string" && after !== before,
        `${String(before)}, ${String(after)}`,
      );
    },
  },
  {
    id: "review",
    sentence:
      "`/review` has Claude review in a turn of the thread; its end shows the finding once.",
    async run({ codex, desk }) {
      const screen = await codex();
      await screen.type("/review");
      await screen.shows(/Select a review preset/);
      await screen.press("4");
      await screen.shows(/Custom review instructions/);
      const seed = randomUUID();
      await screen.type(`nonce: ${seed}`);
      await screen.shows(nonceOf(seed));
      const end = await screen.shows(/Code review finished/);
      isHealthy(end);
      assert.equal(end.split(nonceOf(seed)).length - 1, 1);
      assert.match(lastRequest(desk), new RegExp(seed));
    },
  },
];
