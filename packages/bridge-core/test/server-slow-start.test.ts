import { tmpdir } from "node:os";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { BridgeError } from "../src/index.ts";
import { gate, stage, type Gate, type Stage } from "./support/adversity.ts";
import type { WireClient } from "./support/wire-client.ts";

const interruptGraceMs = 5000;

let here: Stage;
let client: WireClient;
let threadId: string;
/** The agent starts for as long as the test says. */
let opening: Gate;
let openings: AbortSignal[];

/** The grace passes when the test says so: nothing but time-outs is played. */
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  here = stage({ interruptGraceMs });
  opening = gate();
  openings = [];
  here.faults.opening = async (_spec, { signal }) => {
    openings.push(signal);
    await opening.promise;
  };
  client = await here.client();
  threadId = await client.startThread(tmpdir());
});

afterEach(async () => {
  opening.open();
  await here.server[Symbol.asyncDispose]();
  vi.useRealTimers();
});

/** Stops a turn; resolves when it has ended. */
async function stopped(turnId: string): Promise<void> {
  await client.request("turn/interrupt", { threadId, turnId });
  expect((await ended(turnId)).status).toBe("interrupted");
}

async function ended(turnId: string) {
  const { turn } = await client.heard("turn/completed", (event) => event.turn.id === turnId);
  return turn;
}

/** A turn that was stopped while the agent starts, and one that was started within the grace. */
async function oneAfterAnother(): Promise<string> {
  await stopped(await client.say(threadId, "first"));
  const second = await client.say(threadId, "second");
  vi.advanceTimersByTime(interruptGraceMs);
  return second;
}

/** The thread takes one more turn, with an agent that starts at once. */
async function goesOn(): Promise<void> {
  delete here.faults.opening;
  const turnId = await client.say(threadId, "on");
  const agent = await here.agents.next();
  agent.reply(await agent.prompts.next(), "on");
  expect((await ended(turnId)).status).toBe("completed");
  client.check();
}

it("an agent that starts for longer than the grace is kept for the turn that waits for it", async () => {
  const second = await oneAfterAnother();
  opening.open();
  const agent = await here.agents.next();
  const prompt = await agent.prompts.next();
  expect(prompt.input.at(-1)).toMatchObject({ text: "second" });
  agent.reply(prompt, "here");
  expect(await ended(second)).toMatchObject({ status: "completed", error: null });
  expect(openings.map(({ aborted }) => aborted)).toEqual([false]);
  client.check();
});

it("an agent nobody waits for when the grace is over is given up", async () => {
  await stopped(await client.say(threadId, "first"));
  vi.advanceTimersByTime(interruptGraceMs - 1);
  expect(openings.map(({ aborted }) => aborted)).toEqual([false]);
  vi.advanceTimersByTime(1);
  expect(openings.map(({ aborted }) => aborted)).toEqual([true]);
});

it("a turn that waits for an agent that never opens ends by a stop, which gives the agent up", async () => {
  const second = await oneAfterAnother();
  await stopped(second);
  expect(openings.map(({ aborted }) => aborted)).toEqual([false]);
  vi.advanceTimersByTime(interruptGraceMs);
  expect(openings.map(({ aborted }) => aborted)).toEqual([true]);
});

it("a turn that waits for an agent whose bridge has enough of waiting fails with its words", async () => {
  const second = await oneAfterAnother();
  opening.fail(new BridgeError("crashed", "no answer within 60 seconds"));
  const { status, error } = await ended(second);
  expect([status, error?.message]).toEqual(["failed", "no answer within 60 seconds"]);
  await goesOn();
});
