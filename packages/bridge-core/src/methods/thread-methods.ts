import type { ThreadListParams, ThreadStatus } from "@fairlead/codex-proto";
import { RpcError } from "../errors.ts";
import { itemEntry } from "../threads/item-entry.ts";
import { matchesFilter, mayListNative, sortTime } from "../threads/list.ts";
import { wireThread, type ThreadMeta } from "../threads/meta.ts";
import { NativePage } from "../threads/native-page.ts";
import { anchorOf, pageOf } from "../threads/paging.ts";
import { itemText } from "../threads/transcript-text.ts";
import { wireTurn } from "../turn/turn-record.ts";
import type { Handlers } from "./handler.ts";
import { anchors, forkOf, full, type ThreadMethodParts } from "./thread-start-methods.ts";

const defaultListLimit = 25;

/** Reading, listing, naming, putting away and taking back threads. */
export function threadMethods({ book }: ThreadMethodParts): Handlers {
  const { services } = book;
  const agent = services.adapter.id;

  const find = async (id: string): Promise<ThreadMeta> => {
    const meta = await book.find(id);
    if (meta === undefined) throw RpcError.invalidRequest(`thread not loaded: ${id}`);
    return meta;
  };
  const statusOf = (meta: ThreadMeta): ThreadStatus => book.status(meta.id);
  const wire = (meta: ThreadMeta) => wireThread(agent, meta, statusOf(meta));

  /** Takes back everything from one turn on; the agent forgets it with the next prompt. */
  const revert = async (threadId: string, beforeTurnId: string): Promise<void> => {
    const thread = await book.load(threadId);
    if (thread.isBusy) throw RpcError.invalidRequest("a turn is running: interrupt it first");
    const { wire: live } = thread;
    const index = live.turns.findIndex((turn) => turn.id === beforeTurnId);
    if (index < 0) throw RpcError.invalidRequest(`turn not found: ${beforeTurnId}`);
    // A prompt that comes meanwhile must find the turns gone.
    const released = thread.releaseAgent();
    live.revert(index, forkOf(live.meta, live.turns, live.turns.slice(0, index)));
    await released;
  };

  const nativePage = async (params: ThreadListParams): Promise<"all" | NativePage> => {
    if ((params.sortDirection ?? "desc") === "asc") return "all";
    const { cursor, sortKey } = params;
    const anchor = cursor == null ? null : anchorOf(cursor);
    const after = anchor === null ? null : ((await book.find(anchor)) ?? null);
    if (anchor !== null && after === null) return "all";
    return new NativePage({ sortKey, limit: params.limit ?? defaultListLimit, after });
  };

  return {
    async "thread/read"({ threadId, includeTurns }) {
      const meta = await find(threadId);
      const turns = includeTurns === true ? full(await book.turns(meta)) : [];
      return { thread: wireThread(agent, meta, statusOf(meta), turns), readState: null };
    },

    async "thread/list"(params) {
      const key = params.sortKey ?? "created_at";
      const direction = params.sortDirection ?? "desc";
      const limit = params.limit ?? defaultListLimit;
      const fits = (meta: ThreadMeta): boolean => matchesFilter(agent, meta, params);
      const native = mayListNative(params) ? await nativePage(params) : "none";
      const metas = (await book.all(fits, native)).toSorted(
        (a, b) => sortTime(a, key) - sortTime(b, key) || (a.id < b.id ? -1 : 1),
      );
      const page = pageOf(metas, (meta) => meta.id, direction, { cursor: params.cursor, limit });
      return { ...page, data: page.data.map(wire), readStates: {} };
    },

    async "thread/loaded/list"({ cursor, limit }) {
      const ids = book.live.map((thread) => thread.id);
      const { data, nextCursor } = pageOf(ids, (id) => id, "asc", { cursor, limit });
      return { data, nextCursor };
    },

    async "thread/turns/list"({ threadId, cursor, limit, sortDirection, itemsView }) {
      const turns = await book.turns(await find(threadId));
      const page = pageOf(turns, (turn) => turn.id, sortDirection ?? "desc", { cursor, limit });
      return { ...page, data: page.data.map((turn) => wireTurn(turn, itemsView ?? "summary")) };
    },

    async "thread/items/list"({ threadId, turnId, cursor, limit, sortDirection }) {
      const turns = await book.turns(await find(threadId));
      const entries = turns
        .filter((turn) => turnId == null || turn.id === turnId)
        .flatMap((turn) => turn.items.map((item) => ({ turnId: turn.id, item })));
      const anchor =
        typeof cursor === "object" && cursor !== null
          ? JSON.stringify({ id: cursor.itemId, includeAnchor: true })
          : cursor;
      const page = pageOf(entries, ({ item }) => item.id, sortDirection ?? "asc", {
        cursor: anchor,
        limit,
      });
      return { ...page, data: page.data.map(({ turnId: id, item }) => itemEntry(id, item)) };
    },

    async "thread/search"(params) {
      const { searchTerm, cursor, limit, sourceKinds, archived } = params;
      const term = searchTerm.trim().toLowerCase();
      if (term === "") throw RpcError.invalidParams("searchTerm: must not be empty");
      const found: { readonly meta: ThreadMeta; readonly snippet: string }[] = [];
      for (const meta of await book.all()) {
        if (
          !matchesFilter(agent, meta, {
            sourceKinds: sourceKinds ?? null,
            archived: archived ?? null,
          })
        )
          continue;
        const snippet = await snippetOf(meta, term);
        if (snippet !== null) found.push({ meta, snippet });
      }
      const key = params.sortKey ?? "updated_at";
      const sorted = found.toSorted(
        (a, b) => sortTime(a.meta, key) - sortTime(b.meta, key) || (a.meta.id < b.meta.id ? -1 : 1),
      );
      const direction = params.sortDirection ?? "desc";
      const page = pageOf(sorted, ({ meta }) => meta.id, direction, { cursor, limit });
      return {
        ...page,
        data: page.data.map(({ meta, snippet }) => ({ thread: wire(meta), snippet })),
      };
    },

    async "thread/name/set"({ threadId, name }) {
      const title = name.trim();
      if (title === "") throw RpcError.invalidRequest("thread name must not be empty");
      const meta = await find(threadId);
      if (meta.nativeId !== null) await services.adapter.sessions?.rename?.(meta.nativeId, title);
      book.update(meta, { name: title });
      services.everyone.notify("thread/name/updated", { threadId, threadName: title });
      return {};
    },

    async "thread/metadata/update"({ threadId, gitInfo, projectId, daybreakEnabled }) {
      if (projectId != null) throw RpcError.invalidParams("projectId: there are no projects here");
      if (daybreakEnabled != null)
        throw RpcError.invalidParams("daybreakEnabled: is for codex's own models");
      const meta = await find(threadId);
      const known = meta.gitInfo ?? { sha: null, branch: null, originUrl: null };
      const changed = {
        sha: gitInfo?.sha === undefined ? known.sha : gitInfo.sha,
        branch: gitInfo?.branch === undefined ? known.branch : gitInfo.branch,
        originUrl: gitInfo?.originUrl === undefined ? known.originUrl : gitInfo.originUrl,
      };
      return { thread: wire(book.update(meta, { gitInfo: changed })) };
    },

    async "thread/archive"({ threadId }) {
      const meta = await find(threadId);
      await book.unload(threadId);
      book.update(meta, { archived: true });
      services.everyone.notify("thread/archived", { threadId });
      return {};
    },

    async "thread/unarchive"({ threadId }) {
      const meta = book.update(await find(threadId), { archived: false });
      services.everyone.notify("thread/unarchived", { threadId });
      return { thread: wire(meta) };
    },

    async "thread/delete"({ threadId }) {
      const meta = await find(threadId);
      const { sessions, displayName } = services.adapter;
      if (meta.nativeIds.length > 0 && sessions !== undefined && sessions.delete === undefined) {
        throw RpcError.methodNotFound(
          `${displayName} keeps this conversation itself: delete it there, or archive it here`,
        );
      }
      const family = await book.family(threadId);
      for (const id of family) await book.unload(id);
      for (const nativeId of meta.nativeIds) await sessions?.delete?.(nativeId);
      for (const id of family) {
        await services.store.delete(id);
        services.everyone.notify("thread/deleted", { threadId: id });
      }
      return {};
    },

    "thread/unsubscribe"({ threadId }, { subscriber }) {
      if (!book.isLoaded(threadId)) return { status: "notLoaded" };
      const { audience } = book.loaded(threadId);
      return { status: audience.delete(subscriber) ? "unsubscribed" : "notSubscribed" };
    },

    async "thread/revert"({ threadId, beforeTurnId }, { afterResponse }) {
      await revert(threadId, beforeTurnId);
      const { wire: live } = book.loaded(threadId);
      afterResponse(() => live.notify("thread/reverted", { threadId }));
      return { thread: live.wireThread([]), ...anchors(live.turns) };
    },

    async "thread/rollback"({ threadId, numTurns }) {
      const thread = await book.load(threadId);
      const before = thread.wire.turns.at(-numTurns) ?? thread.wire.turns[0];
      if (before === undefined)
        throw RpcError.invalidRequest("the thread has no turns to roll back");
      await revert(threadId, before.id);
      return { thread: thread.wire.wireThread(full(thread.wire.turns)) };
    },
  };

  async function snippetOf(meta: ThreadMeta, term: string): Promise<string | null> {
    const texts = [meta.name ?? "", meta.preview];
    const near = texts.find((text) => text.toLowerCase().includes(term));
    if (near !== undefined) return near;
    // What only the agent's own storage knows is found by its preview: reading it all could take
    // minutes.
    if (!(await book.isStored(meta.id))) return null;
    const turns = await book.turns(meta);
    const text = turns
      .flatMap((turn) => turn.items.map(itemText))
      .find((t) => t.toLowerCase().includes(term));
    return text ?? null;
  }
}
