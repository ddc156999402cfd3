import { realpath } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, resolve, sep } from "node:path";
import { RpcError } from "../errors.ts";
import type { MethodTable } from "./table.ts";

/** What the gate needs beside the table. */
export interface RootsGate {
  /** Absolute folders; null = anywhere. Asked for at every request. */
  readonly roots: readonly string[] | null;
  readonly defaultCwd: string;
  /** Folder of a thread, for what works in it without naming it. */
  readonly folderOf: (threadId: string) => Promise<string | undefined>;
}

/** Fields that name a place a request works in or reads from. */
const placeFields = [
  "cwd",
  "path",
  "sourcePath",
  "destinationPath",
  "roots",
  "runtimeWorkspaceRoots",
];
/** Filters and catalogues: they name places without touching them. */
const harmless =
  /^(?:thread\/(?:list|search)|skills\/|hooks\/|plugin\/|config\/|permissionProfile\/)/u;
/** They work in a thread's folder. */
const inThread = new Set([
  "turn/start",
  "thread/shellCommand",
  "review/start",
  "thread/compact/start",
]);
/** Without `cwd` they work in the default folder. */
const inDefault = new Set(["thread/start", "command/exec"]);

/** The table of an operator who keeps clients to some folders: what reaches outside is refused. */
export function withinRoots(table: MethodTable, gate: RootsGate): MethodTable {
  return {
    ...table,
    async dispatch(method, params, context) {
      await requireWithinRoots(method, params, gate);
      return table.dispatch(method, params, context);
    },
  };
}

/**
 * Rejects with an `RpcError` that names the place when a request reaches outside the folders. Called
 * for every request of a client, also by who passes requests on.
 */
export async function requireWithinRoots(
  method: string,
  params: unknown,
  gate: RootsGate,
): Promise<void> {
  const { roots } = gate;
  if (roots === null) return;
  for (const place of await placesOf(method, params, gate)) {
    if (await isWithin(roots, place)) continue;
    throw RpcError.invalidRequest(
      `${method}: ${place} is outside the folders the operator allows (${roots.join(", ")})`,
    );
  }
}

async function placesOf(method: string, params: unknown, gate: RootsGate): Promise<string[]> {
  const values =
    typeof params === "object" && params !== null ? new Map(Object.entries(params)) : null;
  if (harmless.test(method)) return [];
  const threadId: unknown = values?.get("threadId");
  const folder = typeof threadId === "string" ? await gate.folderOf(threadId) : undefined;
  const named = placeFields.flatMap((field) => stringsIn(values?.get(field)));
  const places = named.map((path) => resolve(folder ?? gate.defaultCwd, path));
  if (inThread.has(method) && folder !== undefined) places.push(folder);
  if (inDefault.has(method) && values?.get("cwd") == null) places.push(gate.defaultCwd);
  const sandbox: unknown = values?.get("sandboxPolicy");
  if (typeof sandbox === "object" && sandbox !== null && "writableRoots" in sandbox) {
    places.push(...stringsIn(sandbox.writableRoots));
  }
  return places;
}

function stringsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}

/** Links are followed: one inside must not lead outside. */
async function isWithin(roots: readonly string[], path: string): Promise<boolean> {
  if (!isAbsolute(path)) return false;
  const real = await realPlace(path);
  for (const root of roots) {
    const realRoot = await realPlace(root);
    if (real === realRoot || real.startsWith(realRoot.endsWith(sep) ? realRoot : realRoot + sep)) {
      return true;
    }
  }
  return false;
}

/** The real path of what may not exist yet: that of the nearest folder that does. */
async function realPlace(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const folder = dirname(path);
    return folder === path ? path : join(await realPlace(folder), basename(path));
  }
}
