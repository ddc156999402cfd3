import type { ServerNotificationMethod, ServerNotifications } from "@fairlead/codex-proto";
import { encodeNotification } from "../rpc/frames.ts";

/** A notification on its way to any number of clients: made text once, and still readable. */
export interface NotificationFrame {
  readonly method: string;
  readonly params: unknown;
  /** Absent: its server tells no times. */
  readonly emittedAtMs: number | undefined;
  readonly text: string;
}

/** Makes the frame of a notification. `params` must not be changed afterwards. */
export function notificationFrame<M extends ServerNotificationMethod>(
  method: M,
  params: ServerNotifications[M],
  emittedAtMs: number,
): NotificationFrame {
  return { method, params, emittedAtMs, text: encodeNotification(method, params, emittedAtMs) };
}

/**
 * The frame of a notification that another server made text, sent on as it is. It is read only when
 * somebody looks into it: a client that keeps up costs no parsing.
 */
export function relayedFrame(method: string, text: string): NotificationFrame {
  return new RelayedFrame(method, text);
}

class RelayedFrame implements NotificationFrame {
  readonly method: string;
  readonly text: string;
  #read: { readonly params: unknown; readonly emittedAtMs: number | undefined } | null = null;

  constructor(method: string, text: string) {
    this.method = method;
    this.text = text;
  }

  get params(): unknown {
    return this.#content().params;
  }

  get emittedAtMs(): number | undefined {
    return this.#content().emittedAtMs;
  }

  #content(): { readonly params: unknown; readonly emittedAtMs: number | undefined } {
    if (this.#read !== null) return this.#read;
    const frame: unknown = JSON.parse(this.text);
    const fields: Readonly<Record<string, unknown>> =
      typeof frame === "object" && frame !== null ? { ...frame } : {};
    const { params, emittedAtMs } = fields;
    this.#read = { params, emittedAtMs: typeof emittedAtMs === "number" ? emittedAtMs : undefined };
    return this.#read;
  }
}
