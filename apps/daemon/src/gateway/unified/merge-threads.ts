import type { SortDirection, ThreadListParams, ThreadSearchParams } from "@fairlead/codex-proto";
import { RpcError } from "@fairlead/bridge-core/peer";
import { z } from "zod";
import { codexName } from "../../registry.ts";
import { type AskAgent, type Merged, rpcErrorOf } from "./ask-agents.ts";
import { checkedParams } from "./checked-params.ts";
import { readCursor, writeCursor } from "./list-cursor.ts";
import { type Mark, type SourceOrder, type SourceRow, ThreadSource } from "./thread-source.ts";

/** A page of threads of all agents. Rows are as the agents wrote them. */
export interface ThreadPage {
  readonly data: readonly unknown[];
  readonly nextCursor: string | null;
  /** From the first page, back to what is newer; null on later pages, which cannot know. */
  readonly backwardsCursor: string | null;
  readonly [key: string]: unknown;
}

/** codex's own limits of a page. */
const defaultLimit = 25;
const mostRows = 100;

/** What a list is sorted by, and which way: a cursor of one order says nothing about another. */
interface Order {
  readonly key: "created_at" | "updated_at" | "recency_at";
  readonly direction: SortDirection;
}

const cursorSchema = z.object({
  key: z.enum(["created_at", "updated_at", "recency_at"]),
  direction: z.enum(["asc", "desc"]),
  /** Sort value of the last row shown: of no agent is anything before it new. */
  value: z.number().nullable(),
  /** By agent; null = its list has come to its end, or it was left out. */
  agents: z.record(
    z.string(),
    z.object({ cursor: z.string().nullable(), ids: z.array(z.string()) }).nullable(),
  ),
});

const threadFields = z.looseObject({
  id: z.string(),
  createdAt: z.number(),
  updatedAt: z.number(),
  recencyAt: z.number().nullish(),
});
const found = z.looseObject({ thread: threadFields });

/**
 * `thread/list` over all agents. Sections, projects and attachments are codex's alone, and so is
 * their order: such a list is codex's own, cursors included. An agent that fails, or does not
 * answer in the time the caller gives it, is left out of this page and of those after it.
 */
export async function mergeThreadList(
  params: unknown,
  agents: readonly string[],
  ask: AskAgent,
): Promise<Merged<unknown>> {
  const method = "thread/list";
  const wanted = checkedParams(method, params);
  const fieldsOf = (row: unknown): ThreadFields => threadOf(threadFields, row);
  const only = isOfCodex(wanted) ? (agents.find(isCodex) ?? agents[0]) : undefined;
  if (only !== undefined) return { result: await ask(only, method, { ...wanted }), leftOut: [] };
  return merge({
    method,
    params: { ...wanted },
    wanted,
    agents,
    ask,
    fieldsOf,
  });
}

/** `thread/search` over all agents, merged as {@link mergeThreadList} merges. */
export async function mergeThreadSearch(
  params: unknown,
  agents: readonly string[],
  ask: AskAgent,
): Promise<Merged<unknown>> {
  const method = "thread/search";
  const wanted = checkedParams(method, params);
  const fieldsOf = (row: unknown): ThreadFields => threadOf(found, row).thread;
  return merge({ method, params: { ...wanted }, wanted, agents, ask, fieldsOf });
}

type ThreadFields = z.infer<typeof threadFields>;

interface Merging {
  readonly method: "thread/list" | "thread/search";
  readonly params: Readonly<Record<string, unknown>>;
  readonly wanted: ThreadListParams | ThreadSearchParams;
  readonly agents: readonly string[];
  readonly ask: AskAgent;
  readonly fieldsOf: (row: unknown) => ThreadFields;
}

async function merge(merging: Merging): Promise<Merged<ThreadPage>> {
  const { method, wanted, agents } = merging;
  const order = orderOf(wanted);
  const limit = Math.min(Math.max(wanted.limit ?? defaultLimit, 1), mostRows);
  const first = wanted.cursor == null;
  const marks = wanted.cursor == null ? {} : marksOf(method, wanted.cursor, order);
  const sources = agents.flatMap((agent) => {
    const from = first ? { cursor: null, value: null, ids: [] } : marks[agent];
    return from == null ? [] : [sourceOf(merging, agent, from, order, limit)];
  });
  await Promise.all(sources.map((source) => source.fill()));
  requireOne(sources);
  const starts = sources.map((source) => ({ source, hasRows: source.head !== undefined }));
  const rows: SourceRow[] = [];
  const readStates: Record<string, unknown> = {};
  while (rows.length < limit) {
    const source = nextOf(sources, order.direction);
    const row = source?.take();
    if (source === undefined || row === undefined) break;
    rows.push(row);
    const state = source.readState(row.id);
    if (state !== undefined) readStates[row.id] = state;
    if (source.head === undefined && rows.length < limit) await source.fill();
  }
  const whole = first && sources.every(({ failure }) => failure === null);
  const known = starts.every(({ source, hasRows }) => !hasRows || source.backwards !== null);
  return {
    result: {
      data: rows.map(({ row }) => row),
      ...(method === "thread/list" ? { readStates } : {}),
      nextCursor: cursorOn(sources, rows, order),
      backwardsCursor: whole && known ? cursorBack(sources, rows, order) : null,
    },
    leftOut: sources.flatMap(({ agent, failure }) =>
      failure === null ? [] : [{ agent, reason: failure.reason }],
    ),
  };
}

function threadOf<T>(schema: z.ZodType<T>, row: unknown): T {
  const parsed = schema.safeParse(row);
  if (parsed.success) return parsed.data;
  throw new Error("its list holds a row that is no thread");
}

function orderOf(wanted: ThreadListParams | ThreadSearchParams): Order {
  const { sortKey, sortDirection } = wanted;
  const key = sortKey == null || sortKey === "section_position" ? "created_at" : sortKey;
  return { key, direction: sortDirection ?? "desc" };
}

function sourceOf(
  { method, params, ask, fieldsOf }: Merging,
  agent: string,
  from: Mark,
  { key, direction }: Order,
  limit: number,
): ThreadSource {
  const order: SourceOrder = {
    direction,
    read(row) {
      const fields = fieldsOf(row);
      return { id: fields.id, value: sortValue(fields, key), row };
    },
  };
  // Agents need not agree on what is meant when no order is named.
  const sorted = { ...params, sortKey: key, sortDirection: direction, limit };
  return new ThreadSource(agent, from, order, (cursor) =>
    ask(agent, method, { ...sorted, cursor }),
  );
}

/** In seconds, as the wire has it. */
function sortValue(thread: ThreadFields, key: Order["key"]): number {
  switch (key) {
    case "created_at":
      return thread.createdAt;
    case "updated_at":
      return thread.updatedAt;
    case "recency_at":
      return thread.recencyAt ?? thread.updatedAt;
  }
}

/** Threads of one second come by id, as each agent's own list has it. */
function nextOf(
  sources: readonly ThreadSource[],
  direction: SortDirection,
): ThreadSource | undefined {
  const sign = direction === "asc" ? 1 : -1;
  let best: { readonly source: ThreadSource; readonly head: SourceRow } | undefined;
  for (const source of sources) {
    const { head } = source;
    if (head === undefined) continue;
    const isFirst =
      best === undefined ||
      sign * (head.value - best.head.value || (head.id < best.head.id ? -1 : 1)) < 0;
    if (isFirst) best = { source, head };
  }
  return best?.source;
}

function requireOne(sources: readonly ThreadSource[]): void {
  const [first] = sources;
  if (first?.failure == null || sources.some(({ failure }) => failure === null)) return;
  throw rpcErrorOf(first.failure.error);
}

function marksOf(
  method: string,
  text: string,
  order: Order,
): Readonly<Record<string, Mark | null>> {
  const { key, direction, value, agents } = readCursor(method, text, cursorSchema);
  if (key === order.key && direction === order.direction) {
    const marks = Object.entries(agents).map(
      ([agent, at]) => [agent, at === null ? null : { ...at, value }] as const,
    );
    return Object.fromEntries(marks);
  }
  throw RpcError.invalidParams(
    `${method}: this cursor is of a list with sortKey ${key} and sortDirection ${direction}; ask for the same ones, or without a cursor`,
  );
}

function cursorOn(
  sources: readonly ThreadSource[],
  rows: readonly SourceRow[],
  order: Order,
): string | null {
  const value = rows.at(-1)?.value ?? null;
  const marks = sources.map(({ agent, mark }) => {
    const ids = mark?.value === value ? mark.ids : [];
    return [agent, mark === null ? null : { cursor: mark.cursor, ids }] as const;
  });
  if (marks.every(([, at]) => at === null)) return null;
  return writeCursor({ ...order, value, agents: Object.fromEntries(marks) });
}

/** The way back begins with the first row of this page. */
function cursorBack(
  sources: readonly ThreadSource[],
  rows: readonly SourceRow[],
  { key, direction }: Order,
): string | null {
  const [first, ...others] = rows;
  if (first === undefined) return null;
  const { value } = first;
  const ids = others.filter((row) => row.value === value).map(({ id }) => id);
  const agents = sources.map(
    ({ agent, backwards }) => [agent, { cursor: backwards, ids }] as const,
  );
  const back = direction === "asc" ? "desc" : "asc";
  return writeCursor({ key, direction: back, value, agents: Object.fromEntries(agents) });
}

function isOfCodex(wanted: ThreadListParams): boolean {
  const { sortKey, sectionId, projectId, attachedToThreadId } = wanted;
  if (sortKey === "section_position") return true;
  return [sectionId, projectId, attachedToThreadId].some((id) => id != null);
}

function isCodex(agent: string): boolean {
  return agent === codexName;
}
