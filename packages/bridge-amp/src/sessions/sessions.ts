import {
  BridgeError,
  type BridgeHost,
  type NativeSession,
  type NativeSessions,
} from "@fairlead/bridge-core";
import {
  fieldsOf,
  jsonIn,
  listOf,
  numberOf,
  outputOf,
  pathOfUri,
  textOf,
  timeOf,
  type Fields,
} from "@fairlead/bridge-core/parts";
import { resolve } from "node:path";
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
  /** What Amp prints; null where nobody is logged in. Rejects with the reason it gives instead. */
  async function printed(args: readonly string[], signal: AbortSignal): Promise<string | null> {
    const environment = await host.environment(null);
    if (!(await isLoggedIn(host, environment))) return null;
    const spec = { file: executableIn(environment), args, cwd: environment["HOME"] ?? "/" };
    const { stdout, stderr } = await outputOf(host, spec, signal);
    const refusal = [stdout, stderr].find((words) => /^Error: /m.test(words));
    if (refusal === undefined || /^[[{]/.test(stdout)) return stdout;
    throw errorIn(refusal) ?? new BridgeError("other", refusal);
  }

  /** Does something about a thread. Rejects with Amp's own reason. */
  async function told(...args: readonly string[]): Promise<void> {
    const words = await printed(["threads", ...args], new AbortController().signal);
    if (words === null) throw new BridgeError("unauthenticated", notLoggedIn);
  }

  return {
    async *list({ cwd, signal }) {
      const listed = new Set([""]);
      for (let offset = 0; ; offset += pageSize) {
        const page = ["--limit", String(pageSize), "--offset", String(offset)];
        const args = ["threads", "list", "--json", "--include-archived", ...page];
        const rows = rowsIn(await printed(args, signal).catch(() => null));
        if (rows === null) return host.log("debug", "amp: its threads cannot be listed");
        const sessions = rows.map(sessionIn).filter(({ nativeId }) => !listed.has(nativeId));
        yield* sessions.filter((session) => cwd === null || session.cwd === cwd);
        for (const { nativeId } of sessions) listed.add(nativeId);
        // An Amp that knows no pages shows the first one again.
        if (rows.length < pageSize || sessions.length === 0) return;
      }
    },

    async *read(nativeId, { after, signal }) {
      const thread = jsonIn((await printed(["threads", "export", nativeId], signal)) ?? "");
      const folder = folderIn(fieldsOf(thread)) ?? "/";
      yield* historyOf(thread, after, (path) => resolve(folder, path));
    },

    rename: (nativeId, title) => told("rename", "--", nativeId, title),
    delete: (nativeId) => told("delete", "--", nativeId),
  };
}

function rowsIn(text: string | null): readonly Fields[] | null {
  const value = jsonIn(text ?? "");
  const rows = Array.isArray(value) ? value : fieldsOf(value)["threads"];
  return Array.isArray(rows) ? listOf(rows) : null;
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
  return pathOfUri(textOf(tree?.["uri"] ?? thread["tree"]));
}
