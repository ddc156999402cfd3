import type { NativeSession, NativeSessions, ThreadOp } from "@fairlead/bridge-core";
import {
  fieldsOf,
  numberOf,
  opsBehind,
  textOf,
  type AgentServer,
  type Fields,
  type HttpClient,
  type HttpRequest,
  type Lease,
  type SessionChanges,
} from "@fairlead/bridge-core/parts";
import { clientIn } from "./folder.ts";
import { sessionPath } from "./session.ts";
import { historyOps } from "./translate/history.ts";

/**
 * The sessions of all projects, as OpenCode stores them. `lease`: any server, since they all read the
 * same storage; one is started when none runs, which is the only source.
 */
export function sessionsOf(
  lease: (signal: AbortSignal) => Promise<Lease<AgentServer>>,
  changes: SessionChanges,
): NativeSessions {
  const change = async (id: string, request: HttpRequest): Promise<void> => {
    using leased = await lease(new AbortController().signal);
    await leased.backend.client.ask(sessionPath(id), request);
  };
  return {
    async *list({ cwd, signal }) {
      using leased = await lease(signal);
      const client = cwd === null ? leased.backend.client : clientIn(leased.backend, cwd);
      const path = "/experimental/session?limit=100&archived=true";
      for await (const session of client.pages(path, "x-next-cursor", "cursor")) {
        yield nativeSession(session);
      }
    },

    async *read(id, { after, signal }) {
      using leased = await lease(signal);
      yield* opsBehind(await historyIn(leased.backend.client, id), after);
    },

    changes: ({ signal }) => changes.follow(signal),
    rename: (id, title) => change(id, { method: "PATCH", body: { title } }),
    delete: (id) => change(id, { method: "DELETE" }),
  };
}

async function historyIn(client: HttpClient, id: string): Promise<readonly ThreadOp[]> {
  const { directory, revert } = await client.ask(sessionPath(id));
  const messages = await client.list(`${sessionPath(id)}/message`);
  const { messageID } = fieldsOf(revert);
  const until = messages.findIndex(({ info }) => fieldsOf(info)["id"] === messageID);
  const kept = until === -1 ? messages : messages.slice(0, until);
  const children = new Map(await childrenIn(client, id));
  const place = { cwd: textOf(directory), servers: new Map<string, string>() };
  return historyOps({ session: id, ...place }, kept, children);
}

/** Messages of the sessions below one, by session. */
async function childrenIn(client: HttpClient, id: string): Promise<[string, readonly Fields[]][]> {
  const found: [string, readonly Fields[]][] = [];
  for (const child of await client.list(`${sessionPath(id)}/children`)) {
    const session = textOf(child["id"]);
    found.push([session, await client.list(`${sessionPath(session)}/message`)]);
    found.push(...(await childrenIn(client, session)));
  }
  return found;
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
