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
      "On the endpoint of all agents, `/model` starts a codex thread and a Claude thread, and `/resume` finds both.",
    async run() {
      await using desk = await UnifiedDesk.open();
      const { screen } = await open(desk);
      await choose(screen, "Codex · ");
      await screen.shows(/Model changed to codex\/mock-model/);
      const codex = await exchange(desk, screen);
      assert.equal(codex.request.path, "/v1/responses");
      assert.equal(codex.request.body["model"], "mock-model");
      // The TUI names threads itself, with the words of the thread's agent, a moment after a turn.
      await screen.shows(/· Mock title/);
      const ofCodex = await rename(screen, "codex");

      await screen.type("/new");
      await screen.hides(new RegExp(codex.nonce));
      await choose(screen, "Claude Code · Haiku");
      await screen.shows(/Model changed to claude\/haiku/);
      const claude = await exchange(desk, screen);
      assert.equal(claude.request.path, "/v1/messages");
      assert.match(String(claude.request.body["model"]), /haiku/);
      assert.doesNotMatch(JSON.stringify(claude.request.body), new RegExp(codex.nonce));
      const ofClaude = await rename(screen, "claude");

      await screen.type("/resume");
      await screen.shows(ofClaude);
      await screen.shows(ofCodex);
      await screen.type(ofCodex);
      await screen.shows(codex.nonce);
      const again = await exchange(desk, screen);
      assert.equal(again.request.path, "/v1/responses");
      assert.match(JSON.stringify(again.request.body), new RegExp(codex.nonce));
    },
  },
  {
    id: "unified-moved",
    sentence:
      "A thread that goes over to codex before its first prompt keeps its id, also after a restart of the daemon.",
    async run() {
      await using desk = await UnifiedDesk.open();
      const { screen, folder } = await open(desk);
      const id = await sessionId(screen, 1);
      await choose(screen, "Codex · ");
      await screen.shows(/Model changed to/);
      assert.equal(await sessionId(screen, 2), id);
      const before = await exchange(desk, screen);
      await screen.shows(/· Mock title/);
      await screen[Symbol.asyncDispose]();
      await desk.restartDaemon();
      const { screen: next } = await open(desk, folder);
      await next.type("/resume");
      await next.shows(/Resume a previous session[^]*› .*Mock title/);
      await next.press("Enter");
      await next.shows(before.nonce);
      const after = await exchange(desk, next);
      assert.equal(after.request.path, "/v1/responses");
      assert.match(JSON.stringify(after.request.body), new RegExp(before.nonce));
      assert.equal(await sessionId(next, 1), id);
    },
  },
  {
    id: "unified-refused",
    sentence:
      "A thread with turns keeps its agent: another agent's model is refused with a sentence, and the thread goes on.",
    async run() {
      await using desk = await UnifiedDesk.open();
      const { screen } = await open(desk);
      const first = await exchange(desk, screen);
      await choose(screen, "Codex · ");
      await screen.shows(/Failed to update thread settings/);
      await lastWarning(screen, /This thread belongs to claude; start a new thread to use codex/);
      const second = await exchange(desk, screen);
      assert.equal(second.request.path, "/v1/messages");
      assert.match(JSON.stringify(second.request.body), new RegExp(first.nonce));
    },
  },
];

/** A TUI whose first thread, Claude's, is there. */
async function open(
  desk: UnifiedDesk,
  folder?: string,
): Promise<{ readonly screen: Screen; readonly folder: string }> {
  const cwd = folder ?? (await desk.project());
  const screen = await desk.codex(cwd, AbortSignal.timeout(patienceMs));
  await ready(screen);
  await screen.shows(/ Claude Code · /);
  return { screen, folder: cwd };
}

/** What `/status` calls the thread, where it is asked for the n-th time on this screen. */
async function sessionId(screen: Screen, time: number): Promise<string> {
  await screen.type("/status");
  const text = await screen.shows(new RegExp(`(?:Session: +[\\da-f-]{36}[^]*){${time}}`));
  return [...text.matchAll(/Session: +([\da-f-]{36})/g)].at(-1)?.[1] ?? "";
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

/** Looks at the warnings the TUI has put away; the last one is to say this. */
async function lastWarning(screen: Screen, sentence: RegExp): Promise<void> {
  await screen.press("F2");
  const text = await screen.shows(/Warnings? · /);
  const [, count = "1"] = /1 of (\d+)/.exec(text) ?? [];
  for (let number = 2; number <= Number(count); number += 1) {
    await screen.press("Right");
    await screen.shows(`${number} of ${count}`);
  }
  await screen.shows(sentence);
  await screen.dismiss("Escape", /Warnings? · /);
}

/** Names the thread, so that `/resume` shows something nobody else has. */
async function rename(screen: Screen, prefix: string): Promise<string> {
  const name = `${prefix}-${randomUUID().slice(0, 8)}`;
  await screen.type(`/rename ${name}`);
  await screen.shows(`· ${name}`);
  return name;
}

/** Chooses for the session the first model whose name begins so. */
async function choose(screen: Screen, name: string): Promise<void> {
  await screen.type("/model");
  await screen.shows(/Select Model and Effort/);
  const isChosen = new RegExp(`› +\\d+\\. ${name}`);
  for (let text = await screen.text(); !isChosen.test(text);) {
    const number = Number(/› +(\d+)\./.exec(text)?.[1]);
    await screen.press("Down");
    text = await screen.shows(new RegExp(`› +${number + 1}\\.`));
  }
  await screen.press("Enter");
  await screen.shows(/Select Reasoning Level/);
  await screen.press("s");
}
