import fc from "fast-check";
import { expect, test } from "vitest";
import { frameOf, Phone, prompt } from "./phone.ts";
import { ScriptedAgent, type ScriptedThread } from "./scripted-agent.ts";
import { stage } from "./stage.ts";

const approval = "item/commandExecution/requestApproval";
type Step = "say" | "ask" | "answer" | "drop" | "connect" | "crash" | "end" | "begin";
const steps: readonly Step[] = ["say", "ask", "answer", "drop", "connect", "crash", "end", "begin"];

/** Plays a schedule against a real server; the phone itself checks the laws of every frame. */
async function play(schedule: readonly Step[], ringFrames: number): Promise<void> {
  const claude = new ScriptedAgent("claude");
  await using here = stage([claude], { ringFrames });
  const phone = await Phone.begin(here.gateway, { endpoint: "claude", name: "phone" });
  let isConnected = true;
  let thread: ScriptedThread | null = null;
  let items = 0;
  let hasAsked = false;
  const answers: ScriptedThread["answers"][] = [];

  const connect = async (): Promise<void> => {
    if (isConnected) return;
    isConnected = true;
    if (phone.connect()?.attached !== "resumed") await phone.initialize();
  };
  const begin = async (): Promise<void> => {
    if (thread !== null || !isConnected) return;
    const threadId = await phone.startThread();
    await phone.request("turn/start", prompt(threadId, "go"));
    const opened = await claude.threads.next();
    await opened.prompts.next();
    answers.push(opened.answers);
    thread = opened;
    hasAsked = false;
  };
  const take: Record<Step, () => Promise<void> | void> = {
    begin,
    connect,
    say() {
      items += 1;
      const key = `m${items}`;
      thread?.emit({ op: "open", key, item: { type: "message" } });
      thread?.emit({ op: "text", key, delta: "some " }, { op: "text", key, delta: "words" });
      thread?.emit({ op: "close", key });
    },
    ask() {
      if (!hasAsked) thread?.askToRun();
      hasAsked = true;
    },
    async answer() {
      if (thread === null || !hasAsked || !isConnected) return;
      const open = here.gateway.state.approvals[0];
      if (open === undefined) return;
      if (!phone.all(approval).some(({ id }) => id === open.requestId)) return;
      phone.sendFrame({ id: open.requestId, result: { decision: "accept" } });
      await phone.request("thread/loaded/list", {});
    },
    drop() {
      isConnected = false;
      phone.drop();
    },
    async crash() {
      thread = null;
      await claude.restart();
    },
    end() {
      thread?.emit({ op: "end", status: "completed" });
      thread = null;
    },
  };
  for (const step of schedule) await take[step]();
  await connect();
  await take.crash();
  await phone.request("thread/loaded/list", {});
  await expect
    .poll(() => here.gateway.state, { interval: 5 })
    .toMatchObject({ turns: [], approvals: [] });
  await phone.request("thread/loaded/list", {});
  for (const one of answers) expect(one.all.length).toBeLessThanOrEqual(1);
  const turnsOf = (method: string): readonly unknown[] =>
    phone.all(method).map(({ params }) => frameOf(frameOf(params)["turn"])["id"]);
  // Also what ended while the client was away, and lost more than was kept for it.
  expect(turnsOf("turn/completed")).toEqual(expect.arrayContaining([...turnsOf("turn/started")]));
  expect(new Set(turnsOf("turn/completed")).size).toBe(turnsOf("turn/completed").length);
  phone.check();
}

test("no schedule of losses, crashes and answers breaks a law of the wire or answers twice", async () => {
  const schedules = fc.array(fc.constantFrom(...steps), { minLength: 4, maxLength: 24 });
  const rings = fc.constantFrom(16, 2048);
  const property = fc.asyncProperty(schedules, rings, (schedule, ring) =>
    play(["begin", ...schedule], ring),
  );
  await expect(fc.assert(property, { numRuns: 25, seed: 20_261_121 })).resolves.toBeUndefined();
});
