import { z } from "zod";
import type { PairingAnswer, PairingEvent, PairingPayload, ShownDevice } from "./control-types.ts";

const RoleName = z.enum(["view", "approve", "drive", "admin"]);

const Device: z.ZodType<ShownDevice> = z.looseObject({
  id: z.string(),
  name: z.string(),
  role: RoleName,
  kind: z.enum(["alleycat", "token"]),
  key: z.string().nullable(),
  createdAtMs: z.number(),
  lastSeenAtMs: z.number().nullable(),
  pairedBy: z.string(),
  connected: z.boolean(),
});

const Pending = z.looseObject({
  id: z.string(),
  name: z.string(),
  origin: z.string(),
  keyShort: z.string().nullable(),
  code: z.string().nullable(),
  known: z.object({ name: z.string(), role: RoleName }).nullable(),
  askedAtMs: z.number(),
});

const Event: z.ZodType<PairingEvent> = z.discriminatedUnion("event", [
  z.object({ event: z.literal("open"), role: RoleName }),
  z.object({ event: z.literal("pending"), device: Pending }),
  z.object({ event: z.literal("gone"), id: z.string(), reason: z.string().nullable() }),
]);

/** What the daemon answers to the ops of devices, checked: it may be of another version. */
export const replies = {
  device: (value: unknown): ShownDevice => Device.parse(value),
  devices: (value: unknown): readonly ShownDevice[] => z.array(Device).parse(value),
  added: (value: unknown): { readonly device: ShownDevice; readonly token: string } =>
    z.looseObject({ device: Device, token: z.string() }).parse(value),
  answer: (value: unknown): PairingAnswer =>
    z.union([Device, z.looseObject({ declined: z.string() })]).parse(value),
  rotated: (value: unknown): { readonly fingerprint: string } =>
    z.looseObject({ fingerprint: z.string() }).parse(value),
  payloads: (value: unknown): readonly PairingPayload[] =>
    z
      .array(z.looseObject({ listener: z.string(), payload: z.record(z.string(), z.unknown()) }))
      .parse(value),
  /** Null for an event of a newer daemon. */
  event: (value: unknown): PairingEvent | null => Event.safeParse(value).data ?? null,
};
