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

/** Where requests name a place they work in or read from; what stands in lists is looked at too. */
const placeFields: readonly (readonly string[])[] = [
  ["cwd"],
  ["cwds"],
  ["path"],
  ["rolloutPath"],
  ["sourcePath"],
  ["destinationPath"],
  ["attachmentPath"],
  ["savePath"],
  ["extraLogFiles"],
  ["roots"],
  ["roots", "path"],
  ["runtimeWorkspaceRoots"],
  ["environments", "cwd"],
  ["environments", "runtimeWorkspaceRoots"],
  ["selectedCapabilityRoots", "location", "path"],
  ["sandboxPolicy", "writableRoots"],
];
/**
 * Inputs that are read from the disk by whoever reads them first, in a folder of its own: relative
 * ones are outside. Skills are not among them: they are chosen from those the agent has.
 */
const fileInputs: ReadonlySet<unknown> = new Set(["localImage", "localAudio"]);
const mentions: ReadonlySet<unknown> = new Set(["mention"]);
/** Filters and catalogues: they name places without touching them. */
const harmless =
  /^(?:thread\/(?:list|search)|skills\/|hooks\/|plugin\/|config\/|permissionProfile\/)/u;
/** Methods of clients that make an agent work in a thread, in its folder. */
export const threadWork: ReadonlySet<string> = new Set([
  "review/start",
  "thread/approveGuardianDeniedAction",
  "thread/compact/start",
  "thread/goal/set",
  "thread/inject_items",
  "thread/prepareApprovedPlan",
  "thread/queue/add",
  "thread/queue/start",
  "thread/queue/update",
  "thread/realtime/start",
  "thread/sample",
  "thread/shellCommand",
  "turn/start",
  "turn/steer",
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
  if (harmless.test(method)) return [];
  const [threadId] = stringsAt(params, ["threadId"]);
  const folder = threadId === undefined ? undefined : await gate.folderOf(threadId);
  const named = placeFields.flatMap((field) => stringsAt(params, field));
  // An address such as `app://…` is no file.
  const mentioned = inputPaths(params, mentions).filter(
    (path) => !/^[a-z][\w+.-]+:\/\//iu.test(path),
  );
  const places = [...named, ...mentioned].map((path) => resolve(folder ?? gate.defaultCwd, path));
  places.push(...inputPaths(params, fileInputs));
  if (threadWork.has(method) && folder !== undefined) places.push(folder);
  if (inDefault.has(method) && stringsAt(params, ["cwd"]).length === 0)
    places.push(gate.defaultCwd);
  return places;
}

function inputPaths(params: unknown, types: ReadonlySet<unknown>): readonly string[] {
  return valuesAt(params, ["input"])
    .filter((input) => valuesAt(input, ["type"]).some((type) => types.has(type)))
    .flatMap((input) => stringsAt(input, ["path"]));
}

function stringsAt(value: unknown, field: readonly string[]): readonly string[] {
  return valuesAt(value, field).filter((found) => typeof found === "string");
}

/** What stands at a field, the entries of every list on the way there included. */
function valuesAt(value: unknown, [name, ...rest]: readonly string[]): readonly unknown[] {
  if (Array.isArray(value)) {
    const entries: readonly unknown[] = value;
    return entries.flatMap((entry) => valuesAt(entry, name === undefined ? [] : [name, ...rest]));
  }
  if (name === undefined) return [value];
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return [];
  return valuesAt(new Map<string, unknown>(Object.entries(value)).get(name), rest);
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
