import { setMaxListeners } from "node:events";
import { writeAtomically } from "../config/private-files.ts";
import type { Clock } from "./clock.ts";
import {
  type Device,
  type DeviceIdentity,
  cleanName,
  decodeDevices,
  encodeDevices,
  freeName,
} from "./device.ts";
import type { Principal, Role } from "./principal.ts";
import { quarantine, readPrivateFile } from "./private-file.ts";
import { digestOf, isSecret } from "./secret.ts";

/** Most devices that are known at a time. */
export const maxDevices = 64;
const seenEveryMs = 60_000;

/** What a registry needs. */
export interface DeviceRegistryOptions {
  /** `devices.json`, in a folder of this user alone. */
  readonly file: string;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly log: (level: "debug" | "warn", message: string, data?: unknown) => void;
}

/** What a new device is to be. */
export interface NewDevice {
  /** What it calls itself; cleaned, and numbered when taken. */
  readonly name: string;
  readonly role: Role;
  readonly identity: DeviceIdentity;
  readonly pairedBy: string;
}

/**
 * Every device that may connect, kept in `devices.json`. Changes hold at once and are written before
 * the promise resolves; a rejection says what could not be written and that it holds until the daemon
 * ends. Revoking a device, or giving it another role, aborts the signal of its principals.
 */
export class DeviceRegistry implements AsyncDisposable {
  readonly #options: DeviceRegistryOptions;
  readonly #devices = new Map<string, Device>();
  /** One for the connections of a device so far; replaced when they are cut. */
  readonly #ends = new Map<string, AbortController>();
  #writing: Promise<void> = Promise.resolve();
  #seenWarned = false;

  private constructor(options: DeviceRegistryOptions, devices: readonly Device[]) {
    this.#options = options;
    for (const device of devices) this.#devices.set(device.id, device);
  }

  /**
   * Reads the file. One that cannot be believed is moved to `devices.json.corrupt` and warned of;
   * nobody is known then. Never rejects.
   */
  static async open(options: DeviceRegistryOptions): Promise<DeviceRegistry> {
    return new DeviceRegistry(options, await load(options));
  }

  /** By name. */
  list(): readonly Device[] {
    return [...this.#devices.values()].toSorted((a, b) => a.name.localeCompare(b.name));
  }

  /** By id, or by name whatever the case of its letters. */
  find(nameOrId: string): Device | undefined {
    const name = nameOrId.toLowerCase();
    return (
      this.#devices.get(nameOrId) ??
      this.list().find((device) => device.name.toLowerCase() === name)
    );
  }

  /** The device of a key that its transport has proven. */
  byKey(key: string): Device | undefined {
    return this.list().find(({ identity }) => identity.kind === "alleycat" && identity.key === key);
  }

  /** The device of a token. Takes the same time for every token and every device that has one. */
  byToken(token: string): Device | undefined {
    let found: Device | undefined;
    for (const device of this.#devices.values()) {
      if (device.identity.kind !== "token") continue;
      // No way out of the loop: its end would tell which device it was.
      if (isSecret(token, Buffer.from(device.identity.sha256, "hex"))) found = device;
    }
    return found;
  }

  /** Who is behind a connection of a device. Its signal is aborted when the device may no more. */
  principal({ id, name, role }: Device): Principal {
    return { id, name, role, ended: this.#end(id).signal };
  }

  /** Rejects when there are {@link maxDevices}, or it cannot be written: the device is not known then. */
  async add(wanted: NewDevice): Promise<Device> {
    if (this.#devices.size >= maxDevices) {
      throw new Error(
        `${maxDevices} devices are known, which is the most there can be: ` +
          "remove one with `fairlead devices revoke NAME`",
      );
    }
    const device: Device = {
      id: this.#options.newId(),
      name: freeName(cleanName(wanted.name) ?? "device", this.list()),
      role: wanted.role,
      identity: wanted.identity,
      createdAtMs: this.#options.clock.now(),
      lastSeenAtMs: null,
      pairedBy: wanted.pairedBy,
    };
    this.#devices.set(device.id, device);
    try {
      await this.#write();
    } catch (error) {
      this.#forget(device.id);
      throw error;
    }
    return device;
  }

  /** Notes that a known key came with a pairing token again. Rejects as the class says. */
  async renew(id: string, pairedWith: string): Promise<Device> {
    const device = this.#known(id);
    if (device.identity.kind !== "alleycat") throw new Error(`${device.name} has its own token`);
    return this.#change({ ...device, identity: { ...device.identity, pairedWith } });
  }

  /** Rejects with a sentence for an unknown device, a name that is taken or none. */
  async rename(nameOrId: string, wanted: string): Promise<Device> {
    const device = this.#known(nameOrId);
    const name = cleanName(wanted);
    if (name === null)
      throw new Error(`${JSON.stringify(wanted)} is no name: use letters or digits`);
    const others = this.list().filter(({ id }) => id !== device.id);
    if (freeName(name, others) !== name) {
      throw new Error(`"${name}" is taken: choose another name`);
    }
    return this.#change({ ...device, name });
  }

  /** Cuts its connections, so that the new role holds everywhere. Rejects for an unknown device. */
  async setRole(nameOrId: string, role: Role): Promise<Device> {
    const device = this.#known(nameOrId);
    if (device.role === role) return device;
    const changed = this.#change({ ...device, role });
    this.cut(device.id);
    return changed;
  }

  /** Cuts its connections and forgets it, before anything is written. Rejects for an unknown device. */
  async revoke(nameOrId: string): Promise<Device> {
    const device = this.#known(nameOrId);
    this.#forget(device.id);
    await this.#write();
    return device;
  }

  /** Ends the connections a device has now. It may come again. */
  cut(id: string): void {
    const end = this.#ends.get(id);
    this.#ends.delete(id);
    end?.abort(new Error("the operator ended the connections of this device"));
  }

  /** {@link cut} for all of them. */
  cutAll(): void {
    for (const id of [...this.#ends.keys()]) this.cut(id);
  }

  /** Notes that a device was here; written at most once a minute. Never throws. */
  seen(id: string): void {
    const device = this.#devices.get(id);
    const now = this.#options.clock.now();
    if (device === undefined) return;
    // A clock that was set back must not stop the notes.
    if (device.lastSeenAtMs !== null && Math.abs(now - device.lastSeenAtMs) < seenEveryMs) return;
    this.#devices.set(id, { ...device, lastSeenAtMs: now });
    this.#write().catch((error: unknown) => {
      if (!this.#seenWarned) this.#options.log("warn", String(error));
      this.#seenWarned = true;
    });
  }

  /** Waits for what is being written, and cuts every connection. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.cutAll();
    await this.#writing.catch(() => {});
  }

  #known(nameOrId: string): Device {
    const device = this.find(nameOrId);
    if (device !== undefined) return device;
    throw new Error(`no device is called "${nameOrId}": see \`fairlead devices list\``);
  }

  #end(id: string): AbortController {
    const known = this.#ends.get(id);
    if (known !== undefined) return known;
    const end = new AbortController();
    // One listener per connection, and those are bounded elsewhere.
    setMaxListeners(0, end.signal);
    this.#ends.set(id, end);
    return end;
  }

  #forget(id: string): void {
    this.#devices.delete(id);
    this.cut(id);
  }

  async #change(device: Device): Promise<Device> {
    this.#devices.set(device.id, device);
    await this.#write();
    return device;
  }

  /** One after the other, each with what is known by then. */
  #write(): Promise<void> {
    const { file } = this.#options;
    const write = async (): Promise<void> => {
      try {
        await writeAtomically(file, encodeDevices(this.list()));
      } catch (error) {
        const reason = error instanceof Error ? error.message : "unknown error";
        const message = `${file} cannot be written (${reason}): the change holds until the daemon ends`;
        throw new Error(message, { cause: error });
      }
    };
    const written = this.#writing.then(write, write);
    this.#writing = written.catch(() => {});
    return written;
  }
}

/** The digest under which a new token is kept. */
export function tokenIdentity(token: string): DeviceIdentity {
  return { kind: "token", sha256: digestOf(token).toString("hex") };
}

async function load({ file, log }: DeviceRegistryOptions): Promise<readonly Device[]> {
  const found = await readPrivateFile(file);
  if (found.state === "absent") return [];
  let reason = found.state === "unusable" ? found.reason : "";
  if (found.state === "read") {
    try {
      return decodeDevices(found.text);
    } catch (error) {
      reason = `${file} is damaged: ${error instanceof Error ? error.message : "unknown error"}`;
    }
  }
  const moved = await quarantine(file);
  log(
    "warn",
    `${reason}. No device is known now, each has to be paired again. ` +
      (moved ? `The old file is kept as ${file}.corrupt` : "It could not be moved away"),
  );
  return [];
}
