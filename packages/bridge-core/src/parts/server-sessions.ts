import type { NativeSession, NativeSessions } from "../adapter.ts";
import type { ThreadOp } from "../ops.ts";
import type { AgentServers } from "./agent-servers.ts";
import type { HttpClient } from "./http-json.ts";
import { opsBehind } from "./past-turns.ts";

/** How an agent's server is asked for the conversations it stores. */
export interface ServerSessionsOptions {
  /** Sessions of a working folder; null: of any. */
  readonly list: (client: HttpClient, cwd: string | null) => AsyncIterable<NativeSession>;
  /** All of the past turns. */
  readonly read: (client: HttpClient, id: string) => Promise<readonly ThreadOp[]>;
  readonly rename: (client: HttpClient, id: string, title: string) => Promise<unknown>;
  readonly delete: (client: HttpClient, id: string) => Promise<unknown>;
}

/**
 * The conversations that an agent's servers store, as a bridge's `sessions`. Any server is asked, since
 * all read the same storage.
 */
export function serverSessions(
  servers: AgentServers,
  options: ServerSessionsOptions,
): NativeSessions {
  const change = async (work: (client: HttpClient) => Promise<unknown>): Promise<void> => {
    using leased = await servers.any(new AbortController().signal);
    await work(leased.backend.client);
  };
  return {
    async *list({ cwd, signal }) {
      using leased = await servers.any(signal);
      yield* options.list(leased.backend.client, cwd);
    },

    async *read(id, { after, signal }) {
      using leased = await servers.any(signal);
      yield* opsBehind(await options.read(leased.backend.client, id), after);
    },

    changes: ({ signal }) => servers.changes.follow(signal),
    rename: (id, title) => change((client) => options.rename(client, id, title)),
    delete: (id) => change((client) => options.delete(client, id)),
  };
}

/** What `read` finds for each session below one, those below them included. */
export async function belowSession<T>(
  id: string,
  childrenOf: (id: string) => Promise<readonly string[]>,
  read: (id: string) => Promise<T>,
): Promise<ReadonlyMap<string, T>> {
  const found = new Map<string, T>();
  for (const child of await childrenOf(id)) {
    found.set(child, await read(child));
    for (const [each, value] of await belowSession(child, childrenOf, read)) found.set(each, value);
  }
  return found;
}
