import {
  BridgeError,
  type BridgeHost,
  type NativeSession,
  type NativeSessions,
} from "@fairlead/bridge-core";
import {
  fieldsOf,
  listOf,
  numberOf,
  saidBy,
  textOf,
  timeOf,
  type Fields,
} from "@fairlead/bridge-core/parts";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { executableIn } from "../command.ts";
import { errorIn, notLoggedIn } from "../failures.ts";
import { isLoggedIn } from "../login.ts";
import { historyOf } from "./history.ts";

const pageSize = 100;

/**
 * Threads as Amp's server keeps them: asked by its program, as there is no other source, and only
 * where there is a login.
 */
export function nativeSessions(host: BridgeHost): NativeSessions {
  async function printed(args: readonly string[], signal: AbortSignal): Promise<string | null> {
    const environment = await host.environment(null);
    if (!(await isLoggedIn(host, environment))) return null;
    const spec = { file: executableIn(environment), args, cwd: environment["HOME"] ?? "/" };
    return saidBy(host, spec, signal);
  }

  /** Does something about a thread. Rejects with Amp's own reason. */
  async function told(...args: readonly string[]): Promise<void> {
    const words = await printed(["threads", ...args], new AbortController().signal);
    if (words === null) throw new BridgeError("unauthenticated", notLoggedIn);
    if (/^Error: /m.test(words)) throw errorIn(words) ?? new BridgeError("other", words);
  }

  return {
    async *list({ cwd, signal }) {
      for (let offset = 0; ; offset += pageSize) {
        const page = ["--limit", String(pageSize), "--offset", String(offset)];
        const args = ["threads", "list", "--json", "--include-archived", ...page];
        const rows = rowsIn(await printed(args, signal));
        if (rows === null) return host.log("debug", "amp: its threads cannot be listed");
        const sessions = rows.map(sessionIn);
        yield* sessions.filter((session) => cwd === null || session.cwd === cwd);
        if (sessions.length < pageSize) return;
      }
    },

    async *read(nativeId, { after, signal }) {
      const text = await printed(["threads", "export", nativeId], signal);
      const thread = parsed(text);
      const folder = folderIn(fieldsOf(thread)) ?? "/";
      yield* historyOf(thread, after, (path) => resolve(folder, path));
    },

    rename: (nativeId, title) => told("rename", nativeId, title),
    delete: (nativeId) => told("delete", nativeId),
  };
}

function parsed(text: string | null): unknown {
  try {
    const value: unknown = JSON.parse(text ?? "null");
    return value;
  } catch {
    return null;
  }
}

function rowsIn(text: string | null): readonly Fields[] | null {
  const value = parsed(text);
  if (Array.isArray(value)) return listOf(value);
  const { threads } = fieldsOf(value);
  return Array.isArray(threads) ? listOf(threads) : null;
}

/** A row of the list; the members are those of several builds. */
function sessionIn(row: Fields): NativeSession {
  const { id, title, name, parentThreadID: parent, archived } = row;
  const updated = row["updatedAt"] ?? row["updated"] ?? row["lastUpdated"];
  const updatedAtMs = timeOf(updated) ?? 0;
  const label = textOf(title ?? name);
  return {
    nativeId: textOf(id),
    parentNativeId: textOf(parent) || null,
    cwd: folderIn(row),
    title: label || null,
    preview: label,
    createdAtMs: timeOf(row["created"] ?? row["createdAt"]) ?? updatedAtMs,
    updatedAtMs,
    stamp: `${updatedAtMs}:${numberOf(row["messageCount"]) ?? numberOf(row["v"]) ?? ""}`,
    archived: archived === true,
    busyElsewhere: false,
  };
}

function folderIn(thread: Fields): string | null {
  const [tree] = listOf(fieldsOf(fieldsOf(thread["env"])["initial"])["trees"]);
  const uri = textOf(tree?.["uri"] ?? thread["tree"]);
  return uri.startsWith("file://") ? fileURLToPath(uri) : null;
}
