import { createHash } from "node:crypto";

/**
 * The text that the step `nonce: X` says: computed from X, and no part of X. A test that finds it
 * on a screen knows that it came from the model and was not merely typed.
 */
export function nonceOf(seed: string): string {
  return `nonce-${createHash("sha256").update(seed).digest("hex").slice(0, 10)}`;
}
