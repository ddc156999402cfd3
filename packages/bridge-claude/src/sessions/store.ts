import {
  BridgeError,
  messageOf,
  type BridgeHost,
  type NativeSession,
  type ThreadOp,
} from "@fairlead/bridge-core";
import {
  edgeLines,
  entriesOf,
  fieldsOf,
  isReadable,
  jsonLines,
  livingOf,
  numberOf,
  readJson,
  sessionFiles,
  SessionSummaries,
  textOf,
  type SessionFile,
} from "@fairlead/bridge-core/parts";
import { join } from "node:path";
import { History, promptOf } from "./history.ts";

const sessionFile = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.jsonl$/;

/** Claude's session files. Read only; lists without reading any of them whole. */
export class SessionStore {
  readonly #host: BridgeHost;
  /** Process ids of our own programs: a session open in one of them is not busy elsewhere. */
  readonly #ownPids: ReadonlySet<number>;
  readonly #summaries = new SessionSummaries<NativeSession | null>();

  constructor(host: BridgeHost, ownPids: ReadonlySet<number>) {
    this.#host = host;
    this.#ownPids = ownPids;
  }

  /** Sessions of a folder or of all, newest first; a file is opened when it is its turn. */
  async *list(cwd: string | null, signal: AbortSignal): AsyncGenerator<NativeSession, void> {
    const folders = await this.#projects(cwd);
    const busy = await this.busy();
    for (const file of await sessionFiles(this.#host.files, folders, sessionFile)) {
      signal.throwIfAborted();
      const session = await this.#summaries.of(file, () => this.#summary(file, signal));
      if (session === null || (cwd !== null && session.cwd !== cwd)) continue;
      yield { ...session, busyElsewhere: busy.has(file.id) };
    }
  }

  /** The ops of a session's turns, from the one behind `after`. Rejects with `not-found`. */
  async *read(id: string, after: string | null, signal: AbortSignal): AsyncGenerator<ThreadOp> {
    const path = await this.#pathOf(id);
    const { turns, agents } = await this.#history(path, signal);
    const first = after === null ? 0 : turns.findIndex(({ key }) => key === after) + 1;
    for (const op of turns.slice(first).flatMap(({ ops }) => ops)) {
      const agent = op.op === "close" ? agents.get(op.key) : undefined;
      if (op.op === "close" && agent !== undefined) {
        const file = join(path.replace(/\.jsonl$/, ""), "subagents", `agent-${agent}.jsonl`);
        const child = await this.#history(file, signal, true).catch((error: unknown) => {
          signal.throwIfAborted();
          this.#host.log("debug", `claude: ${messageOf(error)}`);
        });
        yield* child?.opsOfChild(op.key, agent) ?? [];
      }
      yield op;
    }
  }

  /** Uuid of the last answer before a turn, where a fork without it ends; null before any. */
  async answerBefore(id: string, turn: string, signal: AbortSignal): Promise<string | null> {
    const { turns } = await this.#history(await this.#pathOf(id), signal);
    const index = turns.findIndex(({ key }) => key === turn);
    if (index === -1) throw new BridgeError("not-found", `session ${id} has no turn ${turn}`);
    const kept = turns.slice(0, index).map(({ lastAnswer }) => lastAnswer);
    return kept.findLast((answer) => answer !== null) ?? null;
  }

  /** Path of a session's file; null when there is none. */
  async find(id: string): Promise<string | null> {
    for (const folder of await this.#projects(null)) {
      const path = join(folder, `${id}.jsonl`);
      if (await isReadable(this.#host.files, path)) return path;
    }
    return null;
  }

  /** Ids of the sessions that another living process of Claude's has open. */
  async busy(): Promise<ReadonlySet<string>> {
    const folder = await this.#folder("sessions");
    const open = new Map<number, string>();
    for (const { name } of await entriesOf(this.#host.files, folder)) {
      if (!name.endsWith(".json")) continue;
      const { pid, sessionId } = fieldsOf(await readJson(this.#host.files, join(folder, name)));
      const process = numberOf(pid);
      if (process !== undefined && !this.#ownPids.has(process))
        open.set(process, textOf(sessionId));
    }
    // A killed process leaves its record behind.
    const living = await livingOf(this.#host, [...open.keys()]);
    return new Set([...living].flatMap((pid) => open.get(pid) ?? []));
  }

  async #history(path: string, signal: AbortSignal, sidechain = false): Promise<History> {
    const history = new History();
    const lines = jsonLines(this.#host.files, path, { signal });
    for await (const line of lines) history.take(line, sidechain);
    history.end();
    return history;
  }

  async #summary(file: SessionFile, signal: AbortSignal): Promise<NativeSession | null> {
    const { path, id, size, mtimeMs, stamp } = file;
    let preview: string | null = null;
    let cwd: string | null = null;
    let createdAtMs = 0;
    const titles = { custom: "", ai: "" };
    const isEnough = (): boolean => preview !== null && cwd !== null;
    const lines = edgeLines(this.#host.files, { path, size }, { isEnough, signal });
    for await (const { edge, line } of lines) {
      if (edge === "tail") {
        if (preview === null) return null;
        titles.custom = textOf(line["customTitle"]) || titles.custom;
        titles.ai = textOf(line["aiTitle"]) || titles.ai;
      } else {
        cwd ??= textOf(line["cwd"]) || null;
        createdAtMs ||= Date.parse(textOf(line["timestamp"])) || 0;
        preview ??= promptOf(line);
      }
    }
    if (preview === null) return null;
    return {
      nativeId: id,
      parentNativeId: null,
      cwd,
      title: titles.custom || titles.ai || null,
      preview: preview.split("\n")[0] ?? "",
      createdAtMs,
      updatedAtMs: Math.round(mtimeMs),
      stamp,
      archived: false,
      busyElsewhere: false,
    };
  }

  async #pathOf(id: string): Promise<string> {
    const path = await this.find(id);
    if (path === null) throw new BridgeError("not-found", `Claude has no session ${id}`);
    return path;
  }

  async #projects(cwd: string | null): Promise<readonly string[]> {
    const projects = await this.#folder("projects");
    // Claude shortens long names: the folder in the file decides in the end.
    const name = cwd?.replaceAll(/[^A-Za-z0-9]/g, "-").slice(0, 180) ?? "";
    const entries = await entriesOf(this.#host.files, projects);
    const own = entries.filter((entry) => entry.folder && entry.name.startsWith(name));
    return own.map((entry) => join(projects, entry.name));
  }

  /** A folder of those where Claude keeps everything. */
  async #folder(name: string): Promise<string> {
    const { CLAUDE_CONFIG_DIR: folder, HOME: home = "" } = await this.#host.environment(null);
    return join(folder || join(home, ".claude"), name);
  }
}
