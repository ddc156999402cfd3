import { createHash, timingSafeEqual } from "node:crypto";

/** Outcome of {@link checkBearer}; the texts are codex's own, because clients show them. */
type BearerRefusal = "missing websocket bearer token" | "invalid websocket bearer token";

/** Checks an `Authorization` header against the token, in constant time. Null = welcome. */
export function checkBearer(
  authorization: string | null | undefined,
  token: string,
): BearerRefusal | null {
  const given = /^Bearer +(.+)$/i.exec(authorization ?? "")?.[1];
  if (given === undefined) return "missing websocket bearer token";
  return timingSafeEqual(digest(given), digest(token)) ? null : "invalid websocket bearer token";
}

/** Equal lengths, so that the comparison tells nothing of the token's. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
