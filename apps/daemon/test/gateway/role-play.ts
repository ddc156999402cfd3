import assert from "node:assert/strict";
import { assertNoViolations, type Violation } from "@fairlead/conformance/laws";
import { vi } from "vitest";
import type { Role } from "../../src/devices/principal.ts";
import { frameOf, type Phone, prompt } from "./phone.ts";
import { RoledClient } from "./roled-client.ts";
import type { ScriptedAgent, ScriptedThread } from "./scripted-agent.ts";
import type { Stage } from "./stage.ts";

const soon = { timeout: 2000, interval: 2 } as const;
const approval = "item/commandExecution/requestApproval";
/** What may happen. */
export const acts = [
  "start",
  "follow",
  "move",
  "turn",
  "turn",
  "ask",
  "ask",
  "answer",
  "answer",
  "answer",
  "say",
  "end",
  "crash",
  "drop",
  "back",
  "role",
] as const;
type Act = (typeof acts)[number];
export const roles = ["view", "approve", "drive"] as const;
export const decisions = ["accept", "decline"] as const;

/** What happens next. `who`, `which` and `role` count modulo what there is. */
export interface Step {
  readonly act: Act;
  readonly who: number;
  readonly which: number;
  readonly role: (typeof roles)[number];
  readonly decision: (typeof decisions)[number];
}

/** A command an agent has asked for. */
interface Asked {
  readonly thread: ScriptedThread;
  readonly ask: string;
}

/** A schedule against two agents behind one endpoint, and what has to hold at its end. */
export class RolePlay {
  readonly #agents: readonly ScriptedAgent[];
  readonly #here: Stage;
  readonly #clients: readonly RoledClient[];
  readonly #threadIds: string[] = [];
  /** Threads of agents with a turn that runs. */
  #running: ScriptedThread[] = [];
  /** What an agent made of a thread that somebody has spoken in. */
  readonly #prompted = new Map<string, ScriptedThread>();
  readonly #asked = new Map<string, Asked>();
  /** Commands that somebody accepted who may, as far as they could know of the question. */
  readonly #accepted = new Set<string>();
  #count = 0;

  constructor(here: Stage, agents: readonly ScriptedAgent[], first: readonly Role[]) {
    this.#here = here;
    this.#agents = agents;
    this.#clients = first.map((role, index) => new RoledClient(here, `device-${index}`, role));
  }

  async run(schedule: readonly Step[]): Promise<void> {
    for (const client of this.#clients) await client.connect();
    for (const step of schedule) await this.#take(step);
    for (const client of this.#clients) await client.connect();
    for (const agent of this.#agents) await agent.restart();
    await this.#settled();
    const left = (): readonly unknown[] => {
      const { turns, approvals } = this.#here.gateway.state;
      return [...turns, ...approvals];
    };
    await vi.waitFor(() => assert.deepEqual(left(), []), soon);
    for (const { phone } of this.#clients) {
      // Who came back last asks its agents for what it missed, and is told behind that.
      await vi.waitFor(() => assert.deepEqual(endsOf(phone), startsOf(phone)), soon);
    }
    await this.#settled();
    this.#check();
  }

  async #take({ act, who, which, role, decision }: Step): Promise<void> {
    const client = this.#clients[who % this.#clients.length];
    const threadId = this.#threadIds[which % Math.max(1, this.#threadIds.length)];
    const running = this.#running[which % Math.max(1, this.#running.length)];
    if (client === undefined) return;
    const { phone, isConnected } = client;
    switch (act) {
      case "start": {
        if (!isConnected) return;
        const started = await client.drives("thread/start", { model: model(which) });
        const id = frameOf(started?.["thread"])["id"];
        if (typeof id === "string") this.#threadIds.push(id);
        return;
      }
      case "follow":
        if (!isConnected || threadId === undefined) return;
        await phone.request("thread/resume", { threadId }).catch(() => null);
        return;
      case "move":
        if (!isConnected || threadId === undefined) return;
        await client.drives("thread/settings/update", { threadId, model: model(who + which) });
        return;
      case "turn":
        if (!isConnected || threadId === undefined) return;
        return this.#begin(client, threadId);
      case "ask":
        return this.#ask(running);
      case "answer":
        return isConnected ? this.#answer(client, which, decision) : undefined;
      case "say": {
        const key = `m${this.#next()}`;
        running?.emit({ op: "open", key, item: { type: "message" } });
        running?.emit({ op: "text", key, delta: "some words" }, { op: "close", key });
        return;
      }
      case "end":
        running?.emit({ op: "end", status: "completed" });
        this.#running = this.#running.filter((one) => one !== running);
        return;
      case "crash": {
        const agent = this.#agents[which % this.#agents.length];
        this.#running = this.#running.filter((one) => agent?.threads.all.includes(one) !== true);
        return agent?.restart();
      }
      case "drop":
        return client.drop();
      case "back":
        return client.connect();
      case "role":
        await client.become(role);
        return which % 3 === 0 ? undefined : client.connect();
    }
  }

  /** A prompt on a thread that has none which runs. */
  async #begin(client: RoledClient, threadId: string): Promise<void> {
    const last = this.#prompted.get(threadId);
    if (last !== undefined && this.#running.includes(last)) return;
    const text = `prompt ${this.#next()}.`;
    const started = await client.drives("turn/start", prompt(threadId, text));
    if (started === null) return;
    const find = (): ScriptedThread | undefined =>
      this.#threads().find(({ prompts }) => JSON.stringify(prompts.all.at(-1))?.includes(text));
    const thread = await vi.waitFor(() => find() ?? assert.fail(`nobody got ${text}`), soon);
    this.#prompted.set(threadId, thread);
    this.#running.push(thread);
  }

  async #ask(thread: ScriptedThread | undefined): Promise<void> {
    if (thread === undefined) return;
    const command = `touch ${this.#next()}`;
    const [key, ask] = [`c ${command}`, `a ${command}`];
    this.#asked.set(command, { thread, ask });
    thread.emit(
      { op: "open", key, item: { type: "command", command, cwd: null } },
      { op: "ask", id: ask, ask: { kind: "command", key, reason: null, scope: null } },
    );
    await this.#settled();
  }

  /** An answer to what waits, whether or not this client was asked. */
  async #answer(
    client: RoledClient,
    which: number,
    decision: (typeof decisions)[number],
  ): Promise<void> {
    const { approvals } = this.#here.gateway.state;
    const open = approvals[which % Math.max(1, approvals.length)];
    if (open === undefined) return;
    const before = this.#answers();
    const command = this.#commandOf(open.requestId);
    if (client.may("approve") && decision === "accept" && command !== null) {
      this.#accepted.add(command);
    }
    client.phone.sendFrame({ id: open.requestId, result: { decision } });
    await this.#settled();
    if (!client.may("approve")) assert.equal(this.#answers(), before);
  }

  /** Answers agents were given, and those the gateway has told of. */
  #answers(): string {
    const given = this.#threads().flatMap(({ answers }) => answers.all);
    const told = this.#here.told.all.filter(([name]) => name === "answered");
    return `${given.length} ${told.length}`;
  }

  #threads(): readonly ScriptedThread[] {
    return this.#agents.flatMap(({ threads }) => threads.all);
  }

  /** Command of a question, as those saw it who were asked. */
  #commandOf(requestId: string): string | null {
    for (const { phone } of this.#clients) {
      const asked = phone.all(approval).find(({ id }) => id === requestId);
      const command = /touch \d+/u.exec(String(frameOf(asked?.["params"])["command"]))?.[0];
      if (command !== undefined) return command;
    }
    return null;
  }

  /** What was said before has reached everybody who is here. */
  async #settled(): Promise<void> {
    for (const { phone, isConnected } of this.#clients) {
      if (isConnected) await phone.request("thread/loaded/list", {});
    }
  }

  #next(): number {
    this.#count += 1;
    return this.#count;
  }

  #check(): void {
    for (const [command, { thread, ask }] of this.#asked) {
      const given = thread.answers.all.filter((one) => one.ask === ask);
      assert.ok(given.length <= 1, `${command} was answered twice`);
      const runs = given.some(({ answer }) => answer.type === "accept");
      if (runs) assert.ok(this.#accepted.has(command), `nobody accepted ${command} who may`);
    }
    for (const { phone, hasLost } of this.#clients) {
      assert.deepEqual(endsOf(phone), startsOf(phone));
      const isFine = (one: Violation): boolean => isOwnFault(one) || (hasLost && isOfLoss(one));
      assertNoViolations(phone.laws.finish().filter((one) => !isFine(one)));
    }
  }
}

/** Answers to what it was not asked. */
function isOwnFault({ clause }: Violation): boolean {
  return clause === "answer-to-nothing";
}

/**
 * What began behind the last frame that was seen of a lost session: the end of such a turn is told, for
 * the client may have started it, the questions of one that runs are asked, and what may still stand
 * on a screen is taken back.
 */
function isOfLoss({ clause }: Violation): boolean {
  return beganUnseen.has(clause);
}

const beganUnseen: ReadonlySet<string> = new Set([
  "completed-without-start",
  "outside-turn",
  "item-not-open",
  "resolved-without-request",
]);

function model(count: number): string {
  return count % 2 === 0 ? "claude/opus" : "pi/anthropic/sonnet";
}

function turnsOf(phone: Phone, method: string): readonly string[] {
  return phone.all(method).map(({ params }) => String(frameOf(frameOf(params)["turn"])["id"]));
}

/** The turns a client has seen start, each once. */
function startsOf(phone: Phone): readonly string[] {
  return [...new Set(turnsOf(phone, "turn/started"))].toSorted();
}

/** How often a client has heard that these were over. */
function endsOf(phone: Phone): readonly string[] {
  const started = new Set(turnsOf(phone, "turn/started"));
  return turnsOf(phone, "turn/completed")
    .filter((id) => started.has(id))
    .toSorted();
}
