import { BridgeError, type OpenThread } from "@fairlead/bridge-core";
import { fieldsOf, textOf } from "@fairlead/bridge-core/parts";
import { inFolder, type Server } from "./server.ts";
import type { Folder } from "./folder.ts";
import { endsIn, rulesIn, sessionRules, tagPrefix, type Rule } from "./permissions.ts";

/** Where sessions are made. */
export interface Place {
  readonly server: Server;
  readonly folder: Folder;
  readonly spec: OpenThread;
}

/** A session of OpenCode's whose rules make it ask. */
export class Session {
  readonly id: string;
  readonly cwd: string;
  /** Messages of the user that a fork copied: their ids in the original, by those they have now. */
  readonly copied = new Map<string, string>();

  private constructor(id: string, cwd: string) {
    this.id = id;
    this.cwd = cwd;
  }

  /** A new one. */
  static async create(place: Place): Promise<Session> {
    const { client } = place.server;
    const { cwd } = place.spec;
    const body = { permission: rulesFor(place) };
    const { id } = await client.post(inFolder("/session", cwd), body);
    if (textOf(id) === "") throw new BridgeError("other", "OpenCode made no session");
    return new Session(textOf(id), cwd);
  }

  /** The one a thread goes on from, or a copy of it. */
  static async open(place: Place, from: NonNullable<OpenThread["from"]>): Promise<Session> {
    const { client } = place.server;
    const session = new Session(from.nativeId, place.spec.cwd);
    const messageID = from.before;
    const info = from.fork
      ? await client.post(session.path("/fork"), messageID === null ? {} : { messageID })
      : await client.ask(session.path());
    const carried = new Session(textOf(info["id"]), place.spec.cwd);
    const permission = rulesFor(place);
    if (from.fork || !endsIn(rulesIn(info["permission"]), permission)) {
      // A thread that was rolled back is a fork too, and keeps its name.
      const title = textOf(info["title"]).replace(/ \(fork #\d+\)$/, "");
      const body = from.fork ? { permission, title } : { permission };
      await client.ask(carried.path(), { method: "PATCH", body });
    }
    if (from.fork) await carried.#matchCopies(session, client);
    return carried;
  }

  /** A copy has the messages of its original, in their order, under ids of its own. */
  async #matchCopies(original: Session, client: Server["client"]): Promise<void> {
    const [before, now] = await Promise.all([
      client.list(original.path("/message")),
      client.list(this.path("/message")),
    ]);
    for (const [at, message] of now.entries()) {
      const { id, role } = fieldsOf(message["info"]);
      const of = textOf(fieldsOf(before[at]?.["info"])["id"]);
      if (role === "user" && of !== "") this.copied.set(textOf(id), of);
    }
  }

  /** The path of a request about the session. */
  path(rest = ""): string {
    return inFolder(`/session/${encodeURIComponent(this.id)}${rest}`, this.cwd);
  }
}

/** Marks what belongs to one thread on a server that all share. */
export function tagOf({ threadId }: OpenThread): string {
  return `${tagPrefix}${threadId.slice(-8)}-`;
}

function rulesFor({ folder, spec }: Place): Rule[] {
  const users = folder.rules.get(folder.agent) ?? [];
  return [...sessionRules(users, tagOf(spec), folder.unsafe)];
}
