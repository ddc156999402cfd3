import { createHash, timingSafeEqual } from "node:crypto";

/** Outcome of {@link checkBearer}; the texts are codex's own, because clients show them. */
type BearerRefusal = typeof missingBearer | "invalid websocket bearer token";

/** For a connection without a token. */
export const missingBearer = "missing websocket bearer token";

/** The token of an `Authorization` header; null when it has none. */
export function bearerOf(authorization: string | null | undefined): string | null {
  return /^Bearer +(.+)$/i.exec(authorization ?? "")?.[1] ?? null;
}

/** Checks an `Authorization` header against the token, in constant time. Null = welcome. */
export function checkBearer(
  authorization: string | null | undefined,
  token: string,
): BearerRefusal | null {
  const given = bearerOf(authorization);
  if (given === null) return missingBearer;
  return timingSafeEqual(digest(given), digest(token)) ? null : "invalid websocket bearer token";
}

/** Equal lengths, so that the comparison tells nothing of the token's. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
