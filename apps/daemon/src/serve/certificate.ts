import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { certificateOf } from "../devices/pairing-code.ts";

/** SHA-256 of the certificate in a PEM file; null when there is no file, or it cannot be read. */
export function certificateIn(file: string | null): string | null {
  if (file === null) return null;
  try {
    return certificateOf(new X509Certificate(readFileSync(file)).fingerprint256);
  } catch {
    return null;
  }
}
