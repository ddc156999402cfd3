import { randomBytes } from "node:crypto";
import { CommandError } from "../control/command-error.ts";
import type { ControlContext, ControlOps } from "../control/op.ts";
import type { Authority } from "./authority.ts";
import { type Device, isRole } from "./device.ts";
import { tokenIdentity } from "./device-registry.ts";
import type { PairingAnswer, PairingEvent, ShownDevice } from "./control-types.ts";
import { type Role, roles } from "./principal.ts";

/** What the ops need beside the authority. */
export interface DeviceOpsOptions {
  readonly authority: Authority;
  /** Ids of the devices that are connected now. */
  readonly connected: () => ReadonlySet<string>;
}

/**
 * What the command line asks of devices: `devices/list`, `devices/add`, `devices/revoke`,
 * `devices/rename`, `devices/role`, `pair/open`, `pair/answer` and `rotate`. Results and events are
 * those of `control-types.ts`.
 */
export function deviceOps({ authority, connected }: DeviceOpsOptions): ControlOps {
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

    /** With a role, until a device came through the window; else until the caller is gone. */
    "pair/open"(params, context) {
      const fields = fieldsOf(params);
      const role = roleIn(fields);
      const name = optionalTextIn(fields, "name");
      return role === null
        ? watch(authority, context)
        : openWindow(authority, { name, role }, context, shown);
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
async function watch(authority: Authority, { emit, signal }: ControlContext): Promise<null> {
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
  return null;
}

/**
 * The window outlives its caller on purpose: without a terminal, `fairlead pair --role ROLE` opens it
 * and ends.
 */
async function openWindow(
  authority: Authority,
  yes: { readonly name: string | null; readonly role: Role },
  { emit, signal }: ControlContext,
  shown: (device: Device) => ShownDevice,
): Promise<ShownDevice | null> {
  const window = authority.openWindow(yes);
  const event: PairingEvent = { event: "open", role: yes.role };
  emit(event);
  const device = await Promise.race([window.closed, aborted(signal)]);
  return device === null ? null : shown(device);
}

function aborted(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(null);
    signal.addEventListener("abort", () => resolve(null), { once: true });
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
  const { role } = { role: fields["role"] };
  if (role == null) return null;
  if (isRole(role)) return role;
  throw usage(`role: one of ${roles.join(", ")}, not ${JSON.stringify(role)}`);
}

function usage(message: string): CommandError {
  return new CommandError("usage", message);
}
