import {
  opChannel,
  type NativeSession,
  type NativeSessions,
  type ThreadOp,
} from "@fairlead/bridge-core";
import {
  fieldsOf,
  numberOf,
  textOf,
  type Fields,
  type HttpClient,
  type Lease,
} from "@fairlead/bridge-core/parts";
import { inFolder, type Server } from "./server.ts";
import { historyOps } from "./translate/history.ts";

const pageSize = 100;

/** What the store needs of the bridge. */
export interface Access {
  /** Any server: they all read the same storage. Started when none runs, which is the only source. */
  lease(signal: AbortSignal): Promise<Lease<Server>>;
  /** Told of sessions that changed and are open nowhere here, as long as a server runs. */
  readonly strangers: Set<(session: string) => void>;
}

/** The sessions of all projects, as OpenCode stores them. */
export function sessionsOf(access: Access): NativeSessions {
  const { signal: never } = new AbortController();
  const withClient = async <T>(
    work: (client: HttpClient) => Promise<T>,
    signal: AbortSignal = never,
  ): Promise<T> => {
    using leased = await access.lease(signal);
    return work(leased.backend.client);
  };
  const pathOf = (id: string): string => `/session/${encodeURIComponent(id)}`;
  return {
    async *list({ cwd, signal }) {
      using leased = await access.lease(signal);
      const { client } = leased.backend;
      let path = `/experimental/session?limit=${pageSize}&archived=true`;
      if (cwd !== null) path = inFolder(path, cwd);
      for (let cursor: string | null = ""; cursor !== null;) {
        signal.throwIfAborted();
        const more = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
        const { items, next } = await client.page(`${path}${more}`, "x-next-cursor");
        yield* items.map(nativeSession);
        cursor = next;
      }
    },

    async *read(id, { after, signal }) {
      const ops = await withClient((client) => historyIn(client, id), signal);
      const from = after === null ? 0 : behind(ops, after);
      yield* ops.slice(from);
    },

    async *changes({ signal }) {
      const changed = opChannel<string>();
      const tell = (session: string): void => changed.push(session);
      access.strangers.add(tell);
      signal.addEventListener("abort", () => changed.close(), { once: true });
      try {
        yield* changed.items;
      } finally {
        access.strangers.delete(tell);
      }
    },

    async rename(id, title) {
      await withClient((client) => client.ask(pathOf(id), { method: "PATCH", body: { title } }));
    },

    async delete(id) {
      await withClient((client) => client.ask(pathOf(id), { method: "DELETE" }));
    },
  };
}

async function historyIn(client: HttpClient, id: string): Promise<readonly ThreadOp[]> {
  const path = `/session/${encodeURIComponent(id)}`;
  const [{ directory, revert }, messages] = await Promise.all([
    client.ask(path),
    client.list(`${path}/message`),
  ]);
  const { messageID } = fieldsOf(revert);
  const until = messages.findIndex(({ info }) => fieldsOf(info)["id"] === messageID);
  const kept = until === -1 ? messages : messages.slice(0, until);
  const children = new Map<string, readonly Fields[]>();
  await readChildren(client, id, children);
  return historyOps({ session: id, cwd: textOf(directory) }, kept, children);
}

async function readChildren(
  client: HttpClient,
  id: string,
  into: Map<string, readonly Fields[]>,
): Promise<void> {
  for (const { id: child } of await client.list(`/session/${encodeURIComponent(id)}/children`)) {
    const session = textOf(child);
    into.set(session, await client.list(`/session/${encodeURIComponent(session)}/message`));
    await readChildren(client, session, into);
  }
}

/** Where the turns behind that of `key` begin. */
function behind(ops: readonly ThreadOp[], key: string): number {
  const begun = ops.findIndex((op) => op.op === "begin" && op.turn === key && !op.thread);
  const next = ops.findIndex((op, at) => at > begun && op.op === "begin" && !op.thread);
  return begun === -1 ? 0 : next === -1 ? ops.length : next;
}

function nativeSession({ id, parentID, directory, title, time, tokens }: Fields): NativeSession {
  const { created, updated, archived } = fieldsOf(time);
  const updatedAtMs = numberOf(updated) ?? 0;
  const name = textOf(title);
  return {
    nativeId: textOf(id),
    parentNativeId: textOf(parentID) || null,
    cwd: textOf(directory) || null,
    title: /^(New|Child) session - /.test(name) ? null : name,
    preview: name,
    createdAtMs: numberOf(created) ?? 0,
    updatedAtMs,
    stamp: `${updatedAtMs} ${JSON.stringify(tokens ?? null)}`,
    archived: archived !== undefined && archived !== null,
    busyElsewhere: false,
  };
}
