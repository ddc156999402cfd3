import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { join } from "node:path";
import type { HostConfig } from "../config/host-config.ts";
import type { Paths } from "../config/paths.ts";
import { type Authority, createAuthority } from "../devices/authority.ts";
import { systemClock } from "../devices/clock.ts";
import type { DeviceEvent } from "../devices/device-event.ts";
import { DeviceRegistry } from "../devices/device-registry.ts";
import { PairingToken } from "../devices/pairing-token.ts";
import type { Log } from "./log.ts";
import type { Owned } from "./owned.ts";

/** What the authority of a daemon is opened with. */
export interface OpenAuthorityOptions {
  readonly paths: Paths;
  /** The one that holds now. */
  readonly config: () => HostConfig;
  readonly writeToken: (token: string) => Promise<void>;
  readonly onEvent: (event: DeviceEvent) => void;
  readonly log: Log;
}

/** The devices of a daemon and what decides about them. */
export interface OpenAuthority {
  readonly authority: Authority;
  readonly token: PairingToken;
}

/** Reads what is known of devices. `owned` takes charge of it. */
export async function openAuthority(
  { paths, config, writeToken, onEvent, log }: OpenAuthorityOptions,
  owned: Owned,
): Promise<OpenAuthority> {
  const devices = owned.add(
    await DeviceRegistry.open({
      file: join(paths.state, "devices.json"),
      clock: systemClock,
      newId: randomUUID,
      log,
    }),
  );
  const token = await PairingToken.open({
    file: paths.tokenFile,
    configured: config().token,
    writeConfigured: writeToken,
    log,
  });
  const authority = owned.add(
    createAuthority({
      devices,
      token,
      hostName: hostname(),
      defaultRole: () => config().policy.deviceRole,
      onEvent,
    }),
  );
  return { authority, token };
}
