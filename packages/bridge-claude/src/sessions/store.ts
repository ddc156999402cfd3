import {
  BridgeError,
  type BridgeHost,
  type NativeSession,
  type ThreadOp,
} from "@fairlead/bridge-core";
import { join } from "node:path";
import { configFolder, readJson, readWhole } from "../files.ts";
import { fieldsOf, isFields, textOf, type Fields } from "../native.ts";
import { History, promptOf } from "./history.ts";

/** How much of a file's head and tail the list reads. */
const headBytes = 256 * 1024;
const tailBytes = 64 * 1024;
const sessionFile = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.jsonl$/;

interface SessionFile {
  readonly path: string;
  readonly id: string;
  readonly size: number;
  readonly mtimeMs: number;
}

/** Claude's session files. Read only; lists without reading any of them whole. */
export class SessionStore {
  readonly #host: BridgeHost;
  /** Process ids of our own programs: a session open in one of them is not busy elsewhere. */
  readonly #ownPids: ReadonlySet<number>;

  constructor(host: BridgeHost, ownPids: ReadonlySet<number>) {
    this.#host = host;
    this.#ownPids = ownPids;
  }

  /** Sessions of a folder or of all, newest first; a file is opened when it is its turn. */
  async *list(cwd: string | null, signal: AbortSignal): AsyncGenerator<NativeSession, void> {
    const folders = await this.#projects(cwd);
    const listed = await Promise.all(folders.map((folder) => this.#sessionsIn(folder)));
    const busy = await this.busy();
    for (const file of listed.flat().sort((a, b) => b.mtimeMs - a.mtimeMs)) {
      signal.throwIfAborted();
      const session = await this.#summary(file, busy.has(file.id), signal);
      if (session !== null && (cwd === null || session.cwd === cwd)) yield session;
    }
  }

  /** The ops of a session's turns. Rejects with `not-found`. */
  async *read(
    id: string,
    after: string | null,
    signal: AbortSignal,
  ): AsyncGenerator<ThreadOp, void> {
    const path = await this.#pathOf(id);
    const { turns, agents } = await this.#history(path, signal);
    const first = after === null ? 0 : turns.findIndex(({ key }) => key === after) + 1;
    for (const op of turns.slice(first).flatMap(({ ops }) => ops)) {
      const agent = op.op === "close" ? agents.get(op.key) : undefined;
      if (op.op === "close" && agent !== undefined) {
        yield* this.#child(path, op.key, agent, op.atMs ?? 0, signal);
      }
      yield op;
    }
  }

  /** Uuid of the last answer before a turn: where a fork that leaves the turn out ends. Null before the first answer. */
  async answerBefore(id: string, turn: string, signal: AbortSignal): Promise<string | null> {
    const { turns } = await this.#history(await this.#pathOf(id), signal);
    const index = turns.findIndex(({ key }) => key === turn);
    if (index === -1) throw new BridgeError("not-found", `session ${id} has no turn ${turn}`);
    const kept = turns.slice(0, index).map(({ lastAnswer }) => lastAnswer);
    return kept.findLast((answer) => answer !== null) ?? null;
  }

  /** True when Claude has a session of this id on disk. */
  async has(id: string): Promise<boolean> {
    return (await this.#find(id)) !== null;
  }

  /** Ids of the sessions that another living process of Claude's has open. */
  async busy(): Promise<ReadonlySet<string>> {
    const folder = join(await this.#config(), "sessions");
    const names = (await this.#listed(folder)).map(({ name }) => name);
    const records = await Promise.all(
      names
        .filter((name) => name.endsWith(".json"))
        .map(async (name) => fieldsOf(await readJson(this.#host.files, join(folder, name)))),
    );
    const foreign = records.filter(({ pid }) => typeof pid === "number" && !this.#ownPids.has(pid));
    if (foreign.length === 0) return new Set();
    const alive = await this.#alive(foreign.map(({ pid }) => Number(pid)));
    const open = foreign.filter(({ pid }) => alive === null || alive.has(Number(pid)));
    return new Set(open.map(({ sessionId }) => textOf(sessionId)));
  }

  /** Which of these processes live; null when the system does not tell. */
  async #alive(pids: readonly number[]): Promise<ReadonlySet<number> | null> {
    await using ps = this.#host.spawn({
      file: "ps",
      args: ["-o", "pid=", "-p", pids.join()],
      cwd: "/",
    });
    const alive = new Set<number>();
    try {
      for await (const line of ps.lines) alive.add(Number("json" in line ? line.json : line.text));
    } catch {
      return null;
    }
    return alive;
  }

  async *#child(
    parent: string,
    key: string,
    agent: string,
    atMs: number,
    signal: AbortSignal,
  ): AsyncGenerator<ThreadOp, void> {
    const path = join(parent.replace(/\.jsonl$/, ""), "subagents", `agent-${agent}.jsonl`);
    const child = await this.#history(path, signal, true).catch(() => null);
    if (child === null) return;
    yield { op: "child", key, item: key, nativeId: agent, title: null, atMs };
    for (const { key: turn, ops } of child.turns) {
      for (const op of ops) {
        // Live, the first turn of a sub-agent has the name of the call.
        const named = "turn" in op && op.turn === turn && turn === child.turns[0]?.key;
        yield named ? { ...op, turn: key, thread: key } : { ...op, thread: op.thread ?? key };
      }
    }
  }

  async #history(path: string, signal: AbortSignal, sidechain = false): Promise<History> {
    const history = new History(sidechain);
    for await (const line of this.#lines(path, 0, signal)) history.take(line);
    history.end();
    return history;
  }

  async #summary(
    { path, id, size, mtimeMs }: SessionFile,
    busyElsewhere: boolean,
    signal: AbortSignal,
  ): Promise<NativeSession | null> {
    let preview: string | null = null;
    let cwd: string | null = null;
    let createdAtMs = 0;
    let title: string | null = null;
    const titled = ({ customTitle, aiTitle }: Fields): void => {
      if (typeof customTitle === "string") title = customTitle;
      else if (typeof aiTitle === "string") title ??= aiTitle;
    };
    for await (const line of this.#lines(path, 0, signal, headBytes)) {
      titled(line);
      cwd ??= textOf(line["cwd"]) || null;
      createdAtMs ||= Date.parse(textOf(line["timestamp"])) || 0;
      preview ??= promptOf(line);
      if (preview !== null && cwd !== null && size > headBytes) break;
    }
    if (preview === null) return null;
    const tail = Math.max(0, size - tailBytes);
    if (size > headBytes) for await (const line of this.#lines(path, tail, signal)) titled(line);
    return {
      nativeId: id,
      parentNativeId: null,
      cwd,
      title,
      preview: preview.split("\n")[0] ?? "",
      createdAtMs,
      updatedAtMs: Math.round(mtimeMs),
      stamp: `${size}:${mtimeMs}`,
      archived: false,
      busyElsewhere,
    };
  }

  /** The JSON lines of a file from `start` on; a first line cut by it is no JSON and is left out. */
  async *#lines(
    path: string,
    start: number,
    signal: AbortSignal,
    maxBytes = Number.POSITIVE_INFINITY,
  ): AsyncGenerator<Fields, void> {
    let rest = Buffer.alloc(0);
    let bytes = 0;
    for await (const chunk of this.#host.files.read(path, { start, signal })) {
      bytes += chunk.byteLength;
      rest = Buffer.concat([rest, chunk]);
      for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
        const line = parsed(rest.subarray(0, end));
        rest = rest.subarray(end + 1);
        if (line !== null) yield line;
      }
      if (bytes >= maxBytes) return;
    }
    const line = parsed(rest);
    if (line !== null) yield line;
  }

  async #pathOf(id: string): Promise<string> {
    const path = await this.#find(id);
    if (path === null) throw new BridgeError("not-found", `Claude has no session ${id}`);
    return path;
  }

  async #find(id: string): Promise<string | null> {
    for (const folder of await this.#projects(null)) {
      const path = join(folder, `${id}.jsonl`);
      const found = await readWhole(this.#host.files, path, 0).then(
        () => true,
        () => false,
      );
      if (found) return path;
    }
    return null;
  }

  async #projects(cwd: string | null): Promise<readonly string[]> {
    const projects = join(await this.#config(), "projects");
    // Claude shortens long names: the folder in the file decides in the end.
    const name = cwd?.replaceAll(/[^A-Za-z0-9]/g, "-").slice(0, 180) ?? "";
    const entries = await this.#listed(projects);
    const own = entries.filter((entry) => entry.folder && entry.name.startsWith(name));
    return own.map((entry) => join(projects, entry.name));
  }

  async #sessionsIn(folder: string): Promise<readonly SessionFile[]> {
    const entries = (await this.#listed(folder)).filter(({ name }) => sessionFile.test(name));
    return entries.map(({ name, size, mtimeMs }) => {
      return { path: join(folder, name), id: name.slice(0, -".jsonl".length), size, mtimeMs };
    });
  }

  async #listed(folder: string): ReturnType<BridgeHost["files"]["list"]> {
    return this.#host.files.list(folder).catch(() => []);
  }

  async #config(): Promise<string> {
    return configFolder(await this.#host.environment(null));
  }
}

function parsed(line: Buffer): Fields | null {
  try {
    const value: unknown = JSON.parse(line.toString("utf8"));
    return isFields(value) ? value : null;
  } catch {
    return null;
  }
}
