import { afterEach, beforeEach, expect, test } from "vitest";
import type { SessionSummary } from "../../src/gateway/types.ts";
import { type Frame, frameOf, Phone, prompt } from "./phone.ts";
import { ScriptedAgent, type ScriptedThread } from "./scripted-agent.ts";
import { stage, type Stage } from "./stage.ts";

const mebibyte = 1024 * 1024;
const ringBytes = 2 * mebibyte;
/** What a connection is handed before it has to read: a mebibyte, and the frame that goes beyond. */
const windowBytes = mebibyte + 65 * 1024;
const tooSlow = /^1013 this client reads too slowly/u;
const delta = "item/agentMessage/delta";
const padding = "x".repeat(92);

let claude: ScriptedAgent;
let here: Stage;
let reader: Phone;
let threadId: string;
let thread: ScriptedThread;

beforeEach(async () => {
  claude = new ScriptedAgent("claude");
  here = stage([claude], { ringBytes });
  reader = await Phone.begin(here.gateway, { endpoint: "claude" });
  threadId = await reader.startThread();
});
afterEach(() => here[Symbol.asyncDispose]());

/** Clients that follow the thread and then read nothing more. */
async function sleepers(...names: readonly (string | null)[]): Promise<Phone[]> {
  const phones: Phone[] = [];
  for (const name of names) {
    const options = { endpoint: "claude", ...(name !== null && { name }) };
    const phone = await Phone.begin(here.gateway, options);
    await phone.request("thread/resume", { threadId });
    phones.push(phone);
  }
  await reader.request("turn/start", prompt(threadId, "go"));
  thread = await claude.threads.next();
  await thread.prompts.next();
  thread.emit({ op: "open", key: "flood", item: { type: "message" } });
  for (const phone of phones) {
    await phone.heard("item/started");
    phone.hold(true);
  }
  return phones;
}

/** A part of the flood, until the reader has all of it. Returns its text. */
async function pour(from: number, count: number): Promise<string> {
  const pieces = Array.from({ length: count }, (_, index) => {
    return `${String(from + index).padStart(6, "0")}${padding}\n`;
  });
  for (const piece of pieces) thread.emit({ op: "text", key: "flood", delta: piece });
  const last = pieces.at(-1) ?? "";
  await reader.frames.find((frame) => saidIn(frame).endsWith(last));
  return pieces.join("");
}

function saidIn({ method, params }: Frame): string {
  return method === delta ? String(frameOf(params)["delta"]) : "";
}

function textOf(phone: Phone): string {
  return phone.frames.all.map(saidIn).join("");
}

function sessionOf(name: string): SessionSummary | undefined {
  return here.gateway.state.sessions.find(({ client }) => client === name);
}

/** The agent ends its turn, and the reader hears of it. */
async function ends(): Promise<void> {
  thread.emit({ op: "close", key: "flood" }, { op: "end", status: "completed" });
  await reader.heard("turn/completed");
}

test("a client that reads nothing slows nobody, holds no more than its ring, and comes back to the rest or to a drift", async () => {
  const [slow, away] = await sleepers("slow", "away");
  if (slow === undefined || away === undefined) throw new Error("nobody is here");
  let closed = "";
  void slow.lastClose.then((reason) => (closed = reason));
  let said = "";
  let mostHeld = 0;
  let mostWaiting = 0;
  let cameBackAt: number | null = null;
  for (let poured = 0; poured < 50_000; poured += 500) {
    said += await pour(poured, 500);
    for (const name of ["slow", "away"]) {
      mostHeld = Math.max(mostHeld, sessionOf(name)?.ringBytes ?? Infinity);
    }
    for (const phone of [slow, away]) mostWaiting = Math.max(mostWaiting, phone.waitingBytes);
    if (closed === "" || cameBackAt !== null) continue;
    cameBackAt = poured;
    expect(sessionOf("slow")?.connected).toBe(false);
    expect(slow.connect()?.attached).toBe("resumed");
  }
  await ends();
  expect(said).toHaveLength(50_000 * 99);
  expect(textOf(reader) === said).toBe(true);
  expect(closed).toMatch(tooSlow);
  expect(cameBackAt).toBeGreaterThan(5000);
  expect(mostHeld).toBeGreaterThan(ringBytes / 2);
  expect(mostHeld).toBeLessThanOrEqual(ringBytes);
  expect(mostWaiting).toBeGreaterThan(mebibyte - 1024);
  expect(mostWaiting).toBeLessThan(windowBytes);
  await slow.heard("turn/completed");
  expect(textOf(slow) === said).toBe(true);

  expect(await away.lastClose).toMatch(tooSlow);
  const before = textOf(away);
  expect(said.startsWith(before)).toBe(true);
  expect(away.connect()?.attached).toBe("drift");
  await away.initialize();
  expect(frameOf((await away.heard("warning"))["params"])["message"]).toMatch(/thread\/resume/u);
  await away.heard("turn/completed");
  const { thread: loaded } = await away.request("thread/resume", { threadId });
  expect(JSON.stringify(loaded).includes(JSON.stringify(said).slice(1, -1))).toBe(true);
  expect(textOf(away)).toBe(before);
  for (const phone of [reader, slow, away]) phone.check();
});

test("a client without a session that reads nothing is closed, and nothing of it is left", async () => {
  const [slow] = await sleepers(null);
  if (slow === undefined) throw new Error("nobody is here");
  let said = "";
  for (let poured = 0; poured < 25_000; poured += 500) {
    said += await pour(poured, 500);
    for (const session of here.gateway.state.sessions) {
      expect(session.ringBytes).toBeLessThanOrEqual(ringBytes / 2);
    }
  }
  await ends();
  expect(await slow.lastClose).toMatch(tooSlow);
  expect(textOf(reader) === said).toBe(true);
  expect(here.gateway.state.sessions).toHaveLength(1);
  reader.drop();
  await expect
    .poll(() => here.gateway.state, { interval: 5 })
    .toMatchObject({
      sessions: [],
      turns: [],
      approvals: [],
    });
});
