import type { Location } from "./messages.ts";

/**
 * What a phone scans: version 1 of the payload of Alleycat. `addrs` is there when no relay is, for
 * clients that can dial an address; the others leave out what they do not know.
 */
export function pairingPayload(o: {
  readonly id: string;
  readonly token: string;
  readonly hostName: string;
  readonly location: Location;
}): Readonly<Record<string, unknown>> {
  const { relay, addresses } = o.location;
  const name = o.hostName.trim().replace(/\.+$/, "");
  return {
    v: 1,
    node_id: o.id,
    token: o.token,
    ...(name === "" ? undefined : { host_name: name }),
    ...(relay === null ? { addrs: addresses } : { relay }),
  };
}
