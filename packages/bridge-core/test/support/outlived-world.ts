import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Turn } from "@fairlead/codex-proto";
import { expect } from "vitest";
import type { ThreadOp } from "../../src/index.ts";
import { BridgeError } from "../../src/index.ts";
import { completions, stage, type Stage } from "./adversity.ts";
import { NativeStorage } from "./native-storage.ts";
import type { ScriptedAgent } from "./scripted-bridge.ts";
import type { WireClient } from "./wire-client.ts";

/** How a server of {@link OutlivedWorld} is to be. */
export interface OutlivedOptions {
  /** False: an agent whose conversations rest while nobody is there. */
  readonly goesOn?: boolean;
  readonly now?: () => number;
}

/** Daemons, one after the other, over an agent whose conversations outlive them. */
export class OutlivedWorld implements AsyncDisposable {
  readonly storage: NativeStorage = new NativeStorage();
  readonly #folder: string;
  readonly #stages: Stage[] = [];
  #lives = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async make(): Promise<OutlivedWorld> {
    return new OutlivedWorld(await mkdtemp(join(tmpdir(), "fairlead-outlived-")));
  }

  /** A daemon over what the last one left on disk. */
  start({ goesOn = true, now = Date.now }: OutlivedOptions = {}): Stage {
    const sessions = this.storage.sessions({ goesOn });
    const here = stage({ dataDir: this.#dataDir, now }, { sessions });
    this.#stages.push(here);
    return here;
  }

  /** The daemon dies without a word: what it has on disk is all that is left of it to the next. */
  async killed(): Promise<Stage> {
    const before = this.#dataDir;
    this.#lives += 1;
    await cp(before, this.#dataDir, { recursive: true });
    return this.start();
  }

  get #dataDir(): string {
    return join(this.#folder, `life-${this.#lives}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { server } of this.#stages) await server[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true });
  }
}

/** The id of the newest conversation. */
export async function listed(client: WireClient): Promise<string> {
  const { data: threads } = await client.request("thread/list", {});
  return threads[0]?.id ?? "";
}

export async function read(client: WireClient, threadId: string): Promise<readonly Turn[]> {
  return (await client.request("thread/read", { threadId, includeTurns: true })).thread.turns;
}

/** Each turn's status and what its items are. */
export function kinds(turns: readonly Turn[]): readonly string[] {
  return turns.map(({ status, items }) => [status, ...items.map(({ type }) => type)].join(" "));
}

/** Every id of a turn or an item is one thing's, and every turn heard of ended once. */
export function expectSound(client: WireClient, turns: readonly Turn[]): void {
  const ids = turns.flatMap(({ id, items }) => [id, ...items.map((item) => item.id)]);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [id, count] of completions(client)) expect({ id, count }).toEqual({ id, count: 1 });
  client.check();
}

/** The agent goes, and its conversation stays followed. */
export async function gone(here: Stage, agent: ScriptedAgent): Promise<void> {
  agent.crash(new BridgeError("crashed", "exit code 1"));
  await here.log.find((line) => line.includes("the agent is gone"));
}

/** A command that waits to be allowed. */
export const asking: readonly ThreadOp[] = [
  { op: "open", key: "c", item: { type: "command", command: "touch x", cwd: null } },
  {
    op: "ask",
    id: "a",
    ask: { kind: "command", key: "c", reason: null, scope: null },
  },
];

/** Allows the command of {@link asking}. Returns the id of the question. */
export async function allow(client: WireClient, agent: ScriptedAgent): Promise<number | string> {
  const request = await client.requests.next();
  request.respond({ decision: "accept" });
  expect(await agent.answers.next()).toEqual({ ask: "a", answer: { type: "accept" } });
  return request.id;
}
