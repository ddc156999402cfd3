import { localOperator, type Role, roles } from "./principal.ts";

/** How a device proves who it is. */
export type DeviceIdentity =
  /** A key the transport has proven, e.g. its endpoint id; and which pairing token it came with. */
  | { readonly kind: "alleycat"; readonly key: string; readonly pairedWith: string }
  /** Its own token, as the SHA-256 of it in hex: the token itself is kept by the device alone. */
  | { readonly kind: "token"; readonly sha256: string };

/** A device that may connect. */
export interface Device {
  readonly id: string;
  /** Unique, whatever the case of its letters. */
  readonly name: string;
  readonly role: Role;
  readonly identity: DeviceIdentity;
  readonly createdAtMs: number;
  /** To the minute; null = not yet. */
  readonly lastSeenAtMs: number | null;
  /** How it came to be known, for people: `a yes on this machine`. */
  readonly pairedBy: string;
}

/** Version of `devices.json`. */
const version = 1;
const maxNameLength = 48;

/** The text of `devices.json`. */
export function encodeDevices(devices: readonly Device[]): string {
  return `${JSON.stringify({ version, devices }, null, 2)}\n`;
}

/** The devices of a `devices.json`. Throws a sentence when it is not one. */
export function decodeDevices(text: string): readonly Device[] {
  const file: unknown = JSON.parse(text);
  if (!isRecord(file) || !Array.isArray(file["devices"])) throw new Error("it lists no devices");
  if (file["version"] !== version) {
    throw new Error(`it is of version ${JSON.stringify(file["version"])}, and ${version} is known`);
  }
  const entries: readonly unknown[] = file["devices"];
  const devices = entries.map((entry, index) => {
    const device = deviceOf(entry);
    if (device === null) throw new Error(`device ${index + 1} in it is no device`);
    return device;
  });
  if (new Set(devices.map(({ id }) => id)).size < devices.length) {
    throw new Error("two devices in it have the same id");
  }
  return devices;
}

/** True for the name of a role. */
export function isRole(value: unknown): value is Role {
  return roles.some((role) => role === value);
}

/**
 * A name as it may be shown on terminals and typed in commands: no control characters, quotes or
 * shell signs, at most 48 characters. Null when nothing is left.
 */
export function cleanName(text: string): string | null {
  const shown = text
    .normalize("NFC")
    .replace(/[^\p{L}\p{M}\p{N} ._+'’()@-]/gu, " ")
    .replace(/['’]/gu, "’")
    .replace(/\s+/gu, " ")
    .replace(/^[\s-]+/u, "");
  const name = Array.from(shown).slice(0, maxNameLength).join("").trim();
  return name === "" ? null : name;
}

/** What this machine itself is called in logs: no device may look like it. */
const ownNames = [localOperator.id, localOperator.name, "fairlead"];

/** A name nobody has yet: `Phone`, `Phone 2`. */
export function freeName(wanted: string, devices: readonly Device[]): string {
  const taken = new Set([...ownNames, ...devices.map(({ name }) => name.toLowerCase())]);
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? wanted : `${wanted} ${number}`;
    if (!taken.has(name.toLowerCase())) return name;
  }
}

function deviceOf(value: unknown): Device | null {
  if (!isRecord(value)) return null;
  const { id, name, role, createdAtMs, lastSeenAtMs, pairedBy } = value;
  const identity = identityOf(value["identity"]);
  if (typeof id !== "string" || id === "" || typeof name !== "string" || !isRole(role)) return null;
  if (identity === null || typeof createdAtMs !== "number" || typeof pairedBy !== "string") {
    return null;
  }
  if (lastSeenAtMs !== null && typeof lastSeenAtMs !== "number") return null;
  return { id, name, role, identity, createdAtMs, lastSeenAtMs, pairedBy };
}

function identityOf(value: unknown): DeviceIdentity | null {
  if (!isRecord(value)) return null;
  const { kind, key, pairedWith, sha256 } = value;
  if (kind === "alleycat" && typeof key === "string" && typeof pairedWith === "string") {
    return { kind, key, pairedWith };
  }
  if (kind === "token" && typeof sha256 === "string" && /^[0-9a-f]{64}$/u.test(sha256)) {
    return { kind, sha256 };
  }
  return null;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
