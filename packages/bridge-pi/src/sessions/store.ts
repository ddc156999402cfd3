import {
  BridgeError,
  type BridgeHost,
  type NativeSession,
  type ThreadOp,
} from "@fairlead/bridge-core";
import {
  edgeLines,
  entriesOf,
  fieldsOf,
  FileSessions,
  jsonLines,
  readJson,
  sessionIn,
  textOf,
  type Fields,
  type SessionFile,
} from "@fairlead/bridge-core/parts";
import { join, resolve } from "node:path";
import { messageKey } from "../translate/messages.ts";
import { branchOf, promptOf, turnsOf } from "./history.ts";

const sessionFile = /^[0-9TZ-]+_[A-Za-z0-9][A-Za-z0-9._-]*\.jsonl$/;

/** Pi's session files. Read only; lists without reading any of them whole. */
export class SessionStore extends FileSessions {
  readonly #host: BridgeHost;

  constructor(host: BridgeHost) {
    super({
      files: host.files,
      agent: "Pi",
      folders: (cwd) => foldersOf(host, cwd),
      name: sessionFile,
      idOf: nativeIdOf,
      summary: (file, signal) => summaryOf(host, file, signal),
    });
    this.#host = host;
  }

  /** The ops of a session's turns, from the one behind `after`. Rejects with `not-found`. */
  async *read(id: string, after: string | null, signal: AbortSignal): AsyncGenerator<ThreadOp> {
    const { cwd, branch } = await this.#branch(id, signal);
    const turns = turnsOf(branch, (path) => resolve(cwd, path));
    const first = after === null ? 0 : turns.findIndex(({ keys }) => keys.includes(after)) + 1;
    for (const { ops } of turns.slice(first)) yield* ops;
  }

  /** The entry that begins a turn. `first`: nothing was said before it. */
  async turnEntry(id: string, turn: string, signal: AbortSignal) {
    const { branch } = await this.#branch(id, signal);
    const prompts = branch.filter((entry) => promptOf(entry) !== null);
    const at = prompts.findIndex(({ message }) => messageKey(fieldsOf(message)) === turn);
    if (at !== -1) return { entry: textOf(prompts[at]?.["id"]), first: at === 0 };
    const message = `Pi can go back only to a prompt of the user's; ${turn} is none in session ${id}`;
    throw new BridgeError("unsupported", message);
  }

  /** The folder that a session belongs to. */
  async folderOf(path: string): Promise<string> {
    const { signal } = new AbortController();
    for await (const { cwd } of jsonLines(this.#host.files, path, { maxBytes: 1, signal })) {
      return textOf(cwd);
    }
    return "";
  }

  /** An id for a new session: that of its thread, unless a session of an earlier life has it. */
  async unusedId(threadId: string): Promise<string> {
    let id = threadId;
    for (let life = 2; (await this.find(id)) !== null; life += 1) id = `${threadId}.${life}`;
    return id;
  }

  async #branch(
    id: string,
    signal: AbortSignal,
  ): Promise<{ readonly cwd: string; readonly branch: readonly Fields[] }> {
    const path = await this.pathOf(id);
    const entries: Fields[] = [];
    let cwd = "/";
    for await (const line of jsonLines(this.#host.files, path, { signal })) {
      if (line["type"] === "session") cwd = textOf(line["cwd"]) || cwd;
      else entries.push(line);
    }
    return { cwd, branch: branchOf(entries) };
  }
}

async function summaryOf(
  { files }: BridgeHost,
  file: SessionFile,
  signal: AbortSignal,
): Promise<NativeSession | null> {
  let preview: string | null = null;
  let title = "";
  let header: Fields = {};
  const lines = edgeLines(files, file, { isEnough: () => preview !== null, signal });
  for await (const { edge, line } of lines) {
    if (line["type"] === "session_info") title = textOf(line["name"]);
    if (edge === "tail") continue;
    if (line["type"] === "session") header = line;
    preview ??= promptOf(line);
  }
  const { type, cwd, timestamp } = header;
  if (preview === null || type !== "session") return null;
  return sessionIn(file, {
    nativeId: nativeIdOf(file),
    cwd: textOf(cwd) || null,
    title: title || null,
    preview,
    createdAtMs: Date.parse(textOf(timestamp)) || 0,
  });
}

/** Where Pi keeps sessions. The folder named in a file decides in the end. */
async function foldersOf(host: BridgeHost, cwd: string | null): Promise<readonly string[]> {
  const environment = await host.environment(cwd);
  const { HOME: home = "", PI_CODING_AGENT_DIR, PI_CODING_AGENT_SESSION_DIR } = environment;
  const whole = (path: string): string => path.replace(/^~(?=\/|$)/, home);
  const agent = whole(PI_CODING_AGENT_DIR || "~/.pi/agent");
  const settings = fieldsOf(await readJson(host.files, join(agent, "settings.json")));
  const chosen = PI_CODING_AGENT_SESSION_DIR || textOf(settings["sessionDir"]);
  if (chosen !== "") return [whole(chosen)];
  const root = join(agent, "sessions");
  const name = cwd === null ? "" : `--${cwd.replace(/^[/\\]/, "").replaceAll(/[/\\:]/g, "-")}--`;
  const entries = await entriesOf(host.files, root);
  const own = entries.filter((entry) => entry.folder && entry.name.startsWith(name));
  return own.map((entry) => join(root, entry.name));
}

function nativeIdOf({ id }: SessionFile): string {
  return id.slice(id.indexOf("_") + 1);
}
