import { BridgeError } from "@fairlead/bridge-core";
import type { Fields } from "@fairlead/bridge-core/parts";
import type { JsonValue } from "@fairlead/codex-proto";

/** Parameters of a request. */
export type Params = Readonly<Record<string, JsonValue>>;

/** For what is answered when its work is done. */
export const patientMs: number = 24 * 60 * 60_000;

/** Where a channel's events go. */
export interface ChannelSink {
  readonly event: (type: string, payload: Fields) => void;
  /** The agent is gone. Not called after dispose. */
  readonly ended: (error: BridgeError) => void;
}

/**
 * One conversation with Hermes, in the words of its stdio gateway whatever is behind: `session.create`
 * or `session.resume` first, `prompt.submit`, `session.interrupt`, `approval.respond`, and
 * what else this one knows.
 */
export interface Channel extends AsyncDisposable {
  /** Rejects with a `BridgeError` when Hermes refuses, is gone, or knows no such thing this way. */
  request(method: string, params: Params, timeoutMs?: number): Promise<Fields>;
}

/** What this way of reaching Hermes does not know. */
export function notThisWay(method: string): BridgeError {
  if (method === "fairlead.steer")
    return new BridgeError("not-running", "Hermes takes no more now");
  return new BridgeError("unsupported", `Hermes knows no ${method} in the way it is reached here`);
}
