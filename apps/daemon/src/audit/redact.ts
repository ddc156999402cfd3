import { redactText } from "../logging/redact.ts";

/** Longest text of a client or agent that is kept in one field. */
const maxDetailLength = 200;

/** A text without what is obviously a secret, on one line, and not longer than a line should be. */
export function redacted(text: string, limit: number = maxDetailLength): string {
  // First the end: a pattern never has to look at more than it can show, and a bit behind that.
  const clean = redactText(text.slice(0, limit * 4))
    // Tokens of ours, which nothing says are any.
    .replace(/\b[0-9a-f]{64}\b/giu, "[redacted]")
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ");
  return clean.length <= limit ? clean : `${clean.slice(0, limit - 1)}…`;
}
