import { randomBytes } from "node:crypto";
import { CommandError } from "../control/command-error.ts";
import type { ControlContext, ControlOps } from "../control/op.ts";
import type { Authority } from "./authority.ts";
import { type Device, isRole } from "./device.ts";
import { tokenIdentity } from "./device-registry.ts";
import type { PairingAnswer, PairingEvent, PairingPayload, ShownDevice } from "./control-types.ts";
import { type Role, roles } from "./principal.ts";

/** What the ops need beside the authority. */
export interface DeviceOpsOptions {
  readonly authority: Authority;
  /** Ids of the devices that are connected now. */
  readonly connected: () => ReadonlySet<string>;
  /** What each listener shows a new device; may wait until it knows its addresses. */
  readonly payloads: (o: { readonly signal: AbortSignal }) => Promise<readonly PairingPayload[]>;
}

/**
 * What the command line asks of devices: `devices/list`, `devices/add`, `devices/revoke`,
 * `devices/rename`, `devices/role`, `pair/payload`, `pair/open`, `pair/answer` and `rotate`. Results
 * and events are those of `control-types.ts`.
 */
export function deviceOps({ authority, connected, payloads }: DeviceOpsOptions): ControlOps {
  const { devices, onEvent } = authority;
  const shown = (device: Device): ShownDevice => shownDevice(device, connected().has(device.id));
  return {
    "devices/list": () => Promise.resolve(devices.list().map(shown)),

    async "devices/add"(params) {
      const fields = fieldsOf(params);
      const token = randomBytes(32).toString("hex");
      const role = roleIn(fields) ?? authority.defaultRole();
      const pairedBy = "a token made on this machine";
      const identity = tokenIdentity(token);
      const device = await devices.add({ name: textIn(fields, "name"), role, identity, pairedBy });
      onEvent({ kind: "paired", device, origin: "this machine" });
      return { device: shown(device), token };
    },

    async "devices/revoke"(params) {
      const device = await devices.revoke(textIn(fieldsOf(params), "device"));
      onEvent({ kind: "revoked", device });
      return shown(device);
    },

    async "devices/rename"(params) {
      const fields = fieldsOf(params);
      const wanted = textIn(fields, "device");
      const before = devices.find(wanted)?.name ?? wanted;
      const device = await devices.rename(wanted, textIn(fields, "name"));
      onEvent({ kind: "renamed", device, before });
      return shown(device);
    },

    async "devices/role"(params) {
      const fields = fieldsOf(params);
      const wanted = textIn(fields, "device");
      const role = roleIn(fields);
      if (role === null) throw usage(`role: one of ${roles.join(", ")}`);
      const before = devices.find(wanted)?.role ?? role;
      const device = await devices.setRole(wanted, role);
      if (device.role !== before) onEvent({ kind: "role changed", device, before });
      return shown(device);
    },

    "pair/payload": (_params, { signal }) => payloads({ signal }),

    /**
     * With a role, it opens the window and ends: the window outlives its caller. Without, it tells of
     * every device that waits until the caller is gone.
     */
    async "pair/open"(params, context) {
      const fields = fieldsOf(params);
      const role = roleIn(fields);
      const open: PairingEvent = { event: "open", role: role ?? authority.defaultRole() };
      context.emit(open);
      if (role === null) await watch(authority, context);
      else authority.openWindow({ name: optionalTextIn(fields, "name"), role });
      return null;
    },

    async "pair/answer"(params) {
      const fields = fieldsOf(params);
      const id = textIn(fields, "id");
      if (fields["accept"] !== true) return { declined: authority.pending.decline(id).name };
      const role = roleIn(fields);
      const by = "a yes on this machine";
      const yes = { name: optionalTextIn(fields, "name"), role, by };
      const answer: PairingAnswer = shown(await authority.pending.accept(id, yes));
      return answer;
    },

    rotate: () => authority.rotate(),
  };
}

/** Tells of every device that waits, until the caller is gone. */
async function watch(authority: Authority, { emit, signal }: ControlContext): Promise<void> {
  const told = (event: PairingEvent): void => emit(event);
  const stop = authority.pending.observe({
    pending: (device) => told({ event: "pending", device }),
    gone: ({ id }, reason) => told({ event: "gone", id, reason }),
  });
  try {
    await aborted(signal);
  } finally {
    stop();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function shownDevice(device: Device, connected: boolean): ShownDevice {
  const { id, name, role, identity, createdAtMs, lastSeenAtMs, pairedBy } = device;
  const key = identity.kind === "alleycat" ? `${identity.key.slice(0, 8)}…` : null;
  const { kind } = identity;
  return { id, name, role, kind, key, createdAtMs, lastSeenAtMs, pairedBy, connected };
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(params: unknown): Fields {
  return typeof params === "object" && params !== null ? { ...params } : {};
}

function textIn(fields: Fields, key: string): string {
  const value = fields[key];
  if (typeof value === "string" && value !== "") return value;
  throw usage(`${key}: a text is needed`);
}

function optionalTextIn(fields: Fields, key: string): string | null {
  return fields[key] == null ? null : textIn(fields, key);
}

function roleIn(fields: Fields): Role | null {
  const role = fields["role"];
  if (role == null) return null;
  if (isRole(role)) return role;
  throw usage(`role: one of ${roles.join(", ")}, not ${JSON.stringify(role)}`);
}

function usage(message: string): CommandError {
  return new CommandError("usage", message);
}
