import assert from "node:assert/strict";
import type { FinishedTurn } from "@fairlead/client";
import type { ThreadItem, TurnError } from "@fairlead/codex-proto";
import type { MockLlm, MockRequest } from "@fairlead/testkit";
import { z } from "zod";

type ItemOf<T extends ThreadItem["type"]> = Extract<ThreadItem, { readonly type: T }>;

/** The items of one type, in order. */
export function itemsOf<T extends ThreadItem["type"]>(
  items: readonly ThreadItem[],
  type: T,
): readonly ItemOf<T>[] {
  return items.filter((item): item is ItemOf<T> => item.type === type);
}

/** The item of one type; there must be exactly one. */
export function itemOf<T extends ThreadItem["type"]>(
  items: readonly ThreadItem[],
  type: T,
): ItemOf<T> {
  const [first, ...more] = itemsOf(items, type);
  assert.ok(first, `no ${type} among ${items.map((item) => item.type).join(", ")}`);
  assert.equal(more.length, 0, `more than one ${type}: ${JSON.stringify([first, ...more])}`);
  return first;
}

/** What the agent said last in a turn. */
export function answerOf({ items }: Pick<FinishedTurn, "items">): string {
  const said = itemsOf(items, "agentMessage").at(-1);
  assert.ok(said, `no answer among ${items.map((item) => item.type).join(", ")}`);
  return said.text;
}

/** The turn ended well. */
export function completed({ turn }: Pick<FinishedTurn, "turn">): void {
  assert.equal(turn.status, "completed", JSON.stringify(turn.error));
}

/** Why a turn failed. */
export function failureOf({ turn }: Pick<FinishedTurn, "turn">): TurnError {
  assert.equal(turn.status, "failed");
  assert.ok(turn.error, "a failed turn has no error");
  return turn.error;
}

/** What reached the model with a request. */
export interface Echo {
  readonly model: string;
  readonly effort: string | null;
  readonly tools: readonly string[];
  readonly images: number;
  /** Entries of the history. */
  readonly turns: number;
  readonly userTexts: readonly string[];
}

const echo: z.ZodType<Echo> = z.object({
  model: z.string(),
  effort: z.string().nullable(),
  tools: z.array(z.string()),
  images: z.number(),
  turns: z.number(),
  userTexts: z.array(z.string()),
});

/** What the mock says, in answer to `echo`, that the model was given. */
export function echoOf(turn: Pick<FinishedTurn, "items">): Echo {
  return echo.parse(JSON.parse(answerOf(turn)));
}

/** The body of the last model request that carried this prompt, as JSON text. */
export function lastRequest(mock: MockLlm, prompt: string): string {
  const found = mock.requests.findLast((request) => request.prompt === prompt);
  assert.ok(found, `the model was never given ${JSON.stringify(prompt)}`);
  return JSON.stringify(found.body);
}

/** Whether a model request is part of a turn: for a title or a summary the model has no tools. */
export function isOfTurn({ body: { tools } }: MockRequest): boolean {
  return Array.isArray(tools) ? tools.length > 0 : tools !== undefined;
}

/** What the model was given last in a turn, as JSON text. */
export function lastTold(mock: MockLlm): string {
  const found = mock.requests.findLast(isOfTurn);
  assert.ok(found, "the model was given nothing");
  return JSON.stringify(found.body);
}
