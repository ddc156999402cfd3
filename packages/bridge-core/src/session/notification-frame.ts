import type { ServerNotificationMethod, ServerNotifications } from "@fairlead/codex-proto";
import { encodeNotification } from "../rpc/frames.ts";

/** A notification on its way to any number of clients: made text once, and still readable. */
export interface NotificationFrame {
  readonly method: ServerNotificationMethod;
  readonly params: unknown;
  readonly emittedAtMs: number;
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
