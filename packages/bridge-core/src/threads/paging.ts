import type { SortDirection } from "@fairlead/codex-proto";
import { RpcError } from "../errors.ts";

/** What a paged request says of the page it wants. */
export interface PageRequest {
  readonly cursor?: string | null | undefined;
  readonly limit?: number | null | undefined;
}

/** One page, with the cursors to go on and to come back. */
export interface Page<T> {
  readonly data: T[];
  readonly nextCursor: string | null;
  readonly backwardsCursor: string | null;
}

interface Cursor {
  readonly id: string;
  /** Whether the entry itself belongs to the page that starts here. */
  readonly includeAnchor: boolean;
}

const defaultLimit = 50;

/** Cuts one page out of a whole list, anchored at ids, so that new entries do not shift it. */
export function pageOf<T>(
  entries: readonly T[],
  idOf: (entry: T) => string,
  direction: SortDirection,
  { cursor, limit }: PageRequest,
): Page<T> {
  const ordered = direction === "asc" ? entries : entries.toReversed();
  const from = start(ordered, idOf, cursor);
  const data = ordered.slice(from, from + (limit ?? defaultLimit));
  const [first, last] = [data[0], data.at(-1)];
  const more = from + data.length < ordered.length;
  return {
    data,
    nextCursor: more && last !== undefined ? write({ id: idOf(last), includeAnchor: false }) : null,
    backwardsCursor: first === undefined ? null : write({ id: idOf(first), includeAnchor: true }),
  };
}

/** The cursor from which a list is read backwards from its newest entry. */
export function anchorAt(id: string | undefined): string | null {
  return id === undefined ? null : write({ id, includeAnchor: true });
}

/** The id a cursor was made from. */
export function anchorOf(cursor: string): string {
  return read(cursor).id;
}

function start<T>(
  entries: readonly T[],
  idOf: (entry: T) => string,
  text: string | null | undefined,
): number {
  if (text === null || text === undefined) return 0;
  const cursor = read(text);
  const index = entries.findIndex((entry) => idOf(entry) === cursor.id);
  if (index < 0) throw RpcError.invalidRequest(`invalid cursor: ${text}`);
  return cursor.includeAnchor ? index : index + 1;
}

function write(cursor: Cursor): string {
  return JSON.stringify(cursor);
}

function read(text: string): Cursor {
  try {
    const value: unknown = JSON.parse(text);
    if (
      typeof value === "object" &&
      value !== null &&
      "id" in value &&
      typeof value.id === "string"
    ) {
      const includeAnchor = "includeAnchor" in value && value.includeAnchor === true;
      return { id: value.id, includeAnchor };
    }
  } catch {
    // Falls through to the same error.
  }
  throw RpcError.invalidRequest(`invalid cursor: ${text}`);
}
