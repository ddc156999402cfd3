import { tmpdir } from "node:os";
import { afterEach, describe, expect, it } from "vitest";
import { BridgeError } from "../src/index.ts";
import type { ThreadOp } from "../src/index.ts";
import { completions, gate, lastStatuses, stage, yesTo, type Stage } from "./support/adversity.ts";
import type { ScriptedAgent } from "./support/scripted-bridge.ts";
import type { WireClient } from "./support/wire-client.ts";

let here: Stage;

afterEach(async () => {
  await here.server[Symbol.asyncDispose]();
});

const command = { type: "command", command: "touch x", cwd: null } as const;
const file = {
  type: "fileChange",
  changes: [{ path: "/a", kind: "add", diff: "x\n" }],
} as const;
const elicitation = {
  kind: "elicitation",
  server: "s",
  message: "sure?",
  form: null,
  url: null,
} as const;
const kid = { thread: "kid" } as const;
const approval = { reason: null, scope: null } as const;

/** Everything an agent does in one prompt and by itself behind it. */
function story(turn: string): ThreadOp[] {
  return [
    { op: "session", nativeId: "native-1" },
    { op: "open", key: "r", item: { type: "reasoning" } },
    { op: "text", key: "r", delta: "hm", part: 0 },
    { op: "close", key: "r" },
    { op: "open", key: "m", item: { type: "message" } },
    { op: "text", key: "m", delta: "hel" },
    { op: "text", key: "m", delta: "lo" },
    { op: "close", key: "m" },
    { op: "open", key: "c", item: command },
    { op: "ask", id: "a1", ask: { kind: "command", key: "c", ...approval } },
    { op: "output", key: "c", delta: "done" },
    { op: "close", key: "c", item: { ...command, exitCode: 0 } },
    { op: "open", key: "f", item: file },
    { op: "ask", id: "a2", ask: { kind: "fileChange", key: "f", ...approval } },
    { op: "close", key: "f" },
    { op: "open", key: "task", item: { type: "subagent", prompt: "look" } },
    { op: "child", key: "kid", item: "task", nativeId: null, title: "Look" },
    { op: "begin", turn: "t", input: [], ...kid },
    { op: "open", key: "kc", item: command, ...kid },
    { op: "ask", id: "a3", ask: { kind: "command", key: "kc", ...approval }, ...kid },
    { op: "close", key: "kc", ...kid },
    { op: "background", running: true },
    { op: "plan", steps: [{ step: "one", status: "inProgress" }] },
    { op: "usage", last: { input: 1, cached: 0, output: 1, reasoning: 0 } },
    { op: "close", key: "task" },
    { op: "end", turn, status: "completed" },
    { op: "end", turn: "t", status: "completed", ...kid },
    { op: "begin", turn: "own", input: [] },
    { op: "open", key: "o", item: { type: "message" } },
    { op: "text", key: "o", delta: "by myself" },
    { op: "close", key: "o" },
    { op: "end", turn: "own", status: "completed" },
    { op: "ask", id: "a4", ask: elicitation },
    { op: "background", running: false },
  ];
}

/** Plays the first ops of the story; every ask but the last op is answered. */
async function play(agent: ScriptedAgent, client: WireClient, ops: readonly ThreadOp[]) {
  for (const [index, op] of ops.entries()) {
    agent.emit(op);
    if (op.op !== "ask" || index === ops.length - 1) continue;
    const request = await client.requests.next();
    request.respond(yesTo(request.method));
    await agent.answers.next();
  }
  if (ops.at(-1)?.op === "ask") await client.requests.next();
}

/** The next prompt is answered, nothing is open, and every frame was lawful. */
async function isUnharmed(client: WireClient, threadId: string): Promise<string> {
  const turnId = await client.say(threadId, "again");
  const agent = await here.agents.next();
  agent.reply(await agent.prompts.next(), "back");
  const { turn } = await client.heard("turn/completed", (event) => event.turn.id === turnId);
  for (const [id, count] of completions(client)) expect({ id, count }).toEqual({ id, count: 1 });
  for (const status of lastStatuses(client).values())
    expect(status).toMatch(/^(idle|systemError)$/);
  client.check();
  return turn.status;
}

describe("an agent that dies after any of its ops", () => {
  for (const death of ["throws", "returns"] as const) {
    it(`ends every turn and request once when its ops end: ${death}`, async () => {
      here = stage();
      for (let length = 0; length <= story("").length; length += 1) {
        const client = await here.client();
        const threadId = await client.startThread(tmpdir());
        await client.say(threadId, "go");
        const agent = await here.agents.next();
        const prompt = await agent.prompts.next();
        const ops = story(prompt.id).slice(0, length);
        await play(agent, client, ops);
        if (death === "throws") agent.crash(new BridgeError("crashed", "exit code 139"));
        else await agent[Symbol.asyncDispose]();
        await here.log.find((line) => line.includes("the agent is gone"));
        expect(await isUnharmed(client, threadId)).toBe("completed");
        const given = agent.answers.all.map(({ answer }) => answer.type);
        expect(given.filter((type) => type !== "accept" && type !== "content")).toEqual([]);
        await client.hangUp();
      }
    });
  }
});

describe("an agent that breaks its contract", () => {
  const begin = async () => {
    const client = await here.client();
    const threadId = await client.startThread(tmpdir());
    return { client, threadId, turnId: await client.say(threadId, "go") };
  };

  it("cannot be opened: the turn fails, the next one works", async () => {
    here = stage();
    here.faults.opening = () => {
      throw new BridgeError("not-installed", "no such agent");
    };
    const { client, threadId } = await begin();
    const { turn } = await client.heard("turn/completed");
    expect(turn).toMatchObject({ status: "failed", error: { message: "no such agent" } });
    delete here.faults.opening;
    expect(await isUnharmed(client, threadId)).toBe("completed");
  });

  it("never finishes opening: the turn can be stopped", async () => {
    here = stage({ interruptGraceMs: 60_000 });
    const opening = gate();
    here.faults.opening = () => opening.promise;
    const { client, threadId, turnId } = await begin();
    await client.heard("turn/started");
    await client.request("turn/interrupt", { threadId, turnId });
    expect((await client.heard("turn/completed")).turn.status).toBe("interrupted");
    opening.open();
    expect(await isUnharmed(client, threadId)).toBe("completed");
    expect(here.agents.all.flatMap(({ prompts }) => prompts.all)).toHaveLength(1);
  });

  it("never opens nor gives up: a stop gives it up, and the next turn has another", async () => {
    here = stage();
    const opening = gate();
    const given = gate();
    here.faults.opening = async (_spec, { signal }) => {
      signal.addEventListener("abort", () => given.open(), { once: true });
      await opening.promise;
    };
    const { client, threadId, turnId } = await begin();
    await client.heard("turn/started");
    await client.request("turn/interrupt", { threadId, turnId });
    expect((await client.heard("turn/completed")).turn.status).toBe("interrupted");
    await given.promise;
    delete here.faults.opening;
    expect(await isUnharmed(client, threadId)).toBe("completed");
    opening.open();
    const late = await here.agents.next();
    await late.ended;
    expect(late.prompts.all).toEqual([]);
  });

  it("refuses the prompt: the turn fails, the next one works", async () => {
    here = stage();
    here.faults.opened = (agent) => {
      agent.prompt = () => Promise.reject(new Error("not now"));
    };
    const { client, threadId } = await begin();
    expect((await client.heard("turn/completed")).turn.status).toBe("failed");
    (await here.agents.next()).crash(new Error("gone"));
    await here.log.find((line) => line.includes("the agent is gone"));
    delete here.faults.opened;
    expect(await isUnharmed(client, threadId)).toBe("completed");
  });

  it("never takes the prompt nor what is said then, and cannot be stopped: it is ended", async () => {
    here = stage();
    here.faults.opened = (agent) => {
      agent.prompt = async (turn) => {
        agent.prompts.put(turn);
        await new Promise(() => {});
      };
    };
    const { client, threadId, turnId } = await begin();
    const agent = await here.agents.next();
    const prompt = await agent.prompts.next();
    await client.say(threadId, "and this");
    // The end waits for what was said, which waits for the prompt.
    agent.emit({ op: "end", turn: prompt.id, status: "completed" });
    await client.request("turn/interrupt", { threadId, turnId });
    await client.heard("turn/completed", ({ turn }) => turn.id === turnId);
    delete here.faults.opened;
    agent.crash(new Error("gone"));
    await here.log.find((line) => line.includes("the agent is gone"));
    expect(await isUnharmed(client, threadId)).toBe("completed");
  });

  it("does not answer an interrupt: it is ended after the grace, its asks cancelled", async () => {
    here = stage();
    const { client, threadId, turnId } = await begin();
    const agent = await here.agents.next();
    await agent.prompts.next();
    await play(agent, client, story(turnId).slice(0, 10));
    await client.request("turn/interrupt", { threadId, turnId });
    expect((await client.heard("turn/completed")).turn.status).toBe("interrupted");
    expect(await isUnharmed(client, threadId)).toBe("completed");
    expect(agent.disposed).toBe(true);
    expect(agent.answers.all).toEqual([{ ask: "a1", answer: { type: "cancel" } }]);
  });

  it("fails at every verb and at its own end: the server lives on", async () => {
    here = stage();
    here.faults.opened = (agent) => {
      agent.interrupt = () => Promise.reject(new Error("no interrupt"));
      agent.answer = () => Promise.reject(new Error("no answer"));
      const dispose = agent[Symbol.asyncDispose].bind(agent);
      agent[Symbol.asyncDispose] = async () => {
        await dispose();
        throw new Error("no end");
      };
    };
    const { client, threadId, turnId } = await begin();
    const agent = await here.agents.next();
    await agent.prompts.next();
    await play(agent, client, story(turnId).slice(0, 10));
    await client.request("turn/interrupt", { threadId, turnId });
    await client.heard("turn/completed");
    delete here.faults.opened;
    await here.log.find((line) => line.includes("no end"));
    expect(await isUnharmed(client, threadId)).toBe("completed");
  });

  it("is let go while it starts: the next turn has an agent of its own", async () => {
    here = stage({ interruptGraceMs: 60_000 }, { capabilities: { spare: true } });
    const first = gate();
    here.faults.opening = () => first.promise;
    const client = await here.client();
    const threadId = await client.startThread(tmpdir());
    delete here.faults.opening;
    const moved = client.request("thread/settings/update", { threadId, cwd: "/" });
    await client.heard("thread/settings/updated");
    const turnId = await client.say(threadId, "go");
    first.open();
    await moved;
    const spare = await here.agents.next();
    const agent = await here.agents.next();
    agent.reply(await agent.prompts.next(), "here");
    const { turn } = await client.heard("turn/completed", (event) => event.turn.id === turnId);
    expect(turn.status).toBe("completed");
    expect(spare.disposed).toBe(true);
    expect(agent.spec.cwd).toBe("/");
    client.check();
  });

  it("refuses late what was said before a stop: it is not said again", async () => {
    here = stage();
    const late = gate();
    here.faults.opened = (agent) => {
      agent.steer = (_input, id) => {
        agent.steers.put(id);
        return late.promise;
      };
    };
    const { client, threadId, turnId } = await begin();
    const agent = await here.agents.next();
    const prompt = await agent.prompts.next();
    await client.say(threadId, "also delete it");
    await agent.steers.next();
    await client.request("turn/interrupt", { threadId, turnId });
    await agent.interrupts.next();
    agent.emit({ op: "end", turn: prompt.id, status: "interrupted" });
    await client.heard("turn/completed");
    late.fail(new BridgeError("not-running", "too late"));
    agent.crash(new Error("gone"));
    await here.log.find((line) => line.includes("the agent is gone"));
    expect(await isUnharmed(client, threadId)).toBe("completed");
    const said = here.agents.all.flatMap(({ prompts }) => prompts.all);
    expect(JSON.stringify(said)).not.toContain("also delete it");
  });

  it("ends a turn late that was ended for it: the turn of then goes on", async () => {
    here = stage();
    const late = gate();
    here.faults.opened = (agent) => {
      agent.steer = (_input, id) => {
        agent.steers.put(id);
        return late.promise;
      };
    };
    const { client, threadId, turnId } = await begin();
    const agent = await here.agents.next();
    const prompt = await agent.prompts.next();
    await client.say(threadId, "more");
    await agent.steers.next();
    agent.emit({ op: "end", turn: prompt.id, status: "completed" });
    agent.interrupt = async () => agent.crash(new Error("killed"));
    await client.request("turn/interrupt", { threadId, turnId });
    await client.heard("turn/completed");
    delete here.faults.opened;
    late.open();
    await here.log.find((line) => line.includes("the agent is gone"));
    expect(await isUnharmed(client, threadId)).toBe("completed");
  });
});
