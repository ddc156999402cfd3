import { BridgeError, type OpenThread, type ThreadOp } from "@fairlead/bridge-core";
import {
  endsInRules,
  fieldsOf,
  rulesIn,
  textOf,
  type HttpClient,
  type ServerSession,
} from "@fairlead/bridge-core/parts";
import type { Folder } from "./folder.ts";
import { sessionRules } from "./permissions.ts";

/** Makes a session whose rules make it ask, or opens the one a thread goes on from, or a copy of it. */
export async function openSession(
  { client, cwd, ...folder }: Folder,
  tag: string,
  from: OpenThread["from"],
): Promise<ServerSession> {
  const users = folder.rules.get(folder.agent) ?? [];
  const permission = [...sessionRules(users, tag, folder.unsafe)];
  const original = client.at(sessionPath(from?.nativeId ?? ""));
  const cut = typeof from?.before === "string" ? { messageID: from.before } : {};
  const info = await (from === null
    ? client.post("/session", { permission })
    : from.fork
      ? original.post("/fork", cut)
      : original.ask(""));
  const { directory = cwd, title } = info;
  const id = textOf(info["id"]);
  if (id === "") throw new BridgeError("other", "OpenCode made no session");
  const own = client.at(sessionPath(id));
  if (from === null) return { id, client: own, copied: [] };
  if (directory !== cwd) {
    // It would go on working, and asking, where it was.
    const move = { sessionID: id, destination: { directory: cwd }, moveChanges: false };
    await client.post("/experimental/control-plane/move-session", move);
  }
  // A thread that was rolled back is a fork too, and keeps its name.
  const name = { title: textOf(title).replace(/ \(fork #\d+\)$/, "") };
  if (from.fork || !endsInRules(rulesIn(info["permission"]), permission)) {
    await own.ask("", { method: "PATCH", body: { permission, ...(from.fork && name) } });
  }
  return { id, client: own, copied: from.fork ? await copiesIn(own, original) : [] };
}

/** A session's path on a server. */
export function sessionPath(id: string): string {
  return `/session/${encodeURIComponent(id)}`;
}

/** A copy has the messages of its original, in their order, under ids of its own. */
async function copiesIn(own: HttpClient, original: HttpClient): Promise<ThreadOp[]> {
  const [before, now] = await Promise.all([original.list("/message"), own.list("/message")]);
  return now.flatMap(({ info }, at) => {
    const id = textOf(fieldsOf(before[at]?.["info"])["id"]);
    const { id: key, role } = fieldsOf(info);
    return role === "user" && id !== "" ? [{ op: "alias", id, key: textOf(key) }] : [];
  });
}
