import type { Clock } from "./clock.ts";
import type { Device } from "./device.ts";
import { includesRole } from "./method-roles.ts";
import type { PendingDevices, Yes } from "./pending-devices.ts";
import type { Role } from "./principal.ts";

/** How long a pairing window is open. */
const windowMs = 10 * 60_000;

/** An open pairing window. Dispose closes it. */
export interface PairingWindow extends Disposable {
  /** The device that came through it; null when it closed before one came. Never rejects. */
  readonly closed: Promise<Device | null>;
}

interface OpenWindow {
  readonly yes: Yes & { readonly role: Role };
  readonly close: (device: Device | null) => void;
}

/** The one window through which the next device passes without a question. */
export class PairingGate {
  readonly #pending: PendingDevices;
  readonly #clock: Clock;
  #window: OpenWindow | null = null;

  constructor(pending: PendingDevices, clock: Clock) {
    this.#pending = pending;
    this.#clock = clock;
  }

  get isOpen(): boolean {
    return this.#window !== null;
  }

  /** Opens it for ten minutes and one device; one that is open is closed. */
  open(yes: Yes & { readonly role: Role }): PairingWindow {
    this.close();
    let settle: (device: Device | null) => void = () => {};
    const closed = new Promise<Device | null>((resolve) => (settle = resolve));
    const window: OpenWindow = {
      yes,
      close: (device) => {
        stop();
        if (this.#window === window) this.#window = null;
        settle(device);
      },
    };
    const stop = this.#clock.after(windowMs, () => window.close(null));
    this.#window = window;
    return { closed, [Symbol.dispose]: () => window.close(null) };
  }

  close(): void {
    this.#window?.close(null);
  }

  /**
   * Lets a device that waits pass, when the window is open. Whoever is first uses it up. One that was
   * known with a higher role keeps that one, so it goes on waiting for a yes of a person.
   */
  async pass(id: string): Promise<void> {
    const window = this.#window;
    const known = this.#pending.list().find((device) => device.id === id)?.known ?? null;
    if (window === null) return;
    if (known !== null && !includesRole(window.yes.role, known.role)) return;
    this.#window = null;
    try {
      window.close(await this.#pending.accept(id, window.yes));
    } catch {
      // Its client was told why; a window that fails once is not left open for the next one.
      window.close(null);
    }
  }
}
