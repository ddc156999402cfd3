import { printJson } from "../terminal/print-json.ts";
import { styleOf } from "../terminal/style.ts";
import { table } from "../terminal/table.ts";
import { ago } from "./ago.ts";
import type { Call } from "./call.ts";
import type { ShownDevice } from "./control-types.ts";
import { replies } from "./replies.ts";

/** Where a command prints. */
export interface Out {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** `fairlead devices list`. */
export async function listDevices(call: Call, o: { json: boolean; out: Out }): Promise<void> {
  const devices = replies.devices(await call("devices/list"));
  if (o.json) printJson(devices, o.out);
  else o.out.write(devicesText(devices, Date.now(), o.out));
}

/** `fairlead devices add`: the token is shown this once. */
export async function addDevice(
  call: Call,
  params: { readonly name: string; readonly role: string | undefined },
  o: { json: boolean; out: Out },
): Promise<void> {
  const added = replies.added(await call("devices/add", params));
  if (o.json) {
    printJson(added, o.out);
    return;
  }
  const { device, token } = added;
  o.out.write(
    `${device.name} may ${device.role}. Its token is shown this once; send it as ` +
      `\`Authorization: Bearer TOKEN\`:\n${token}\n`,
  );
}

/** `fairlead devices revoke`. */
export async function revokeDevice(call: Call, device: string, out: Out): Promise<void> {
  const { name } = replies.device(await call("devices/revoke", { device }));
  out.write(`${name} is cut off and cannot come back without being paired again.\n`);
}

/** `fairlead devices rename`. */
export async function renameDevice(
  call: Call,
  { device, name }: { readonly device: string; readonly name: string },
  out: Out,
): Promise<void> {
  const renamed = replies.device(await call("devices/rename", { device, name }));
  out.write(`${device} is called ${renamed.name} now.\n`);
}

/** `fairlead devices role`. */
export async function changeRole(
  call: Call,
  params: { readonly device: string; readonly role: string },
  out: Out,
): Promise<void> {
  const { name, role } = replies.device(await call("devices/role", params));
  out.write(`${name} has the role ${role} now, and connects anew.\n`);
}

/** `fairlead rotate`. */
export async function rotateToken(call: Call, o: { json: boolean; out: Out }): Promise<void> {
  const rotated = replies.rotated(await call("rotate"));
  if (o.json) {
    printJson(rotated, o.out);
    return;
  }
  o.out.write(
    `The pairing token is another one now (sha256/16: ${rotated.fingerprint}). Every device was ` +
      "cut off;\nthose that paired by QR code have to scan the new one: `fairlead pair --qr`\n",
  );
}

function devicesText(devices: readonly ShownDevice[], nowMs: number, out: Out): string {
  if (devices.length === 0) return "No device is paired yet: run `fairlead pair --qr`.\n";
  const rows = devices.map((device) => [
    device.name,
    device.role,
    device.connected
      ? "now"
      : device.lastSeenAtMs === null
        ? "never"
        : ago(device.lastSeenAtMs, nowMs),
    device.key ?? "own token",
    `${ago(device.createdAtMs, nowMs)}, by ${device.pairedBy}`,
  ]);
  const [heading = "", ...lines] = table([
    ["name", "role", "seen", "key", "paired"],
    ...rows,
  ]).split("\n");
  return [styleOf(out).bold(heading), ...lines].join("\n");
}
