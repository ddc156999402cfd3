import { randomBytes } from "node:crypto";
import { AttemptLimit } from "./attempt-limit.ts";
import type { Clock } from "./clock.ts";
import type { DeviceEvent } from "./device-event.ts";
import { type Device, cleanName } from "./device.ts";
import { type DeviceRegistry, tokenIdentity } from "./device-registry.ts";
import { type CodeParts, isHex32, keepsCommitment, pairingCode } from "./pairing-code.ts";
import type { PendingDevices, PendingEntry, Yes } from "./pending-devices.ts";
import type { Role } from "./principal.ts";

/** How long a pairing may take. */
const expiresInMs = 5 * 60_000;
/** How long one call is held; shorter than what proxies cut. */
const pollMs = 25_000;
/** Most pairings at a time; each has a chance of one in a million to show another one's code. */
const maxPairings = 4;
const maxNameLength = 200;

/** Where a `POST /pair` came from. */
export interface PairingSource {
  /** For people and limits: `websocket 192.0.2.7:51234`. */
  readonly origin: string;
  /** SHA-256 of the certificate of the listener, see `certificateOf`; null without TLS. */
  readonly certificate: string | null;
}

/** Answer to a `POST /pair`: status, and JSON. Errors are `{ error: SENTENCE }`. */
export interface PairingReply {
  readonly status: 200 | 400 | 403 | 404 | 429;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What code pairing needs. */
export interface CodePairingOptions {
  readonly devices: DeviceRegistry;
  readonly pending: PendingDevices;
  readonly hostName: string;
  readonly defaultRole: () => Role;
  readonly onEvent: (event: DeviceEvent) => void;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Judges a proof of the pairing token. */
  readonly proves: (proof: string, parts: CodeParts, origin: string) => WindowPass;
}

/** What a proof of the pairing token is good for. */
export type WindowPass =
  | { readonly kind: "wrong"; readonly reason: string }
  /** `pass` lets a pending device in, when a pairing window is open. */
  | { readonly kind: "right"; readonly pass: (id: string) => void };

type Result =
  | { readonly kind: "admitted"; readonly token: string; readonly device: Device }
  | { readonly kind: "refused"; readonly reason: string };

interface Pairing {
  readonly name: string;
  readonly commitment: string;
  readonly hostNonce: string;
  readonly source: PairingSource;
  readonly stopTimer: () => void;
  /** Null until the device has shown its nonce. */
  entry: PendingEntry | null;
  result: Result | null;
  delivered: boolean;
}

/**
 * Pairing by a code that both sides show. The device commits to a nonce, the host tells its own, the
 * device shows the nonce: neither can choose the code, and somebody in between gets the same one on
 * both sides once in a million.
 *
 * 1. `{ name, commitment }` → `{ pairingId, hostNonce, hostName, expiresInMs }`
 * 2. `{ pairingId, nonce, proof? }`, again and again → `{ state: "waiting" }` after 25 s, in the end
 *    `{ state: "paired", token, deviceId, name, role }`
 *
 * With a proof of the pairing token it passes an open pairing window without a question.
 */
export class CodePairing implements Disposable {
  readonly #options: CodePairingOptions;
  readonly #starts: AttemptLimit;
  readonly #pairings = new Map<string, Pairing>();

  constructor(options: CodePairingOptions) {
    this.#options = options;
    const bounds = { perOrigin: 5, overall: 20, windowMs: 60_000 };
    this.#starts = new AttemptLimit(options.clock, bounds);
  }

  /** Answers one call. Never rejects. */
  async request(body: unknown, source: PairingSource, signal: AbortSignal): Promise<PairingReply> {
    if (!isRecord(body)) return error(400, "the body must be a JSON object");
    return "pairingId" in body ? this.#confirm(body, signal) : this.#begin(body, source);
  }

  /** Forgets what is not finished. */
  [Symbol.dispose](): void {
    for (const [id, pairing] of [...this.#pairings]) this.#drop(id, pairing);
  }

  #begin({ name, commitment }: Fields, source: PairingSource): PairingReply {
    if (typeof name !== "string" || name === "" || name.length > maxNameLength) {
      return error(400, `name: the name of the device, at most ${maxNameLength} characters`);
    }
    if (!isHex32(commitment)) return error(400, "commitment: 32 bytes in lower-case hex");
    if (this.#starts.reached(source.origin)) {
      return error(429, "too many pairings were started: wait a minute");
    }
    this.#starts.count(source.origin);
    if (!this.#makeRoom()) return error(429, "too many pairings are under way: wait a minute");
    const id = this.#options.newId();
    const hostNonce = randomBytes(32).toString("hex");
    const pairing: Pairing = {
      name,
      commitment,
      hostNonce,
      source,
      stopTimer: this.#options.clock.after(expiresInMs, () => this.#drop(id, pairing)),
      entry: null,
      result: null,
      delivered: false,
    };
    this.#pairings.set(id, pairing);
    const { hostName } = this.#options;
    return { status: 200, body: { pairingId: id, hostNonce, hostName, expiresInMs } };
  }

  async #confirm({ pairingId, nonce, proof }: Fields, signal: AbortSignal): Promise<PairingReply> {
    const pairing = typeof pairingId === "string" ? this.#pairings.get(pairingId) : undefined;
    if (pairing === undefined || typeof pairingId !== "string") {
      return error(404, "this pairing is over: start again");
    }
    if (!isHex32(nonce) || !keepsCommitment(nonce, pairing.commitment)) {
      // A second guess would let somebody look for a code that fits.
      this.#drop(pairingId, pairing);
      return error(403, "the nonce is not the one that was committed to: start again");
    }
    if (pairing.entry === null) {
      const refused = this.#reveal(pairingId, pairing, nonce, proof);
      if (refused !== null) return refused;
    }
    if (pairing.result === null) await pairing.entry?.wait(pollMs, signal);
    return this.#reply(pairing);
  }

  #reply(pairing: Pairing): PairingReply {
    const { result } = pairing;
    if (result === null) return { status: 200, body: { state: "waiting" } };
    if (result.kind === "refused") return error(403, result.reason);
    const device = this.#options.devices.find(result.device.id);
    if (device === undefined) return error(403, "this device was revoked");
    pairing.delivered = true;
    const { id: deviceId, name, role } = device;
    return { status: 200, body: { state: "paired", token: result.token, deviceId, name, role } };
  }

  /** The first time a device shows its nonce. Null = it waits now. */
  #reveal(id: string, pairing: Pairing, deviceNonce: string, proof: unknown): PairingReply | null {
    const { name, hostNonce, source } = pairing;
    const parts = { deviceNonce, hostNonce, certificate: source.certificate, name };
    const right =
      typeof proof === "string" ? this.#options.proves(proof, parts, source.origin) : null;
    if (right?.kind === "wrong") {
      this.#drop(id, pairing);
      return error(403, right.reason);
    }
    if (!this.#show(pairing, pairingCode(parts))) {
      return error(429, "too many devices wait for a yes: try again later");
    }
    if (pairing.entry !== null) right?.pass(pairing.entry.device.id);
    return null;
  }

  /** Puts it before the operator. False when too many wait there. */
  #show(pairing: Pairing, code: string): boolean {
    const { onEvent, pending, hostName } = this.#options;
    const { origin } = pairing.source;
    const name = cleanName(pairing.name) ?? "device";
    const entry = pending.open({
      name,
      origin,
      keyShort: null,
      code,
      known: null,
      keepMs: expiresInMs,
      admit: (yes) => this.#makeKnown(pairing, { ...yes, name: yes.name ?? name }),
      declined: () => {
        const reason = `This device was declined on ${hostName}.`;
        pairing.result = { kind: "refused", reason };
        onEvent({ kind: "declined", label: name, origin });
        return reason;
      },
      over: () => {},
    });
    if (entry === null) return false;
    pairing.entry = entry;
    onEvent({ kind: "asked", label: name, origin });
    return true;
  }

  async #makeKnown(pairing: Pairing, yes: Yes & { readonly name: string }): Promise<Device> {
    const { devices, onEvent, defaultRole } = this.#options;
    const token = randomBytes(32).toString("hex");
    const { name, by } = yes;
    const role = yes.role ?? defaultRole();
    const wanted = { name, role, identity: tokenIdentity(token), pairedBy: by };
    try {
      const device = await devices.add(wanted);
      pairing.result = { kind: "admitted", token, device };
      onEvent({ kind: "paired", device, origin: pairing.source.origin });
      return device;
    } catch (failure) {
      const reason = failure instanceof Error ? failure.message : "it failed";
      pairing.result = { kind: "refused", reason };
      throw failure;
    }
  }

  /** Pairings that are settled, or have not come to show a code, give way. */
  #makeRoom(): boolean {
    if (this.#pairings.size < maxPairings) return true;
    for (const [id, pairing] of this.#pairings) {
      const { entry, result, delivered } = pairing;
      const isSettled = result !== null && (result.kind === "refused" || delivered);
      if (entry !== null && !isSettled) continue;
      this.#drop(id, pairing);
      return true;
    }
    return false;
  }

  #drop(id: string, pairing: Pairing): void {
    pairing.stopTimer();
    this.#pairings.delete(id);
    const { result, entry, delivered } = pairing;
    if (result === null && entry !== null) {
      this.#options.pending.withdraw(entry.device.id, "this pairing is over: start again");
    }
    if (result?.kind !== "admitted" || delivered) return;
    // Nobody has its token, so nobody can be this device.
    const { devices, onEvent } = this.#options;
    devices.revoke(result.device.id).then(
      (device) => onEvent({ kind: "revoked", device }),
      () => {},
    );
  }
}

type Fields = Readonly<Record<string, unknown>>;

function error(status: PairingReply["status"], message: string): PairingReply {
  return { status, body: { error: message } };
}

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
