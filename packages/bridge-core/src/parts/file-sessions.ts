import type { BridgeHost, NativeSession } from "../adapter.ts";
import { BridgeError } from "../errors.ts";
import { sessionFiles, SessionSummaries, type SessionFile } from "./session-files.ts";

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

  async #files(cwd: string | null): Promise<readonly SessionFile[]> {
    const { files, folders, name } = this.#options;
    return sessionFiles(files, await folders(cwd), name);
  }
}
