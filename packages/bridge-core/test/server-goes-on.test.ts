import { tmpdir } from "node:os";
import { notificationSchema } from "@fairlead/codex-proto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BridgeError } from "../src/index.ts";
import type { ThreadOp } from "../src/index.ts";
import { completions, gate } from "./support/adversity.ts";
import { message, nativeTurn } from "./support/native-storage.ts";
import {
  allow,
  asking,
  expectSound,
  kinds,
  listed,
  OutlivedWorld,
  read,
} from "./support/outlived-world.ts";

let world: OutlivedWorld;

beforeEach(async () => {
  world = await OutlivedWorld.make();
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const command = { type: "command", command: "touch x", cwd: null } as const;

describe("a turn that runs in the agent's own terminal", () => {
  const past = nativeTurn("t1", message("m1", "old"));
  const sofar = [...message("m2", "so far"), asking[0]].filter((op) => op !== undefined);

  it("is seen live from the resume on, from its beginning, and what waits there is asked", async () => {
    world.storage.put("n", [...past, ...nativeTurn("t2", sofar, { end: false })]);
    const here = world.start();
    const opening = gate();
    here.faults.opening = () => opening.promise;
    const client = await here.client();
    const threadId = await listed(client);
    const shown = await read(client, threadId);
    expect(kinds(shown)).toEqual([
      "completed userMessage agentMessage",
      "inProgress userMessage agentMessage commandExecution",
    ]);
    const { thread } = await client.request("thread/resume", { threadId });
    expect(kinds(thread.turns)).toEqual(["completed userMessage agentMessage"]);
    opening.open();
    const agent = await here.agents.next();
    expect(agent.spec.from).toEqual({ nativeId: "n", fork: false, before: null });
    agent.emit(...nativeTurn("t2", [...sofar, ...asking], { end: false }));
    await allow(client, agent);
    agent.emit(
      { op: "close", key: "c", item: { ...command, exitCode: 0 } },
      { op: "end", turn: "t2", status: "completed" },
    );
    await client.heard("turn/completed");
    const turns = await read(client, threadId);
    expect(kinds(turns).at(-1)).toBe("completed userMessage agentMessage commandExecution");
    expect(turns.map(({ id }) => id)).toEqual(shown.map(({ id }) => id));
    expect(turns[1]?.items.map(({ id }) => id)).toEqual(shown[1]?.items.map(({ id }) => id));
    expectSound(client, turns);
  });

  it("can be steered and interrupted from here", async () => {
    world.storage.put("n", [...past, ...nativeTurn("t2", [], { end: false })]);
    const here = world.start();
    const client = await here.client();
    const threadId = await listed(client);
    await client.request("thread/resume", { threadId });
    const agent = await here.agents.next();
    agent.emit(...nativeTurn("t2", [], { end: false }));
    const { turn } = await client.heard("turn/started");
    expect(await client.say(threadId, "and this")).toBe(turn.id);
    await agent.steers.next();
    await client.request("turn/interrupt", { threadId, turnId: turn.id });
    await agent.interrupts.next();
    agent.emit({ op: "end", turn: "t2", status: "interrupted" });
    expect((await client.heard("turn/completed")).turn.status).toBe("interrupted");
    expectSound(client, await read(client, threadId));
  });

  it("is left alone by an agent whose conversations rest while nobody is there", async () => {
    world.storage.put("n", [...past, ...nativeTurn("t2", sofar, { end: false })]);
    const here = world.start({ goesOn: false });
    const client = await here.client();
    const threadId = await listed(client);
    const { thread } = await client.request("thread/resume", { threadId });
    expect(kinds(thread.turns).at(-1)).toMatch(/^interrupted /);
    for (const method of ["thread/list", "thread/loaded/list"] as const) {
      await client.request(method, {});
    }
    expect(here.agents.all).toEqual([]);
    await client.say(threadId, "go");
    const agent = await here.agents.next();
    agent.reply(await agent.prompts.next(), "done");
    await client.heard("turn/completed");
    expect(here.agents.all).toHaveLength(1);
    client.check();
  });

  it("cannot be opened: clients hear why, nothing else is harmed, and it goes on later", async () => {
    world.storage.put("n", [...past, ...nativeTurn("t2", sofar, { end: false })]);
    const here = world.start();
    here.faults.opening = () => {
      throw new BridgeError("connection", "nobody answers");
    };
    const client = await here.client();
    const threadId = await listed(client);
    await client.request("thread/resume", { threadId });
    const { message: reason } = await client.heard("warning");
    expect(reason).toContain("nobody answers");
    const cut = await read(client, threadId);
    expect(kinds(cut).at(-1)).toBe("interrupted userMessage agentMessage commandExecution");
    delete here.faults.opening;
    world.storage.change("n");
    const agent = await here.agents.next();
    const whole: readonly ThreadOp[] = [
      ...sofar,
      { op: "close", key: "c", item: { ...command, exitCode: 0 } },
      ...message("m3", "done"),
    ];
    agent.emit(...nativeTurn("t2", whole));
    await client.heard("turn/completed");
    const turns = await read(client, threadId);
    // What was shown whole is not shown again; what was cut is.
    expect(kinds(turns).slice(1)).toEqual([
      kinds(cut)[1],
      "completed commandExecution agentMessage",
    ]);
    expectSound(client, turns);
    world.storage.put("n", [...past, ...nativeTurn("t2", whole)]);
    const again = await world.killed();
    const later = await again.client();
    expect(await read(later, threadId)).toEqual(turns);
    later.check();
  });
});

it("an agent that never opens is given up with the turn that waited for it, and this is told", async () => {
  world.storage.put("n", nativeTurn("t1", []));
  const here = world.start();
  here.faults.opening = () => new Promise(() => {});
  const client = await here.client();
  const threadId = await listed(client);
  await client.request("thread/resume", { threadId });
  const turnId = await client.say(threadId, "go");
  await client.request("turn/interrupt", { threadId, turnId });
  const { message: reason } = await client.heard("warning");
  expect(reason).toContain("let go");
  delete here.faults.opening;
  const next = await client.say(threadId, "again");
  const agent = await here.agents.next();
  agent.reply(await agent.prompts.next(), "done");
  const { turn } = await client.heard("turn/completed", (event) => event.turn.id === next);
  expect(turn.status).toBe("completed");
  client.check();
});

describe("a turn that a restart of the daemon cut", () => {
  const used: ThreadOp = {
    op: "usage",
    last: { input: 10, cached: 0, output: 5, reasoning: 0 },
  };
  const before = [
    ...message("p0", "first"),
    used,
    { op: "open", key: "c", item: command },
  ] as const;

  /** A turn of ours is asking when the daemon is killed. Its client has seen the ids returned. */
  async function cut() {
    const here = world.start();
    const client = await here.client();
    const threadId = await client.startThread(tmpdir());
    const turnId = await client.say(threadId, "go");
    const agent = await here.agents.next();
    const prompt = await agent.prompts.next();
    agent.emit({ op: "alias", id: prompt.id, key: "k" }, ...before, ...asking.slice(1));
    const { id: question } = await client.requests.next();
    const [running] = await read(client, threadId);
    return { threadId, turnId, question, items: running?.items.map(({ id }) => id) ?? [] };
  }

  it("goes on as another turn, asks everybody again, and tells nothing twice", async () => {
    const { threadId, turnId, question } = await cut();
    const running = nativeTurn("k", before, { end: false });
    world.storage.put(threadId, running);
    const here = await world.killed();
    const client = await here.client();
    const other = await here.client();
    const { thread } = await client.request("thread/resume", { threadId });
    expect(kinds(thread.turns)).toEqual(["failed userMessage agentMessage"]);
    await other.request("thread/resume", { threadId });
    const agent = await here.agents.next();
    agent.emit(...running, ...asking.slice(1));
    const { turn } = await client.heard("turn/started");
    expect(turn.id).not.toBe(turnId);
    const { id } = await other.requests.next();
    expect(await allow(client, agent)).toBe(id);
    expect(id).not.toBe(question);
    const rest: readonly ThreadOp[] = [{ op: "close", key: "c" }, ...message("p1", "second"), used];
    agent.emit(...rest, { op: "end", turn: "k", status: "completed" });
    for (const one of [client, other]) {
      await one.heard("serverRequest/resolved");
      expect((await one.heard("turn/completed")).turn.id).toBe(turn.id);
      one.check();
    }
    const totals = client.notifications.all.flatMap(({ method, params }) =>
      method === "thread/tokenUsage/updated"
        ? [notificationSchema(method).parse(params).tokenUsage.total.totalTokens]
        : [],
    );
    // What was counted before the cut is not counted again.
    expect(totals).toEqual([15, 30]);
    const turns = await read(client, threadId);
    expect(kinds(turns)).toEqual([
      "failed userMessage agentMessage",
      "completed commandExecution agentMessage",
    ]);
    expectSound(client, turns);
    expect(agent.answers.all).toHaveLength(1);
    await here.server[Symbol.asyncDispose]();

    world.storage.put(threadId, nativeTurn("k", [...before, ...rest]));
    const last = world.start();
    const reader = await last.client();
    expect(await read(reader, threadId)).toEqual(turns);
    const resumed = await reader.request("thread/resume", { threadId });
    expect(resumed.thread.turns).toEqual(turns);
    await last.agents.next();
    const next = await reader.say(threadId, "next");
    expect((await reader.heard("turn/started")).turn.id).toBe(next);
    reader.check({ cut: true });
  });

  it("is cut again and again, and has another id every time", async () => {
    const { threadId } = await cut();
    const running = nativeTurn("k", before, { end: false });
    world.storage.put(threadId, running);
    const seen = new Set<string>();
    for (const isKilled of [true, true, false, true]) {
      const here = isKilled ? await world.killed() : world.start();
      const client = await here.client();
      await client.request("thread/resume", { threadId });
      const agent = await here.agents.next();
      agent.emit(...running, ...asking.slice(1));
      seen.add((await client.heard("turn/started")).turn.id);
      await client.requests.next();
      await here.server[Symbol.asyncDispose]();
      client.check({ cut: true });
    }
    expect(seen.size).toBe(4);
  });

  it("and that ended while nobody was there is read whole, under the ids that were seen", async () => {
    const { threadId, turnId, items } = await cut();
    const ended = [...before, { op: "close", key: "c" }, ...message("p1", "second")] as const;
    world.storage.put(threadId, nativeTurn("k", ended));
    const here = await world.killed();
    const client = await here.client();
    const [turn, ...others] = await read(client, threadId);
    expect(others).toEqual([]);
    expect(turn?.id).toBe(turnId);
    expect(turn?.items.slice(0, 3).map(({ id }) => id)).toEqual(items);
    expect(turn?.items.map(({ type }) => type)).toEqual([
      "userMessage",
      "agentMessage",
      "commandExecution",
      "agentMessage",
    ]);
    await client.request("thread/resume", { threadId });
    const agent = await here.agents.next();
    const next = await client.say(threadId, "next");
    agent.reply(await agent.prompts.next(), "done");
    await client.heard("turn/completed");
    expect([...completions(client).keys()]).toEqual([next]);
    client.check();
  });

  it("has the same item in it, whose native id is a UUID, under another id", async () => {
    const key = "0199aaaa-0000-7000-8000-00000000000a";
    const item: ThreadOp = { op: "open", key, item: { type: "message" } };
    world.storage.put("n", nativeTurn("t1", []));
    const here = world.start();
    const client = await here.client();
    const threadId = await listed(client);
    await client.request("thread/resume", { threadId });
    const agent = await here.agents.next();
    agent.emit(...nativeTurn("t2", [item], { end: false }));
    await client.heard("item/started", (event) => event.item.type === "agentMessage");
    agent.crash(new BridgeError("crashed", "exit code 1"));
    await client.heard("turn/completed");
    world.storage.change("n");
    const second = await here.agents.next();
    second.emit(...nativeTurn("t2", [item, ...message("m", "more")]));
    expect((await client.heard("turn/completed")).turn.status).toBe("completed");
    expectSound(client, await read(client, threadId));
  });

  it("was only a question: it is asked again and can be answered", async () => {
    world.storage.put("n", nativeTurn("t1", []));
    const here = world.start();
    const client = await here.client();
    const threadId = await listed(client);
    await client.request("thread/resume", { threadId });
    (await here.agents.next()).emit(...asking);
    const { id } = await client.requests.next();
    const first = await client.heard("turn/started");

    const after = await world.killed();
    const again = await after.client();
    await again.request("thread/resume", { threadId });
    const agent = await after.agents.next();
    agent.emit(...asking);
    expect(await allow(again, agent)).not.toBe(id);
    agent.emit({ op: "close", key: "c" });
    const { turn } = await again.heard("turn/completed");
    expect(turn.status).toBe("completed");
    expect(turn.id).not.toBe(first.turn.id);
    expectSound(again, await read(again, threadId));
  });
});
