import assert from "node:assert/strict";
import type { CodexClient, FinishedTurn } from "@fairlead/client";
import type { Turn } from "@fairlead/codex-proto";
import type { LiveContext } from "../context.ts";

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

/** The texts a turn said, oldest first. */
export async function saidIn(live: LiveContext, threadId: string, turnId: string) {
  const { data } = await live.client.request("thread/items/list", { threadId, turnId });
  return data.flatMap(({ item }) => (item.type === "agentMessage" ? [item.text] : []));
}

/** The threads of the project folder. */
export async function listed(live: LiveContext, client: CodexClient = live.client) {
  return (await client.request("thread/list", { cwd: live.folder })).data;
}
