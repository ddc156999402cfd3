import { createHash, timingSafeEqual } from "node:crypto";

/** SHA-256 of a secret. Digests are compared instead of secrets, so that lengths tell nothing. */
export function digestOf(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}

/** Whether a secret is one whose digest is known, in a time that does not depend on either. */
export function isSecret(given: string, digest: Buffer): boolean {
  return timingSafeEqual(digestOf(given), digest);
}

/** What people may see of a secret: the first 16 hex digits of its SHA-256. */
export function fingerprintOf(secret: string): string {
  return digestOf(secret).toString("hex").slice(0, 16);
}
