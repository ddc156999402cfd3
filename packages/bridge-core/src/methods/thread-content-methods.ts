import { RpcError } from "../errors.ts";
import { itemEntry } from "../threads/item-entry.ts";
import { occurrencesOf } from "../threads/occurrences.ts";
import { pageOf } from "../threads/paging.ts";
import type { TurnRecord } from "../turn/turn-record.ts";
import type { Handlers } from "./handler.ts";
import type { ThreadMethodParts } from "./thread-start-methods.ts";

const maxItemsRead = 100;

/** Looking into one thread: single items, places of a text. */
export function threadContentMethods({ book }: Pick<ThreadMethodParts, "book">): Handlers {
  const turnsOf = async (threadId: string): Promise<readonly TurnRecord[]> => {
    const meta = await book.find(threadId);
    if (meta === undefined) throw RpcError.invalidRequest(`thread not loaded: ${threadId}`);
    return book.turns(meta);
  };

  return {
    async "thread/items/read"({ threadId, turnId, itemIds }) {
      if (itemIds.length === 0 || itemIds.length > maxItemsRead) {
        throw RpcError.invalidParams(`itemIds: must name 1 to ${maxItemsRead} items`);
      }
      const turn = (await turnsOf(threadId)).find(({ id }) => id === turnId);
      if (turn === undefined) throw RpcError.invalidRequest(`turn not found: ${turnId}`);
      const wanted = turn.items.filter(({ id }) => itemIds.includes(id));
      return { data: wanted.map((item) => itemEntry(turnId, item)) };
    },

    async "thread/searchOccurrences"({ threadId, searchTerm, cursor, limit }) {
      if (searchTerm === "") throw RpcError.invalidParams("searchTerm: must not be empty");
      const found = occurrencesOf(searchTerm, await turnsOf(threadId));
      const { data, nextCursor } = pageOf(found, ({ key }) => key, "asc", { cursor, limit });
      return { data: data.map(({ wire }) => wire), nextCursor };
    },
  };
}
