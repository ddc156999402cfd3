import { isAbsolute } from "node:path";
import { RpcError } from "@fairlead/bridge-core/peer";
import { z } from "zod";

const maxCells = 1000;
const defaultSize = { cols: 80, rows: 24 } as const;

const cells = z.int().min(1).max(maxCells);
const size = z.looseObject({ cols: cells, rows: cells });
const named = z.looseObject({ session_id: z.string() });

const spawnParams = z.looseObject({
  shell: z.string().min(1).nullish(),
  size: size.nullish(),
  cwd: z.string().refine(isAbsolute, "expected an absolute path").nullish(),
  // Alleycat took these: whoever sends them is to be told that they do nothing here.
  args: z.array(z.unknown()).max(0, "a shell is started without arguments").nullish(),
  env: z.record(z.string(), z.never("a shell has the user's own environment")).nullish(),
});
const inputParams = named.extend({ data_b64: z.base64() });
const resizeParams = z.union([
  named.extend({ cols: cells, rows: cells }),
  named.extend({ size }).transform(({ session_id, size: { cols, rows } }) => ({
    session_id,
    cols,
    rows,
  })),
]);

/** A terminal that a client wants. */
export interface WantedTerminal {
  /** Name or path of a shell; null = the user's own. */
  readonly shell: string | null;
  /** Absolute; null = the folder of the configuration. */
  readonly cwd: string | null;
  readonly size: { readonly cols: number; readonly rows: number };
}

/** Params of `shell/spawn`. This and the others throw an `RpcError` that names the field. */
export function readSpawn(params: unknown): WantedTerminal {
  const { shell = null, cwd = null, size: wanted } = read("shell/spawn", spawnParams, params);
  const { cols, rows } = wanted ?? defaultSize;
  return { shell, cwd, size: { cols, rows } };
}

/** Params of `shell/input`. */
export function readInput(params: unknown): { readonly id: string; readonly bytes: Buffer } {
  const { session_id: id, data_b64: data } = read("shell/input", inputParams, params);
  return { id, bytes: Buffer.from(data, "base64") };
}

/** Params of `shell/resize`. */
export function readResize(params: unknown): {
  readonly id: string;
  readonly size: { readonly cols: number; readonly rows: number };
} {
  const { session_id: id, cols, rows } = read("shell/resize", resizeParams, params);
  return { id, size: { cols, rows } };
}

/** Params of `shell/kill`; a signal is not to be chosen. */
export function readKill(params: unknown): { readonly id: string } {
  return { id: read("shell/kill", named, params).session_id };
}

function read<T>(method: string, schema: z.ZodType<T>, params: unknown): T {
  const parsed = schema.safeParse(params ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue === undefined || issue.path.length === 0 ? "" : `${issue.path.join(".")}: `;
  throw RpcError.invalidParams(`${method}: ${path}${issue?.message ?? "cannot be read"}`);
}
