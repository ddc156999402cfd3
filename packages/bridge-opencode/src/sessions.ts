import type { NativeSession, NativeSessions, ThreadOp } from "@fairlead/bridge-core";
import {
  belowSession,
  fieldsOf,
  numberOf,
  serverSessions,
  textOf,
  type AgentServers,
  type Fields,
  type HttpClient,
} from "@fairlead/bridge-core/parts";
import { sessionPath } from "./session.ts";
import { historyOps } from "./translate/history.ts";

/** The sessions of all projects, as OpenCode stores them. */
export function sessionsOf(servers: AgentServers): NativeSessions {
  return serverSessions(servers, {
    async *list(client, cwd) {
      const own = client.at("", cwd === null ? {} : { directory: cwd });
      const path = "/experimental/session?limit=100&archived=true";
      for await (const session of own.pages(path, "x-next-cursor", "cursor")) {
        yield nativeSession(session);
      }
    },
    read: historyIn,
    rename: (client, id, title) =>
      client.ask(sessionPath(id), { method: "PATCH", body: { title } }),
    delete: (client, id) => client.ask(sessionPath(id), { method: "DELETE" }),
  });
}

async function historyIn(client: HttpClient, id: string): Promise<readonly ThreadOp[]> {
  const messagesOf = (of: string): Promise<readonly Fields[]> =>
    client.list(`${sessionPath(of)}/message`);
  const childrenOf = async (of: string): Promise<readonly string[]> =>
    (await client.list(`${sessionPath(of)}/children`)).map((child) => textOf(child["id"]));
  const { directory, revert } = await client.ask(sessionPath(id));
  const messages = await messagesOf(id);
  const { messageID } = fieldsOf(revert);
  const until = messages.findIndex(({ info }) => fieldsOf(info)["id"] === messageID);
  const kept = until === -1 ? messages : messages.slice(0, until);
  const children = await belowSession(id, childrenOf, messagesOf);
  return historyOps({ session: id, cwd: textOf(directory), servers: new Map() }, kept, children);
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
