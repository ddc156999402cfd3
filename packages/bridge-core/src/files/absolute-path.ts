import { isAbsolute, resolve } from "node:path";
import { RpcError } from "../errors.ts";

/**
 * The normalized path; refuses a relative one, because a client's idea of the current folder is
 * not ours.
 */
export function requireAbsolute(field: string, path: string): string {
  if (isAbsolute(path)) return resolve(path);
  throw RpcError.invalidParams(
    `${field} must be an absolute path, got ${JSON.stringify(path)}: send it whole, from the root`,
  );
}
