import { tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BridgeError } from "../src/index.ts";
import type { Stage } from "./support/adversity.ts";
import { message, nativeTurn } from "./support/native-storage.ts";
import { expectSound, gone, kinds, listed, OutlivedWorld, read } from "./support/outlived-world.ts";

let world: OutlivedWorld;

beforeEach(async () => {
  world = await OutlivedWorld.make();
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

describe("changes of the agent's own conversations", () => {
  async function followed(here: Stage) {
    world.storage.put("n", nativeTurn("t1", []));
    const client = await here.client();
    const threadId = await listed(client);
    await client.request("thread/resume", { threadId });
    const agent = await here.agents.next();
    return { client, threadId, agent };
  }

  it("show a prompt from there, also one that was over before its agent could be opened", async () => {
    const here = world.start();
    const { client, threadId, agent } = await followed(here);
    agent.emit(...nativeTurn("t2", message("m2", "live")));
    const live = await client.heard("turn/completed");
    await gone(here, agent);
    const quick = nativeTurn("t3", [
      { op: "open", key: "r", item: { type: "reasoning" } },
      { op: "text", key: "r", delta: "hm", part: 0 },
      { op: "close", key: "r" },
      ...message("m3", "quick"),
    ]);
    const seen = [...nativeTurn("t1", []), ...nativeTurn("t2", message("m2", "live"))];
    const atMs = Date.now() + 1000;
    world.storage.put("n", [...seen, ...quick.map((op) => ({ ...op, atMs }))]);
    world.storage.change("n");
    const { turn } = await client.heard("turn/completed");
    expect(turn.id).not.toBe(live.turn.id);
    const turns = await read(client, threadId);
    expect(kinds(turns)).toEqual([
      "completed userMessage",
      "completed userMessage agentMessage",
      "completed userMessage reasoning agentMessage",
    ]);
    expectSound(client, turns);
    const again = await world.killed();
    const later = await again.client();
    expect(await read(later, threadId)).toEqual(turns);
    later.check();
  });

  it("do not open an agent that nobody looks at", async () => {
    const here = world.start();
    const { client, threadId, agent } = await followed(here);
    await client.request("thread/unsubscribe", { threadId });
    await gone(here, agent);
    world.storage.put("new", [], {
      createdAtMs: Date.now() + 1000,
      updatedAtMs: Date.now() + 1000,
    });
    world.storage.change("n", "new");
    await client.heard("thread/started");
    expect(here.agents.all).toHaveLength(1);
    client.check();
  });

  it("are no flood, however many there are: neither of openings nor of listings", async () => {
    let nowMs = Date.now();
    const here = world.start({ now: () => nowMs });
    const { client, agent } = await followed(here);
    await gone(here, agent);
    let openings = 0;
    here.faults.opening = () => {
      openings += 1;
      throw new BridgeError("connection", "nobody answers");
    };
    const before = world.storage.listings;
    const soon = nowMs + 1000;
    for (const round of [1, 2]) {
      for (let index = 0; index < 1000; index += 1) world.storage.change("n", `unknown-${index}`);
      await client.heard("warning");
      const last = `last-${round}`;
      world.storage.put(last, [], { createdAtMs: soon, updatedAtMs: soon });
      world.storage.change("n", last);
      await client.heard("thread/started", ({ thread }) => thread.preview.endsWith(last));
      expect(openings).toBe(round);
      nowMs += 60_000;
    }
    expect(world.storage.listings - before).toBeLessThan(20);
    client.check();
  });

  it("tell every client of a conversation that began there, once, and of no older one", async () => {
    const here = world.start();
    world.storage.put("old", nativeTurn("t", []));
    const client = await here.client();
    const threadId = await listed(client);
    const atMs = Date.now() + 1000;
    world.storage.put("old", nativeTurn("t", []), { updatedAtMs: atMs, title: "renamed" });
    world.storage.put("empty", [], { createdAtMs: atMs, updatedAtMs: atMs, preview: "" });
    world.storage.put("kid", [], { createdAtMs: atMs, updatedAtMs: atMs, parentNativeId: "old" });
    world.storage.put("new", [], { createdAtMs: atMs, updatedAtMs: atMs });
    world.storage.change("old", "empty", "kid", "new", "new");
    const { thread } = await client.heard("thread/started");
    expect(thread).toMatchObject({ preview: "question of new", status: { type: "notLoaded" } });
    world.storage.put("second", [], { createdAtMs: atMs, updatedAtMs: atMs });
    world.storage.change("new", "second");
    const { thread: second } = await client.heard("thread/started");
    expect(second.preview).toBe("question of second");
    const known = await client.request("thread/read", { threadId });
    expect(known.thread.name).toBe("renamed");
    const { data: threads } = await client.request("thread/list", {});
    expect(threads.map(({ preview }) => preview)).toContain("question of new");
    client.check();
  });

  it("bring a conversation of ours to the top of the list", async () => {
    const here = world.start();
    const client = await here.client();
    const ids: string[] = [];
    for (const text of ["one", "two"]) {
      const threadId = await client.startThread(tmpdir());
      await client.say(threadId, text);
      const agent = await here.agents.next();
      agent.emit({ op: "session", nativeId: `ses_${text}` });
      agent.reply(await agent.prompts.next(), "done");
      await client.heard("turn/completed");
      ids.push(threadId);
    }
    const again = await world.killed();
    const later = await again.client();
    world.storage.put("ses_one", [], { updatedAtMs: Date.now() + 1000 });
    world.storage.change("ses_one");
    const { data: threads } = await later.request("thread/list", { sortKey: "updated_at" });
    expect(threads.map(({ id }) => id)).toEqual(ids);
    later.check();
  });

  it("are followed again when that ends, by one follower, until the server ends", async () => {
    const here = world.start();
    const { client, agent } = await followed(here);
    await gone(here, agent);
    for (const error of [undefined, new Error("the stream broke")]) {
      world.storage.breakOff(error);
      const atMs = Date.now() + 1000;
      const name = `after ${String(error)}`;
      world.storage.put(name, [], { createdAtMs: atMs, updatedAtMs: atMs });
      world.storage.change(name);
      const { thread } = await client.heard("thread/started");
      expect(thread.preview).toBe(`question of ${name}`);
    }
    expect(world.storage.followers).toBe(3);
    expect(here.log.all.some((line) => line.includes("the stream broke"))).toBe(true);
    await here.server[Symbol.asyncDispose]();
    expect(world.storage.signal?.aborted).toBe(true);
    client.check();
  });
});
