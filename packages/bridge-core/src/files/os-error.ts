import { getSystemErrorMap } from "node:util";

/**
 * The sentence of a failed system call in codex's wording: `No such file or directory (os error
 * 2)`. Any other thrown value gives its own message.
 */
export function osErrorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const errno = "errno" in error && typeof error.errno === "number" ? error.errno : null;
  const known = errno === null ? undefined : getSystemErrorMap().get(errno)?.[1];
  if (errno === null || known === undefined) return error.message;
  return `${known.charAt(0).toUpperCase()}${known.slice(1)} (os error ${Math.abs(errno)})`;
}

/** True when `error` carries the given system error code, such as `ENOENT`. */
export function hasErrorCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
