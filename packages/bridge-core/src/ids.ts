import { v5, v7, validate } from "uuid";

/**
 * The wire id of a native key inside a scope: the key itself when it is a UUID, else a UUID derived from both, so that
 * the same native thing has the same id live, in history and after a restart.
 */
export function deriveId(scope: string, key: string): string {
  if (validate(key)) return key.toLowerCase();
  return v5(key, validate(scope) ? scope : v5(scope, v5.URL));
}

/** A new UUIDv7, as codex mints for threads and turns. Called by the server only, never by the pure core. */
export function mintId(): string {
  return v7();
}
