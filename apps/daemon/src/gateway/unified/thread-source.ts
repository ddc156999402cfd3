import { messageOf } from "@fairlead/bridge-core/transport";
import type { SortDirection } from "@fairlead/codex-proto";
import { z } from "zod";
import {} from "./ask-agents.ts";

const page = z.looseObject({
  data: z.array(z.unknown()),
  nextCursor: z.string().nullish(),
  backwardsCursor: z.string().nullish(),
  readStates: z.record(z.string(), z.unknown()).nullish(),
});

/** How far a merged list has come in the list of one agent. */
export interface Mark {
  /** Where its present page begins. */
  readonly cursor: string | null;
  /** Sort value of the last row taken; null before the first. */
  readonly value: number | null;
  /** The rows taken that have that value: rows of one second have no order of their own. */
  readonly ids: readonly string[];
}

/** One row of an agent's list. */
export interface SourceRow {
  readonly id: string;
  readonly value: number;
  /** As the agent wrote it. */
  readonly row: unknown;
}

/** How the rows of a list are read and ordered. */
export interface SourceOrder {
  readonly direction: SortDirection;
  /** Throws for a row that is none. */
  readonly read: (row: unknown) => SourceRow;
}

/**
 * An agent that keeps answering with pages of rows long past, or none at all, is given up after
 * this many for one request.
 */
const mostPages = 50;

/** More rows than this never share a second and a page. */
const mostIds = 100;

/**
 * The list of one agent from a mark on, page after page. Rows at or before the mark are left out,
 * so that a page cut in the middle, or read again after new rows came, gives each row once.
 */
export class ThreadSource {
  readonly agent: string;
  readonly #order: SourceOrder;
  readonly #fetch: (cursor: string | null) => Promise<unknown>;
  #mark: Mark;
  #rows: readonly SourceRow[] = [];
  /** Of the page at hand; undefined = it has not been read. */
  #next: string | null | undefined;
  #backwards: string | null | undefined;
  #ended = false;
  readonly #readStates = new Map<string, unknown>();
  #failure: { readonly error: unknown } | null = null;

  constructor(
    agent: string,
    from: Mark,
    order: SourceOrder,
    fetch: (cursor: string | null) => Promise<unknown>,
  ) {
    this.agent = agent;
    this.#mark = from;
    this.#order = order;
    this.#fetch = fetch;
  }

  /** Makes the next row known, if there is one. Never rejects: a failure ends the source. */
  async fill(): Promise<void> {
    try {
      for (let pages = 0; this.#rows.length === 0 && !this.#ended; pages += 1) {
        if (pages === mostPages) throw new Error("its list of threads has no end");
        await this.#turnPage();
      }
    } catch (error) {
      this.#failure = { error };
      this.#rows = [];
      this.#ended = true;
    }
  }

  /** The next row; undefined when there is none, or none is known yet. */
  get head(): SourceRow | undefined {
    return this.#rows[0];
  }

  /** Takes the next row away. */
  take(): SourceRow | undefined {
    const [row, ...rest] = this.#rows;
    if (row === undefined) return undefined;
    const { value, ids } = this.#mark;
    const same = value === row.value ? ids : [];
    this.#mark = {
      ...this.#mark,
      value: row.value,
      ids: [...same, row.id].slice(-mostIds),
    };
    this.#rows = rest;
    if (rest.length === 0 && this.#next === null) this.#ended = true;
    return row;
  }

  /** Why the agent is left out; null when it is not. */
  get failure(): { readonly error: unknown; readonly reason: string } | null {
    return this.#failure === null
      ? null
      : { error: this.#failure.error, reason: messageOf(this.#failure.error) };
  }

  /** Where to go on; null at the end of the list. */
  get mark(): Mark | null {
    if (this.#ended) return null;
    const isRead = this.#rows.length === 0 && typeof this.#next === "string";
    return isRead ? { ...this.#mark, cursor: this.#next ?? null } : this.#mark;
  }

  /** The agent's own cursor back from its first page; null = it gave none. */
  get backwards(): string | null {
    return this.#backwards ?? null;
  }

  /** What the agent said of how far a thread has been read. */
  readState(id: string): unknown {
    return this.#readStates.get(id);
  }

  async #turnPage(): Promise<void> {
    if (this.#next === null) {
      this.#ended = true;
      return;
    }
    const cursor = this.#next ?? this.#mark.cursor;
    this.#mark = { ...this.#mark, cursor };
    const answer = page.safeParse(await this.#fetch(cursor));
    if (!answer.success) throw new Error("it answered with something that is no list of threads");
    const { data, nextCursor, backwardsCursor, readStates } = answer.data;
    this.#next = nextCursor ?? null;
    if (this.#backwards === undefined) this.#backwards = backwardsCursor ?? null;
    for (const [id, state] of Object.entries(readStates ?? {})) this.#readStates.set(id, state);
    this.#rows = data.map((row) => this.#order.read(row)).filter((row) => this.#isNew(row));
    if (this.#rows.length === 0 && this.#next === null) this.#ended = true;
  }

  #isNew({ id, value }: SourceRow): boolean {
    const { value: last, ids } = this.#mark;
    if (last === null) return true;
    if (value === last) return !ids.includes(id);
    return this.#order.direction === "asc" ? value > last : value < last;
  }
}
