import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { type MockRequest, nonceOf } from "@fairlead/testkit";
import type { Screen } from "./screen.ts";
import { type TuiScenario, ready } from "./seat.ts";
import { UnifiedDesk } from "./unified-desk.ts";

/** Ends a wait before the lane does, so that the screen is part of the reason. */
const patienceMs = 55_000;

/** One daemon, one address, every agent. */
export const unified: readonly TuiScenario[] = [
  {
    id: "unified",
    sentence:
      "On the endpoint of all agents, `/model` starts a Claude thread and a codex thread, and `/resume` finds both.",
    async run() {
      await using desk = await UnifiedDesk.open();
      const screen = await open(desk);
      const claude = await exchange(desk, screen);
      assert.equal(claude.request.path, "/v1/messages");
      const ofClaude = await rename(screen, "claude");

      await screen.type("/new");
      await screen.hides(new RegExp(claude.nonce));
      await choose(screen, "Codex");
      await screen.shows(/Model changed to codex\/mock-model/);
      const codex = await exchange(desk, screen);
      assert.equal(codex.request.path, "/v1/responses");
      assert.equal(codex.request.body["model"], "mock-model");
      assert.doesNotMatch(JSON.stringify(codex.request.body), new RegExp(claude.nonce));
      // codex names its threads itself, a moment after the first turn.
      await screen.shows(/· Mock title/);
      const ofCodex = await rename(screen, "codex");

      await screen.type("/resume");
      await screen.shows(ofClaude);
      await screen.shows(ofCodex);
      await screen.type(ofClaude);
      await screen.shows(claude.nonce);
      const again = await exchange(desk, screen);
      assert.equal(again.request.path, "/v1/messages");
      assert.match(JSON.stringify(again.request.body), new RegExp(claude.nonce));
    },
  },
  {
    id: "unified-refused",
    sentence:
      "A thread with turns keeps its agent: another agent's model is refused, and the thread goes on.",
    async run() {
      await using desk = await UnifiedDesk.open();
      const screen = await open(desk);
      const first = await exchange(desk, screen);
      await choose(screen, "Codex");
      await screen.shows(/Failed to update thread settings/);
      const second = await exchange(desk, screen);
      assert.equal(second.request.path, "/v1/messages");
      assert.match(JSON.stringify(second.request.body), new RegExp(first.nonce));
    },
  },
];

async function open(desk: UnifiedDesk): Promise<Screen> {
  const screen = await desk.codex(await desk.project(), AbortSignal.timeout(patienceMs));
  await ready(screen);
  return screen;
}

/** Asks for a text nobody typed, and finds the request it led to. */
async function exchange(
  desk: UnifiedDesk,
  screen: Screen,
): Promise<{ readonly nonce: string; readonly request: MockRequest }> {
  const seed = randomUUID().slice(0, 8);
  const prompt = `nonce: ${seed}`;
  await screen.type(prompt);
  const nonce = nonceOf(seed);
  await screen.shows(nonce);
  return { nonce, request: await desk.asked(prompt) };
}

/** Names the thread, so that `/resume` shows something nobody else has. */
async function rename(screen: Screen, prefix: string): Promise<string> {
  const name = `${prefix}-${randomUUID().slice(0, 8)}`;
  await screen.type(`/rename ${name}`);
  await screen.shows(`· ${name}`);
  return name;
}

/** Chooses the first model of an agent for the session. */
async function choose(screen: Screen, agent: string): Promise<void> {
  await screen.type("/model");
  await screen.shows(/Select Model and Effort/);
  const isChosen = new RegExp(`› +\\d+\\. ${agent} · `);
  for (let text = await screen.text(); !isChosen.test(text);) {
    const number = Number(/› +(\d+)\./.exec(text)?.[1]);
    await screen.press("Down");
    text = await screen.shows(new RegExp(`› +${number + 1}\\.`));
  }
  await screen.press("Enter");
  await screen.shows(/Select Reasoning Level/);
  await screen.press("s");
}
