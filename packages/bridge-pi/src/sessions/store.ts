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
  jsonLines,
  readJson,
  sessionFiles,
  SessionSummaries,
  textOf,
  type Fields,
  type SessionFile,
} from "@fairlead/bridge-core/parts";
import { join, resolve } from "node:path";
import { messageKey } from "../translate/messages.ts";
import { branchOf, promptOf, turnsOf } from "./history.ts";

const sessionFile = /^[0-9TZ-]+_[A-Za-z0-9][A-Za-z0-9._-]*\.jsonl$/;

/** A stored session, as far as opening it needs to know. */
export interface StoredSession {
  readonly path: string;
  readonly cwd: string;
}

/** Pi's session files. Read only; lists without reading any of them whole. */
export class SessionStore {
  readonly #host: BridgeHost;
  readonly #summaries = new SessionSummaries<NativeSession | null>();

  constructor(host: BridgeHost) {
    this.#host = host;
  }

  /** Sessions of a folder or of all, newest first; a file is opened when it is its turn. */
  async *list(cwd: string | null, signal: AbortSignal): AsyncGenerator<NativeSession, void> {
    for (const file of await this.#files(cwd)) {
      signal.throwIfAborted();
      const session = await this.#summaries.of(file, () => this.#summary(file, signal));
      if (session !== null && (cwd === null || session.cwd === cwd)) yield session;
    }
  }

  /** The ops of a session's turns, from the one behind `after`. Rejects with `not-found`. */
  async *read(id: string, after: string | null, signal: AbortSignal): AsyncGenerator<ThreadOp> {
    const { cwd, branch } = await this.#branch(id, signal);
    const turns = turnsOf(branch, (path) => resolve(cwd, path));
    const first = after === null ? 0 : turns.findIndex(({ keys }) => keys.includes(after)) + 1;
    for (const { ops } of turns.slice(first)) yield* ops;
  }

  /** The entry that begins a turn. `first`: nothing was said before it. */
  async turnEntry(
    id: string,
    turn: string,
    signal: AbortSignal,
  ): Promise<{ readonly entry: string; readonly first: boolean }> {
    const { branch } = await this.#branch(id, signal);
    const prompts = branch.filter((entry) => promptOf(entry) !== null);
    const at = prompts.findIndex(({ message }) => messageKey(fieldsOf(message)) === turn);
    if (at !== -1) return { entry: textOf(prompts[at]?.["id"]), first: at === 0 };
    const message = `Pi can go back only to a prompt of the user's; ${turn} is none in session ${id}`;
    throw new BridgeError("unsupported", message);
  }

  /** Where a session is kept; null when there is none. */
  async find(id: string): Promise<StoredSession | null> {
    const path = await this.pathOf(id);
    if (path === null) return null;
    const { signal } = new AbortController();
    for await (const header of jsonLines(this.#host.files, path, { maxBytes: 1, signal })) {
      return { path, cwd: textOf(header["cwd"]) };
    }
    return null;
  }

  /** An id for a new session: that of its thread, unless a session of an earlier life has it. */
  async unusedId(threadId: string): Promise<string> {
    const taken = new Set((await this.#files(null)).map(nativeIdOf));
    let id = threadId;
    for (let life = 2; taken.has(id); life += 1) id = `${threadId}.${life}`;
    return id;
  }

  /** Path of a session's file; null when there is none. */
  async pathOf(id: string): Promise<string | null> {
    const files = await this.#files(null);
    return files.find((file) => nativeIdOf(file) === id)?.path ?? null;
  }

  async #branch(
    id: string,
    signal: AbortSignal,
  ): Promise<{ readonly cwd: string; readonly branch: readonly Fields[] }> {
    const path = await this.pathOf(id);
    if (path === null) throw new BridgeError("not-found", `Pi has no session ${id}`);
    const entries: Fields[] = [];
    let cwd = "/";
    for await (const line of jsonLines(this.#host.files, path, { signal })) {
      if (line["type"] === "session") cwd = textOf(line["cwd"]) || cwd;
      else entries.push(line);
    }
    return { cwd, branch: branchOf(entries) };
  }

  async #summary(file: SessionFile, signal: AbortSignal): Promise<NativeSession | null> {
    const { path, size, mtimeMs, stamp } = file;
    let preview: string | null = null;
    let title = "";
    let header: Fields = {};
    const isEnough = (): boolean => preview !== null;
    const lines = edgeLines(this.#host.files, { path, size }, { isEnough, signal });
    for await (const { edge, line } of lines) {
      if (line["type"] === "session_info") title = textOf(line["name"]);
      if (edge === "tail") continue;
      if (line["type"] === "session") header = line;
      preview ??= promptOf(line);
    }
    if (preview === null || header["type"] !== "session") return null;
    return {
      nativeId: nativeIdOf(file),
      parentNativeId: null,
      cwd: textOf(header["cwd"]) || null,
      title: title || null,
      preview,
      createdAtMs: Date.parse(textOf(header["timestamp"])) || 0,
      updatedAtMs: Math.round(mtimeMs),
      stamp,
      archived: false,
      busyElsewhere: false,
    };
  }

  async #files(cwd: string | null): Promise<readonly SessionFile[]> {
    const environment = await this.#host.environment(cwd);
    const { HOME: home = "", PI_CODING_AGENT_DIR, PI_CODING_AGENT_SESSION_DIR } = environment;
    const whole = (path: string): string => path.replace(/^~(?=\/|$)/, home);
    const agent = whole(PI_CODING_AGENT_DIR || "~/.pi/agent");
    const settings = fieldsOf(await readJson(this.#host.files, join(agent, "settings.json")));
    const chosen = PI_CODING_AGENT_SESSION_DIR || textOf(settings["sessionDir"]);
    if (chosen !== "") return sessionFiles(this.#host.files, [whole(chosen)], sessionFile);
    const root = join(agent, "sessions");
    // The folder in a file decides in the end.
    const name = cwd === null ? "" : `--${cwd.replace(/^[/\\]/, "").replaceAll(/[/\\:]/g, "-")}--`;
    const entries = await entriesOf(this.#host.files, root);
    const own = entries.filter((entry) => entry.folder && entry.name.startsWith(name));
    const folders = own.map((entry) => join(root, entry.name));
    return sessionFiles(this.#host.files, folders, sessionFile);
  }
}

function nativeIdOf({ id }: SessionFile): string {
  return id.slice(id.indexOf("_") + 1);
}
