import type { Violation } from "../violation.ts";

/** A broken law in one line. */
export function violationText({ law, clause, message, frame }: Violation): string {
  const text = JSON.stringify(frame) ?? String(frame);
  const shown = text.length > 300 ? `${text.slice(0, 300)}…` : text;
  return `law ${law}/${clause}: ${message}: ${shown}`;
}
