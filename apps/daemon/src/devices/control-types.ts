import type { PendingDevice } from "./pending-devices.ts";
import type { Role } from "./principal.ts";

/** A device as the command line shows it. Holds no secret. */
export interface ShownDevice {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly kind: "alleycat" | "token";
  /** Start of its key; null for one that has a token. */
  readonly key: string | null;
  readonly createdAtMs: number;
  readonly lastSeenAtMs: number | null;
  readonly pairedBy: string;
  readonly connected: boolean;
}

/** What a new device is shown to find a listener. May hold the pairing token. */
export interface PairingPayload {
  readonly listener: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** What `pair/open` tells before it ends. */
export type PairingEvent =
  /** First of all: the role that a device gets when nobody says another one. */
  | { readonly event: "open"; readonly role: Role }
  | { readonly event: "pending"; readonly device: PendingDevice }
  /** Null = let in. */
  | { readonly event: "gone"; readonly id: string; readonly reason: string | null };

/** Result of `pair/answer`: the device that was let in, or the name of the one that was not. */
export type PairingAnswer = ShownDevice | { readonly declined: string };
