import type {
  BridgeHost,
  Environment,
  NativeSession,
  NativeSessions,
  ThreadOp,
} from "@fairlead/bridge-core";
import {
  entriesOf,
  fieldsOf,
  FileSessions,
  readJson,
  saidSession,
  textOf,
  type Fields,
  type SessionFile,
} from "@fairlead/bridge-core/parts";
import { join } from "node:path";
import { promptOf, turnsOf } from "./history.ts";

/** Droid's session files. Read only; lists without reading any of them whole. */
export class SessionStore extends FileSessions {
  readonly #host: BridgeHost;

  constructor(host: BridgeHost) {
    super({
      files: host.files,
      agent: "Droid",
      folders: (cwd) => foldersOf(host, cwd),
      name: /^[A-Za-z0-9][A-Za-z0-9._-]*\.jsonl$/,
      idOf: ({ id }) => id,
      summary: (file, signal) => summaryOf(host, file, signal),
    });
    this.#host = host;
  }

  /** The ops of a session's turns, from the one behind `after`. Rejects with `not-found`. */
  read(id: string, from: Parameters<NativeSessions["read"]>[1]): AsyncIterable<ThreadOp> {
    return this.opsOf(id, from, (lines) => turnsOf(lines, textOf(lines[0]?.["cwd"]) || "/"));
  }

  /** The model that runs when none is chosen, as the user's settings and those of the folder say. */
  async defaultModel(cwd: string): Promise<string> {
    const files = [cwd, homeIn(await this.#host.environment(cwd))].map(async (folder) => {
      const settings = await readJson(this.#host.files, join(folder, ".factory", "settings.json"));
      const { sessionDefaultSettings, model } = fieldsOf(settings);
      return textOf(fieldsOf(sessionDefaultSettings)["model"] ?? model);
    });
    return (await Promise.all(files)).find(Boolean) ?? "gpt-5.6-sol";
  }
}

async function summaryOf(
  { files }: BridgeHost,
  file: SessionFile,
  signal: AbortSignal,
): Promise<NativeSession | null> {
  const settings = await readJson(files, file.path.replace(/jsonl$/, "settings.json"));
  const archived = Boolean(fieldsOf(settings)["archivedAt"]);
  const told = ({ type, id, cwd, title: named, callingSessionId }: Fields) => {
    if (type !== "session_start") return null;
    const title = named === "New Session" ? null : textOf(named) || null;
    const parentNativeId = textOf(callingSessionId) || null;
    const nativeId = textOf(id) || file.id;
    return { nativeId, cwd: textOf(cwd) || null, title, parentNativeId, archived };
  };
  return saidSession(files, file, { told, promptOf, signal });
}

/** Where Droid keeps sessions: a folder for each that it worked in. */
async function foldersOf(host: BridgeHost, cwd: string | null): Promise<readonly string[]> {
  const root = join(homeIn(await host.environment(cwd)), ".factory", "sessions");
  const folders = (await entriesOf(host.files, root)).filter(({ folder }) => folder);
  const names = folders.map(({ name }) => name);
  const own = cwd === null ? names : names.filter((name) => plain(name) === plain(cwd));
  return own.map((name) => join(root, name));
}

/** How a path is spelled in a name differs by system and version; the file itself names it. */
function plain(path: string): string {
  return path.replaceAll(/[^A-Za-z0-9]/g, "-");
}

function homeIn({ HOME = "", FACTORY_HOME_OVERRIDE }: Environment): string {
  return FACTORY_HOME_OVERRIDE || HOME;
}
