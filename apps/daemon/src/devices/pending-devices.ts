import type { Clock } from "./clock.ts";
import type { Device } from "./device.ts";
import type { Role } from "./principal.ts";

/** Most devices that wait for a yes at a time. */
export const maxPending = 8;
/** Most calls of one device that wait at a time. */
const maxWaiters = 16;

/** A device that waits for a yes, as the operator is shown it. */
export interface PendingDevice {
  readonly id: string;
  /** What it calls itself. */
  readonly name: string;
  readonly origin: string;
  /** Start of its key; null when it has none. */
  readonly keyShort: string | null;
  /** What it shows too, when it is really the one; null when it cannot. */
  readonly code: string | null;
  /** The device it was before, which it becomes again. */
  readonly known: { readonly name: string; readonly role: Role } | null;
  readonly askedAtMs: number;
}

/** The operator's yes; null = what the device calls itself, and the usual role. */
export interface Yes {
  readonly name: string | null;
  readonly role: Role | null;
  /** For people: `a yes on this machine`. */
  readonly by: string;
}

/** What became of a device that waited. */
export type Outcome =
  | { readonly kind: "admitted"; readonly device: Device }
  | { readonly kind: "refused"; readonly reason: string };

/** A device that asks to be let in. */
export interface PendingRequest extends Omit<PendingDevice, "id" | "askedAtMs"> {
  /** How long it is remembered after its last call. */
  readonly keepMs: number;
  /** Makes it known. Rejects with a sentence when that fails. */
  readonly admit: (yes: Yes) => Promise<Device>;
  /** Told when it was answered with no; gives the sentence for its client. */
  readonly declined: () => string;
  /** Told before anything else when it waits no more, whatever the reason. */
  readonly over: () => void;
}

/** Told of devices that come and go. Must not throw. */
export interface PendingObserver {
  pending(device: PendingDevice): void;
  /** Null = let in. */
  gone(device: PendingDevice, reason: string | null): void;
}

/** One device that waits. */
export interface PendingEntry {
  readonly device: PendingDevice;
  /** What becomes of it; null when that is not known in time, or the caller is gone. */
  wait(timeoutMs: number, signal: AbortSignal): Promise<Outcome | null>;
}

/** Devices that wait for the operator, oldest first. */
export class PendingDevices {
  readonly #clock: Clock;
  readonly #newId: () => string;
  readonly #entries = new Map<string, Entry>();
  readonly #observers = new Set<PendingObserver>();

  constructor(clock: Clock, newId: () => string) {
    this.#clock = clock;
    this.#newId = newId;
  }

  list(): readonly PendingDevice[] {
    return [...this.#entries.values()].map(({ device }) => device);
  }

  /** Calls until the returned function is called; first for all that wait already. */
  observe(observer: PendingObserver): () => void {
    this.#observers.add(observer);
    for (const device of this.list()) observer.pending(device);
    return () => void this.#observers.delete(observer);
  }

  /** Puts a device before the operator; null when too many wait. */
  open(request: PendingRequest): PendingEntry | null {
    if (this.#entries.size >= maxPending) return null;
    const { name, origin, keyShort, code, known } = request;
    const id = this.#newId();
    const device = { id, name, origin, keyShort, code, known, askedAtMs: this.#clock.now() };
    const entry = new Entry(device, request, this.#clock, () =>
      this.withdraw(device.id, "expired"),
    );
    this.#entries.set(device.id, entry);
    for (const observer of this.#observers) observer.pending(device);
    return entry;
  }

  /** Lets a device in. Rejects with a sentence when it waits no more, or cannot be made known. */
  async accept(id: string, yes: Yes): Promise<Device> {
    const entry = this.#take(id);
    try {
      const device = await entry.request.admit(yes);
      this.#end(entry, { kind: "admitted", device });
      return device;
    } catch (error) {
      const reason = error instanceof Error ? error.message : "it failed";
      this.#end(entry, { kind: "refused", reason });
      throw error;
    }
  }

  /** Keeps a device out. Throws a sentence when it waits no more. */
  decline(id: string): PendingDevice {
    const entry = this.#take(id);
    this.#end(entry, { kind: "refused", reason: entry.request.declined() });
    return entry.device;
  }

  /** Takes back what nobody has answered. */
  withdraw(id: string, reason: string): void {
    if (this.#entries.has(id)) this.#end(this.#take(id), { kind: "refused", reason });
  }

  /** {@link withdraw} for all of them. */
  withdrawAll(reason: string): void {
    for (const id of [...this.#entries.keys()]) this.withdraw(id, reason);
  }

  /** At once: who answers second is told that it waits no more. */
  #take(id: string): Entry {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new Error("this device waits no more: let it try again");
    this.#entries.delete(id);
    entry.request.over();
    return entry;
  }

  #end(entry: Entry, outcome: Outcome): void {
    entry.end(outcome);
    const reason = outcome.kind === "refused" ? outcome.reason : null;
    for (const observer of this.#observers) observer.gone(entry.device, reason);
  }
}

class Entry implements PendingEntry {
  readonly device: PendingDevice;
  readonly request: PendingRequest;
  readonly #clock: Clock;
  readonly #expired: () => void;
  readonly #waiters = new Set<(outcome: Outcome) => void>();
  #stopTimer: () => void;

  constructor(device: PendingDevice, request: PendingRequest, clock: Clock, expired: () => void) {
    this.device = device;
    this.request = request;
    this.#clock = clock;
    this.#expired = expired;
    this.#stopTimer = clock.after(request.keepMs, expired);
  }

  wait(timeoutMs: number, signal: AbortSignal): Promise<Outcome | null> {
    this.#stopTimer();
    this.#stopTimer = this.#clock.after(this.request.keepMs, this.#expired);
    if (signal.aborted || this.#waiters.size >= maxWaiters) return Promise.resolve(null);
    return new Promise((resolve) => {
      const over = (outcome: Outcome | null): void => {
        stop();
        signal.removeEventListener("abort", gone);
        this.#waiters.delete(over);
        resolve(outcome);
      };
      const gone = (): void => over(null);
      const stop = this.#clock.after(timeoutMs, gone);
      signal.addEventListener("abort", gone);
      this.#waiters.add(over);
    });
  }

  end(outcome: Outcome): void {
    this.#stopTimer();
    for (const waiter of [...this.#waiters]) waiter(outcome);
  }
}
