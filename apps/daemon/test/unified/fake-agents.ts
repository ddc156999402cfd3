import type { AskAgent } from "../../src/gateway/unified/ask-agents.ts";
import { isFields } from "../../src/gateway/unified/field-path.ts";

/** A thread as far as lists look at it. */
export interface ListedThread {
  readonly id: string;
  /** In milliseconds, of which the wire tells the second. */
  readonly atMs: number;
}

/** Lists of threads, one per agent, with cursors that hold the last thread, as the agents' own do. */
export class FakeAgents {
  readonly threads: ReadonlyMap<string, ListedThread[]>;
  readonly failing = new Set<string>();
  readonly asked: { readonly agent: string; readonly params: Readonly<Record<string, unknown>> }[] =
    [];

  constructor(...names: readonly string[]) {
    this.threads = new Map(names.map((name) => [name, []]));
  }

  get names(): readonly string[] {
    return [...this.threads.keys()];
  }

  /** Adds a thread to an agent's list. */
  add(agent: string, ...threads: readonly ListedThread[]): void {
    this.threads.get(agent)?.push(...threads);
  }

  readonly ask: AskAgent = async (agent, method, params) => {
    this.asked.push({ agent, params });
    if (this.failing.has(agent)) throw new Error(`${agent} cannot be reached`);
    const sign = params["sortDirection"] === "asc" ? 1 : -1;
    const compare = (a: ListedThread, b: ListedThread): number =>
      sign * (a.atMs - b.atMs || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
    const all = (this.threads.get(agent) ?? []).toSorted(compare);
    const anchor = anchorOf(params["cursor"]);
    const rest = all.filter((thread) => {
      if (anchor === null) return true;
      const distance = compare(thread, anchor);
      return distance > 0 || (distance === 0 && anchor.including);
    });
    const data = rest.slice(0, Number(params["limit"]));
    const [first, last] = [data[0], data.at(-1)];
    const more = last !== undefined && rest.length > data.length;
    return {
      data: data.map((thread) =>
        method === "thread/search" ? { thread: wire(thread), snippet: thread.id } : wire(thread),
      ),
      readStates: Object.fromEntries(data.map(({ id }) => [id, { revision: `${agent} ${id}` }])),
      nextCursor: more ? JSON.stringify({ ...last, including: false }) : null,
      backwardsCursor: first === undefined ? null : JSON.stringify({ ...first, including: true }),
    };
  };
}

/** Ids of the threads of a page. */
export function idsOf(page: unknown): readonly string[] {
  const rows = isFields(page) ? page["data"] : undefined;
  if (!Array.isArray(rows)) throw new Error("this is no page");
  return rows.map((row: unknown) => {
    const thread = isFields(row) && isFields(row["thread"]) ? row["thread"] : row;
    return isFields(thread) ? String(thread["id"]) : "";
  });
}

/** A cursor of a page, by its name. */
export function cursorOf(page: unknown, name: "nextCursor" | "backwardsCursor"): string | null {
  const cursor = isFields(page) ? page[name] : undefined;
  if (cursor !== null && typeof cursor !== "string") throw new Error("this is no page");
  return cursor;
}

function anchorOf(cursor: unknown): (ListedThread & { readonly including: boolean }) | null {
  if (typeof cursor !== "string") return null;
  const value: unknown = JSON.parse(cursor);
  if (!isFields(value)) throw new Error(`invalid cursor: ${cursor}`);
  return {
    id: String(value["id"]),
    atMs: Number(value["atMs"]),
    including: value["including"] === true,
  };
}

function wire({ id, atMs }: ListedThread): Readonly<Record<string, unknown>> {
  const at = Math.floor(atMs / 1000);
  return { id, createdAt: at, updatedAt: at, recencyAt: at };
}
