import type { Device } from "./device.ts";
import type { Role } from "./principal.ts";

/** What happens to devices, for the audit log. Holds no secret. */
export type DeviceEvent =
  | { readonly kind: "asked"; readonly label: string; readonly origin: string }
  | { readonly kind: "declined"; readonly label: string; readonly origin: string }
  | { readonly kind: "paired"; readonly device: Device; readonly origin: string }
  | { readonly kind: "paired again"; readonly device: Device; readonly origin: string }
  /** Somebody was not let in. Told a bounded number of times per minute. */
  | { readonly kind: "refused"; readonly origin: string; readonly reason: string }
  | { readonly kind: "revoked"; readonly device: Device }
  | { readonly kind: "renamed"; readonly device: Device; readonly before: string }
  | { readonly kind: "role changed"; readonly device: Device; readonly before: Role }
  | { readonly kind: "pairing opened"; readonly role: Role }
  | { readonly kind: "token rotated"; readonly fingerprint: string };
