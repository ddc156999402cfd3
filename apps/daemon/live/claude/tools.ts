import assert from "node:assert/strict";
import { chmod, mkdir } from "node:fs/promises";
import type { CodexClient, FinishedTurn } from "@fairlead/client";
import type { Turn } from "@fairlead/codex-proto";
import type { LiveContext } from "../context.ts";

/** A PNG of one pixel, as base64. */
export const dot: string = [
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk",
  "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
].join("");

/** The call of a tool by its name, as a step of the mock's program. */
export function call(name: string, input: Readonly<Record<string, unknown>>): string {
  return `tool: ${name} ${JSON.stringify(input)}`;
}

/** A sub-agent that works inside the turn, as a step of the mock's program. */
export function foreground(prompt: string): string {
  const agent = { description: "mock task", subagent_type: "general-purpose" };
  return call("Agent", { ...agent, prompt, run_in_background: false });
}

/** Makes a turn one in plan mode. */
export const planMode = {
  collaborationMode: {
    mode: "plan",
    settings: { model: "sonnet", reasoning_effort: null, developer_instructions: null },
  },
} as const;

/** Every plan a turn announced, a step as `status text`. */
export function plansOf({ events }: Pick<FinishedTurn, "events">): readonly (readonly string[])[] {
  return events.flatMap((event) =>
    event.method === "turn/plan/updated"
      ? [event.params.plan.map(({ step, status }) => `${status} ${step}`)]
      : [],
  );
}

/**
 * Ids of a thread's items, each under its turn's, oldest first: the same in every way to read them.
 */
export async function itemIds(client: CodexClient, threadId: string): Promise<readonly string[]> {
  const { data } = await client.request("thread/items/list", { threadId });
  const listed = data.map(({ turnId, item }) => `${turnId} ${item.id}`);
  const { thread } = await client.request("thread/read", { threadId, includeTurns: true });
  const page = await client.request("thread/turns/list", {
    threadId,
    itemsView: "full",
    sortDirection: "asc",
  });
  assert.deepEqual(idsIn(thread.turns), listed);
  assert.deepEqual(idsIn(page.data), listed);
  return listed;
}

function idsIn(turns: readonly Turn[]): readonly string[] {
  return turns.flatMap(({ id, items }) => items.map((item) => `${id} ${item.id}`));
}

/** Ids of a thread's turns. */
export async function turnIds(client: CodexClient, threadId: string): Promise<readonly string[]> {
  const { data } = await client.request("thread/turns/list", { threadId });
  return data.map(({ id }) => id);
}

/** Makes a shell script the program of a scenario's agent. */
export async function wrap(live: LiveContext, script: string): Promise<void> {
  await mkdir(live.path("bin"));
  await live.write("bin/claude", `#!/bin/sh\n${script}\n`);
  await chmod(live.path("bin/claude"), 0o755);
  live.environment({ FAIRLEAD_CLAUDE: live.path("bin/claude") });
}

/** True while a process of this id exists. */
export function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
