import { afterEach, expect, test } from "vitest";
import { type Frame, frameOf, Phone, prompt } from "./phone.ts";
import { ScriptedAgent } from "./scripted-agent.ts";
import { stage, type Stage } from "./stage.ts";
import { WireAgent, type WireLine } from "./wire-agent.ts";

const litter = { name: "Litter", version: "1.0" };
let here: Stage;
afterEach(() => here[Symbol.asyncDispose]());

function idsOf(turns: unknown): readonly unknown[] {
  return Array.isArray(turns) ? turns.map((turn) => frameOf(turn)["id"]) : [];
}

test("litter quirk 10: a rollback counts the items behind the chosen message; their turns are dropped", async () => {
  const claude = new ScriptedAgent("claude");
  here = stage([claude]);
  const phone = await Phone.begin(here.gateway, { endpoint: "claude", clientInfo: litter });
  const threadId = await phone.startThread();
  const turns: unknown[] = [];
  // Each of a message of the user and two answers.
  for (let count = 0; count < 4; count += 1) {
    const { turn } = await phone.request("turn/start", prompt(threadId, "go"));
    const thread = claude.threads.all[0] ?? (await claude.threads.next());
    const asked = await thread.prompts.next();
    thread.emit(
      { op: "open", key: "first", item: { type: "message" } },
      { op: "text", key: "first", delta: "well" },
      { op: "close", key: "first" },
    );
    thread.reply(asked, "done");
    await phone.heard("turn/completed");
    turns.push(frameOf(turn)["id"]);
  }
  const left = async (numTurns: number): Promise<readonly unknown[]> => {
    const { thread } = await phone.request("thread/rollback", { threadId, numTurns });
    return idsOf(frameOf(thread)["turns"]);
  };
  // The message of the second turn from the end: two behind it there, three in the last.
  expect(await left(5)).toEqual(turns.slice(0, 2));
  // The last item of a thread has none behind it.
  expect(await left(0)).toEqual(turns.slice(0, 1));
  expect(await left(99)).toEqual([]);
});

test("litter quirk 10: a client of another name counts turns", async () => {
  const codex = new WireAgent();
  here = stage([codex]);
  const phone = await Phone.begin(here.gateway, { endpoint: "codex" });
  phone.send("thread/rollback", { threadId: "t", numTurns: 3 });
  const line = await codex.lines.next();
  expect(await line.answer("thread/rollback", {})).toEqual({ threadId: "t", numTurns: 3 });
  expect(line.received.all.map(({ method }) => method)).not.toContain("thread/turns/list");
});

/** A codex that lists two pages of turns of two items each. */
async function listing(line: WireLine): Promise<void> {
  const page = (...ids: readonly string[]): Frame[] =>
    ids.map((id) => ({ id, items: [{ id: `${id}.1` }, { id: `${id}.2` }] }));
  const first = await line.answer("thread/turns/list", { data: page("d", "c"), nextCursor: "p" });
  expect(first).toMatchObject({ threadId: "t", sortDirection: "desc", itemsView: "full" });
  const second = await line.answer("thread/turns/list", { data: page("b", "a"), nextCursor: null });
  expect(second).toMatchObject({ cursor: "p" });
}

test("litter quirk 10: a codex without rollbacks is told the turn to revert to", async () => {
  const codex = new WireAgent();
  here = stage([codex]);
  const phone = await Phone.begin(here.gateway, { endpoint: "codex", clientInfo: litter });
  const asked = phone.request("thread/rollback", { threadId: "t", numTurns: 5 });
  const line = await codex.lines.next();
  await listing(line);
  await line.fail("thread/rollback", "Invalid request: unknown variant `thread/rollback`");
  const thread = { id: "t", turns: [] };
  const reverted = await line.answer("thread/revert", { thread });
  expect(reverted).toEqual({ threadId: "t", beforeTurnId: "b" });
  const read = await line.answer("thread/read", { thread: { ...thread, turns: [{ id: "a" }] } });
  expect(read).toEqual({ threadId: "t", includeTurns: true });
  expect(await asked).toEqual({ thread: { id: "t", turns: [{ id: "a" }] } });
});

test("litter quirk 10: what an agent cannot do, or refuses, is said", async () => {
  const codex = new WireAgent();
  here = stage([codex]);
  const phone = await Phone.begin(here.gateway, { endpoint: "codex", clientInfo: litter });
  const first = phone.request("thread/rollback", { threadId: "t", numTurns: 5 });
  const line = await codex.lines.next();
  await listing(line);
  await line.fail("thread/rollback", "unknown variant");
  await line.fail("thread/revert", "unknown variant");
  await expect(first).rejects.toThrow("cannot take back turns");
  const second = phone.request("thread/rollback", { threadId: "t", numTurns: 1 });
  await line.fail("thread/turns/list", "thread t is busy");
  await expect(second).rejects.toThrow("thread t is busy");
});
