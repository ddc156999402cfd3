import { encodeNotice, parseSessionQuery, sessionHeader } from "../session/session-notice.ts";
import type { AdmittedClient } from "./listener.ts";
import type { Refusal } from "./refusal.ts";
import type { Acceptance, ConnectionRequest } from "./websocket-server.ts";

/** Opens what a WebSocket of an admitted client asks for, with the session its query names. */
export function openEndpoint(
  client: AdmittedClient,
  endpoint: string | null,
  { query }: Pick<ConnectionRequest, "query">,
): Acceptance | Refusal {
  if (client.ended.aborted) return { status: 401, text: "this device was revoked" };
  const wanted = parseSessionQuery(query);
  if (typeof wanted === "string") return { status: 400, text: wanted };
  const session = wanted === null ? null : { name: wanted.device, cursor: wanted.cursor };
  const opened = client.open({ endpoint, session });
  if ("refusal" in opened) return { status: 404, text: opened.refusal };
  return {
    headers: opened.session === null ? {} : { [sessionHeader]: encodeNotice(opened.session) },
    onConnection: (transport) => opened.take(transport),
    until: client.ended,
  };
}
