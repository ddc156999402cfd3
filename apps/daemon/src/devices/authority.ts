import { randomUUID } from "node:crypto";
import type { ClientClaim } from "@fairlead/bridge-core";
import { AttemptLimit } from "./attempt-limit.ts";
import { putBounded } from "./bounded-map.ts";
import { type Clock, systemClock } from "./clock.ts";
import {
  CodePairing,
  type PairingReply,
  type PairingSource,
  type WindowPass,
} from "./code-pairing.ts";
import type { DeviceEvent } from "./device-event.ts";
import { type Device, cleanName } from "./device.ts";
import type { DeviceRegistry } from "./device-registry.ts";
import type { CodeParts } from "./pairing-code.ts";
import type { PairingToken } from "./pairing-token.ts";
import { PairingGate, type PairingWindow } from "./pairing-window.ts";
import { PendingDevices, type PendingEntry, type Yes } from "./pending-devices.ts";
import type { Principal, Role } from "./principal.ts";

/** How long a client is kept waiting for a yes. */
const answerMs = 2 * 60_000;
/** How long a device that waits is remembered, so that a later yes is for its next call. */
const keepMs = 10 * 60_000;
/** How long a no holds. */
const declinedMs = 10 * 60_000;
const maxDeclined = 256;

/** What an authority needs. */
export interface AuthorityOptions {
  readonly devices: DeviceRegistry;
  readonly token: PairingToken;
  /** Name of this machine, for people. */
  readonly hostName: string;
  /** Role of a device whose pairing names none. */
  readonly defaultRole: () => Role;
  /** Told what happens, for the audit log. Must not throw. */
  readonly onEvent: (event: DeviceEvent) => void;
  /** Default: that of this machine. */
  readonly clock?: Clock;
  /** Default: random UUIDs. */
  readonly newId?: () => string;
}

/** Decides who a client is. */
export interface Authority extends Disposable {
  readonly devices: DeviceRegistry;
  readonly pending: PendingDevices;
  readonly defaultRole: () => Role;
  /**
   * Who is behind a claim; a refusal is a sentence for the client. Waits up to two minutes for a
   * yes when a key is not known yet. Never rejects.
   */
  admit(
    claim: ClientClaim,
    o: { readonly signal: AbortSignal },
  ): Promise<Principal | { readonly refusal: string }>;
  /** Answers one `POST /pair`, see {@link CodePairing}. Never rejects. */
  pairRequest(body: unknown, source: PairingSource, signal: AbortSignal): Promise<PairingReply>;
  /**
   * Lets in the next device that shows the pairing token, without a question, for ten minutes. A
   * device that waits already is let in when it is the only one. Another call replaces the window.
   */
  openWindow(yes: { readonly name: string | null; readonly role: Role }): PairingWindow;
  /** Makes another pairing token and cuts every connection of a device. Rejects when it cannot be written. */
  rotate(): Promise<{ readonly fingerprint: string }>;
  /** Takes over the pairing token `host.toml` says now; cuts as {@link rotate} when it is another one. */
  configureToken(token: string | null): Promise<void>;
  /** Tells the audit log. */
  readonly onEvent: (event: DeviceEvent) => void;
}

/** Makes an {@link Authority} over what is known. Dispose sends away all that wait. */
export function createAuthority(options: AuthorityOptions): Authority {
  return new DeviceAuthority(options);
}

class DeviceAuthority implements Authority {
  readonly devices: DeviceRegistry;
  readonly pending: PendingDevices;
  readonly defaultRole: () => Role;
  readonly onEvent: (event: DeviceEvent) => void;
  readonly #options: AuthorityOptions;
  readonly #clock: Clock;
  readonly #wrongTokens: AttemptLimit;
  readonly #codes: CodePairing;
  readonly #gate: PairingGate;
  /** By key. */
  readonly #waiting = new Map<string, PendingEntry>();
  /** Until when, by key. */
  readonly #declined = new Map<string, number>();

  constructor(options: AuthorityOptions) {
    const { devices, hostName, defaultRole, onEvent } = options;
    const { clock = systemClock, newId = randomUUID } = options;
    this.#options = options;
    this.#clock = clock;
    this.devices = devices;
    this.defaultRole = defaultRole;
    this.onEvent = onEvent;
    this.pending = new PendingDevices(clock, newId);
    this.#gate = new PairingGate(this.pending, clock);
    // A token of 32 bytes is never guessed; one that an operator made up may be.
    this.#wrongTokens = new AttemptLimit(clock, { perOrigin: 5, overall: 60, windowMs: 60_000 });
    this.#codes = new CodePairing({
      devices,
      pending: this.pending,
      hostName,
      defaultRole,
      onEvent,
      clock,
      newId,
      proves: (proof, parts, origin) => this.#windowFor(proof, parts, origin),
    });
  }

  async admit(
    claim: ClientClaim,
    { signal }: { readonly signal: AbortSignal },
  ): Promise<Principal | { readonly refusal: string }> {
    const { token, key, origin } = claim;
    if (token === null) return { refusal: `a token is needed: ${this.#howToPair()}` };
    const own = this.devices.byToken(token);
    if (own !== undefined) return this.#admitted(own);
    const known = key === null ? undefined : this.devices.byKey(key);
    if (this.#options.token.matches(token)) {
      if (key === null) return { refusal: `this token is for pairing only: ${this.#howToPair()}` };
      if (known !== undefined && this.#isPaired(known)) return this.#admitted(known);
      if (!this.#wrongTokens.reached(origin)) return this.#newcomer(key, claim, known, signal);
    }
    return { refusal: this.#wrongToken(origin) };
  }

  pairRequest(body: unknown, source: PairingSource, signal: AbortSignal): Promise<PairingReply> {
    return this.#codes.request(body, source, signal);
  }

  openWindow({ name, role }: { readonly name: string | null; readonly role: Role }): PairingWindow {
    this.onEvent({ kind: "pairing opened", role });
    const window = this.#gate.open({
      name,
      role,
      by: `an open pairing on ${this.#options.hostName}`,
    });
    const [only, another] = this.pending.list().filter(({ code }) => code === null);
    if (only !== undefined && another === undefined) void this.#gate.pass(only.id);
    return window;
  }

  async rotate(): Promise<{ readonly fingerprint: string }> {
    await this.#options.token.rotate();
    return this.#tokenChanged();
  }

  async configureToken(token: string | null): Promise<void> {
    if (await this.#options.token.configure(token)) this.#tokenChanged();
  }

  [Symbol.dispose](): void {
    this.#gate.close();
    this.#codes[Symbol.dispose]();
    this.pending.withdrawAll(`${this.#options.hostName} is stopping`);
  }

  /** A key nobody knows, or one that has to be let in again since the token changed. */
  async #newcomer(
    key: string,
    { label, origin }: ClientClaim,
    known: Device | undefined,
    signal: AbortSignal,
  ): Promise<Principal | { readonly refusal: string }> {
    const leftMs = (this.#declined.get(key) ?? 0) - this.#clock.now();
    // More than there can be: the clock was set back, and nobody shall wait for it.
    if (!this.#gate.isOpen && leftMs > 0 && leftMs <= declinedMs) {
      return { refusal: this.#declinedText() };
    }
    const entry = this.#waiting.get(key) ?? this.#ask(key, label, origin, known);
    if (entry === null) {
      return {
        refusal: `too many devices wait for a yes on ${this.#options.hostName}: answer them first`,
      };
    }
    const answer = entry.wait(answerMs, signal);
    void this.#gate.pass(entry.device.id);
    const outcome = await answer;
    if (outcome === null) return { refusal: this.#notYet() };
    if (outcome.kind === "refused") return { refusal: outcome.reason };
    const device = this.devices.byKey(key);
    // The yes was for the token of then, and for a device that is still known.
    const stillIn =
      device !== undefined && device.id === outcome.device.id && this.#isPaired(device);
    return stillIn ? this.#admitted(device) : { refusal: "invalid token" };
  }

  #ask(
    key: string,
    label: string | null,
    origin: string,
    known: Device | undefined,
  ): PendingEntry | null {
    const pairedWith = this.#options.token.fingerprint;
    const name = known?.name ?? cleanName(label ?? "") ?? `device ${key.slice(0, 6)}`;
    const entry = this.pending.open({
      name,
      origin,
      keyShort: `${key.slice(0, 8)}…`,
      code: null,
      known: known === undefined ? null : { name: known.name, role: known.role },
      keepMs,
      admit: (yes) => this.#makeKnown(key, pairedWith, { ...yes, name: yes.name ?? name }, origin),
      declined: () => {
        this.#decline(key);
        this.onEvent({ kind: "declined", label: name, origin });
        return this.#declinedText();
      },
      over: () => void this.#waiting.delete(key),
    });
    if (entry === null) return null;
    this.#waiting.set(key, entry);
    this.onEvent({ kind: "asked", label: name, origin });
    return entry;
  }

  /** Who comes again keeps name and role. */
  async #makeKnown(
    key: string,
    pairedWith: string,
    { name, role, by }: Yes & { readonly name: string },
    origin: string,
  ): Promise<Device> {
    const known = this.devices.byKey(key);
    if (known !== undefined) {
      const device = await this.devices.renew(known.id, pairedWith);
      this.onEvent({ kind: "paired again", device, origin });
      return device;
    }
    const identity = { kind: "alleycat", key, pairedWith } as const;
    const wanted = { name, role: role ?? this.defaultRole(), identity, pairedBy: by };
    const device = await this.devices.add(wanted);
    this.onEvent({ kind: "paired", device, origin });
    return device;
  }

  /** What a device that pairs by code may do with its proof of the pairing token. */
  #windowFor(proof: string, parts: CodeParts, origin: string): WindowPass {
    if (this.#wrongTokens.reached(origin) || !this.#options.token.isProof(proof, parts)) {
      return { kind: "wrong", reason: this.#wrongToken(origin) };
    }
    return { kind: "right", pass: (id) => void this.#gate.pass(id) };
  }

  #admitted(device: Device): Principal {
    this.devices.seen(device.id);
    return this.devices.principal(device);
  }

  #isPaired({ identity }: Device): boolean {
    return identity.kind === "alleycat" && identity.pairedWith === this.#options.token.fingerprint;
  }

  #wrongToken(origin: string): string {
    if (this.#wrongTokens.reached(origin)) return "too many wrong tokens: wait a minute";
    this.#wrongTokens.count(origin);
    this.onEvent({ kind: "refused", origin, reason: "invalid token" });
    return "invalid token";
  }

  #decline(key: string): void {
    putBounded(this.#declined, key, this.#clock.now() + declinedMs, maxDeclined);
  }

  #tokenChanged(): { readonly fingerprint: string } {
    const { fingerprint } = this.#options.token;
    this.devices.cutAll();
    for (const { device } of [...this.#waiting.values()]) {
      this.pending.withdraw(device.id, "invalid token");
    }
    this.onEvent({ kind: "token rotated", fingerprint });
    return { fingerprint };
  }

  #howToPair(): string {
    return `run \`fairlead pair\` on ${this.#options.hostName} and pair this device`;
  }

  #notYet(): string {
    const { hostName } = this.#options;
    return `This device is not approved yet: run "fairlead pair" on ${hostName} and say yes.`;
  }

  #declinedText(): string {
    return `This device was declined on ${this.#options.hostName}.`;
  }
}
