import { setMaxListeners } from "node:events";

/** What a device may do, each the ones before it too. */
export const roles = ["view", "approve", "drive", "admin"] as const;
export type Role = (typeof roles)[number];

/** Who is behind a connection. */
export interface Principal {
  /** Id of the device; `local` for whoever may open the unix sockets. */
  readonly id: string;
  /** What the operator calls it. */
  readonly name: string;
  readonly role: Role;
  /** Aborted when the device is revoked or gets another role. */
  readonly ended: AbortSignal;
}

const neverEnded = new AbortController();
// One listener per connection, and those are bounded elsewhere.
setMaxListeners(0, neverEnded.signal);

/** The operator on this machine: whoever may open the sockets of its user. */
export const localOperator: Principal = {
  id: "local",
  name: "this machine",
  role: "admin",
  ended: neverEnded.signal,
};
