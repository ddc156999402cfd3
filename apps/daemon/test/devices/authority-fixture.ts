import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type Authority, createAuthority } from "../../src/devices/authority.ts";
import type { DeviceEvent } from "../../src/devices/device-event.ts";
import { DeviceRegistry } from "../../src/devices/device-registry.ts";
import { PairingToken } from "../../src/devices/pairing-token.ts";
import type { Yes } from "../../src/devices/pending-devices.ts";
import type { Principal, Role } from "../../src/devices/principal.ts";
import { TestClock, TestLog, counter, temporaryFolder } from "./fixture.ts";

export type Answer = Principal | { readonly refusal: string };

/** An authority, and what it is made of. */
export interface TestAuthority {
  readonly folder: string;
  /** `devices.json`. */
  readonly file: string;
  readonly clock: TestClock;
  readonly events: readonly DeviceEvent[];
  readonly warnings: readonly string[];
  readonly devices: DeviceRegistry;
  readonly token: PairingToken;
  readonly authority: Authority;
  /** As a phone of this key comes; `shown` = the pairing token of now. */
  readonly connect: (key: string, shown?: string, signal?: AbortSignal) => Promise<Answer>;
}

/** An authority in a folder of its own, on a clock of its own. */
export async function testAuthority(folder: string = temporaryFolder()): Promise<TestAuthority> {
  const clock = new TestClock();
  const { log, warnings } = new TestLog();
  const events: DeviceEvent[] = [];
  const file = join(folder, "devices.json");
  const devices = await DeviceRegistry.open({ file, clock, newId: counter("device"), log });
  // When somebody was last seen is written behind: before the folder goes, that has an end.
  onTestFinished(() => devices[Symbol.asyncDispose]());
  const token = await PairingToken.open({
    file: join(folder, "token"),
    configured: null,
    writeConfigured: () => Promise.reject(new Error("there is no host.toml")),
    log,
  });
  const authority = createAuthority({
    devices,
    token,
    hostName: "desk",
    defaultRole: () => "drive",
    onEvent: (event) => void events.push(event),
    clock,
    newId: counter("pending"),
  });
  return { folder, file, clock, events, warnings, devices, token, authority, connect };

  function connect(
    key: string,
    shown: string = token.current,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<Answer> {
    const claim = { token: shown, key, label: `Phone ${key}`, origin: `alleycat ${key}` };
    return authority.admit(claim, { signal });
  }
}

/** A yes, to what a device calls itself. */
export function yes(role: Role | null = null): Yes {
  return { name: null, role, by: "a yes" };
}

/** The id under which a key waits. */
export function pendingOf(authority: Authority, key: string): string | undefined {
  return authority.pending.list().find(({ keyShort }) => keyShort === `${key.slice(0, 8)}…`)?.id;
}

export function principalIn(answer: Answer): Principal {
  if ("refusal" in answer) throw new Error(answer.refusal);
  return answer;
}

/** What is said to a client that was not let in; null for one that was. */
export function refusalIn(answer: Answer): string | null {
  return "refusal" in answer ? answer.refusal : null;
}
