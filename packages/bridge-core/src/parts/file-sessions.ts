import type { BridgeHost, NativeSession } from "../adapter.ts";
import { BridgeError } from "../errors.ts";
import type { ThreadOp } from "../ops.ts";
import { textOf, type Fields } from "./fields.ts";
import { edgeLines, jsonLines } from "./files.ts";
import type { PastTurn } from "./past-turns.ts";
import { sessionFiles, sessionIn, SessionSummaries, type SessionFile } from "./session-files.ts";

/** Where an agent keeps its conversations, each in a file. */
export interface FileSessionsOptions {
  readonly files: BridgeHost["files"];
  /** The agent's name, for sentences. */
  readonly agent: string;
  /** Folders that may hold sessions of a working folder; null: of any. */
  readonly folders: (cwd: string | null) => Promise<readonly string[]>;
  /** Matches a file's whole name. */
  readonly name: RegExp;
  readonly idOf: (file: SessionFile) => string;
  /** Reads what a list shows; null for a file that holds no conversation. */
  readonly summary: (file: SessionFile, signal: AbortSignal) => Promise<NativeSession | null>;
}

/** An agent's conversations in files: read only, and none of them whole for a list. */
export class FileSessions {
  readonly #options: FileSessionsOptions;
  readonly #summaries = new SessionSummaries<NativeSession | null>();

  constructor(options: FileSessionsOptions) {
    this.#options = options;
  }

  /** Sessions of a folder or of all, newest first; a file is opened when it is its turn. */
  async *list(cwd: string | null, signal: AbortSignal): AsyncGenerator<NativeSession, void> {
    const { summary } = this.#options;
    for (const file of await this.#files(cwd)) {
      signal.throwIfAborted();
      const session = await this.#summaries.of(file, () => summary(file, signal));
      if (session !== null && (cwd === null || session.cwd === cwd)) yield session;
    }
  }

  /** Path of a session's file; null when there is none. */
  async find(id: string): Promise<string | null> {
    const files = await this.#files(null);
    return files.find((file) => this.#options.idOf(file) === id)?.path ?? null;
  }

  /** The same; rejects with `not-found` when there is none. */
  async pathOf(id: string): Promise<string> {
    const path = await this.find(id);
    if (path !== null) return path;
    throw new BridgeError("not-found", `${this.#options.agent} has no session ${id}`);
  }

  /** The ops of the turns in a session's lines, from the one behind `after`. Rejects with `not-found`. */
  protected async *opsOf(
    id: string,
    { after, signal }: { readonly after: string | null; readonly signal: AbortSignal },
    turnsOf: (lines: readonly Fields[]) => readonly PastTurn[],
  ): AsyncGenerator<ThreadOp> {
    const path = await this.pathOf(id);
    const lines: Fields[] = [];
    for await (const line of jsonLines(this.#options.files, path, { signal })) lines.push(line);
    const turns = turnsOf(lines);
    const first = after === null ? 0 : turns.findIndex(({ keys }) => keys.includes(after)) + 1;
    for (const { ops } of turns.slice(first)) yield* ops;
  }

  async #files(cwd: string | null): Promise<readonly SessionFile[]> {
    const { files, folders, name } = this.#options;
    return sessionFiles(files, await folders(cwd), name);
  }
}

/**
 * A session as its file shows near its start: `told` reads the first line, `promptOf` finds the first
 * prompt. Null for a file without either.
 */
export async function saidSession(
  files: BridgeHost["files"],
  file: SessionFile,
  {
    told,
    promptOf,
    signal,
  }: {
    readonly told: (start: Fields) => Pick<NativeSession, "nativeId" | "cwd" | "title"> | null;
    readonly promptOf: (line: Fields) => string | null;
    readonly signal: AbortSignal;
  },
): Promise<NativeSession | null> {
  let [preview, start, createdAtMs]: [string | null, Fields | null, number] = [null, null, 0];
  const lines = edgeLines(files, file, { isEnough: () => preview !== null, signal });
  for await (const { edge, line } of lines) {
    if (edge === "tail") break;
    start ??= line;
    createdAtMs ||= Date.parse(textOf(line["timestamp"])) || 0;
    preview ??= promptOf(line);
  }
  const session = start === null ? null : told(start);
  if (session === null || preview === null) return null;
  return sessionIn(file, { ...session, preview, createdAtMs });
}
