import { createHash } from "node:crypto";

/** What the first line of a log names as the one before it. */
export const chainStart: string = "0".repeat(64);

/** SHA-256 of a line without its end, in hex: what the next line names. */
export function lineHash(line: string | Buffer): string {
  return createHash("sha256").update(line).digest("hex");
}

/** One thing that happened, before it has its place in the log. */
export interface AuditEvent {
  /** `turn/start`, `approval answered`, `device revoked`. */
  readonly event: string;
  /** Name of the device behind it; null = the daemon itself. */
  readonly device: string | null;
  readonly [detail: string]: unknown;
}

/** One line of the log. */
export interface AuditLine extends AuditEvent {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** {@link lineHash} of the line before. */
  readonly prev: string;
}

/** The text of a line, without its end. */
export function encodeLine(at: string, event: AuditEvent, prev: string): string {
  return JSON.stringify({ at, ...event, prev });
}

/** A line of the log; null for a text that is none. */
export function decodeLine(text: string): AuditLine | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return null;
    const { at, event, device, prev, ...rest }: Readonly<Record<string, unknown>> = { ...value };
    if (typeof at !== "string" || typeof event !== "string" || typeof prev !== "string")
      return null;
    if (device !== null && typeof device !== "string") return null;
    return { at, event, device, ...rest, prev };
  } catch {
    return null;
  }
}

/** The event of a line that says that the one before it was cut off in the middle of writing. */
export const repairedEvent = "log repaired";
