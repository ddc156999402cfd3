import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** Part of every digest: a digest of this protocol is one of no other, and of no other version. */
const protocol = "fairlead pairing 1";

/** What both sides put into the code. */
export interface CodeParts {
  /** 32 random bytes in hex, chosen by the device and committed to before it sees the other one. */
  readonly deviceNonce: string;
  /** 32 random bytes in hex, chosen by the host before it sees the other one. */
  readonly hostNonce: string;
  /** SHA-256 of the TLS certificate as each side sees it, in hex; null without TLS. */
  readonly certificate: string | null;
  /** What the device calls itself, as it was sent. */
  readonly name: string;
}

/** True for 32 bytes in lower-case hex. */
export function isHex32(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{64}$/u.test(value);
}

/** What a device sends of its nonce first. */
export function commitmentOf(nonce: string): string {
  return digest(["commitment", nonce]).toString("hex");
}

/** Whether a nonce is the one committed to. Both are of {@link isHex32}. */
export function keepsCommitment(nonce: string, commitment: string): boolean {
  return timingSafeEqual(Buffer.from(commitmentOf(nonce), "hex"), Buffer.from(commitment, "hex"));
}

/** The six digits that both sides show, in two groups: `042 917`. */
export function pairingCode({ deviceNonce, hostNonce, certificate, name }: CodeParts): string {
  const bits = digest(["code", deviceNonce, hostNonce, certificate, name]).readUIntBE(0, 6);
  const digits = String(bits % 1_000_000).padStart(6, "0");
  return `${digits.slice(0, 3)} ${digits.slice(3)}`;
}

/**
 * Shows that a device knows the pairing token, to this host in this pairing alone: who is in between
 * learns nothing of the token and cannot use it elsewhere.
 */
export function tokenProof(token: string, parts: CodeParts): string {
  const { deviceNonce, hostNonce, certificate, name } = parts;
  const text = JSON.stringify([protocol, "proof", deviceNonce, hostNonce, certificate, name]);
  return createHmac("sha256", token).update(text).digest("hex");
}

/** The form of a certificate's SHA-256 in {@link CodeParts}: from `AB:CD:…` to `abcd…`. */
export function certificateOf(fingerprint256: string): string {
  return fingerprint256.replaceAll(":", "").toLowerCase();
}

function digest(parts: readonly (string | null)[]): Buffer {
  return createHash("sha256")
    .update(JSON.stringify([protocol, ...parts]))
    .digest();
}
