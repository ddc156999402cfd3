import { randomBytes } from "node:crypto";

/** A fresh id in the manner of the providers: agents compare them across processes and restarts. */
export function newId(prefix: string): string {
  return `${prefix}_${randomBytes(12).toString("hex")}`;
}
