import { codexVersion } from "@fairlead/codex-proto/wire";
import { ownPlatform, RpcError } from "@fairlead/bridge-core/session";
import { type Fields, elementsOf, fieldsOf } from "./fields.ts";

/** Notifications the gateway itself lives by: agents send them whether the client wants them or not. */
const needed: ReadonlySet<string> = new Set([
  "thread/started",
  "thread/closed",
  "thread/deleted",
  "thread/status/changed",
  "turn/started",
  "turn/completed",
  "item/started",
  "item/completed",
  "serverRequest/resolved",
]);

/**
 * The params with which agents are told who the client is: its own, but for what it must not mute
 * there. `unnamed` stands in for a client that says nothing of itself. Throws `invalid params` naming
 * the field.
 */
export function introductionOf(params: unknown, unnamed: Fields | null = null): Fields {
  const { clientInfo = unnamed, capabilities } = fieldsOf(params);
  const { name, version, title = null } = fieldsOf(clientInfo);
  if (typeof name !== "string") throw missing("clientInfo.name");
  if (typeof version !== "string") throw missing("clientInfo.version");
  const given = fieldsOf(capabilities);
  const muted = elementsOf(given["optOutNotificationMethods"]).filter(
    (method) => typeof method === "string" && !needed.has(method),
  );
  return {
    ...fieldsOf(params),
    clientInfo: { ...fieldsOf(clientInfo), name, title, version },
    capabilities: {
      experimentalApi: false,
      requestAttestation: false,
      ...given,
      optOutNotificationMethods: muted,
    },
  };
}

/** The answer to `initialize`. As codex builds it: clients read the first version and refuse old ones. */
export function identityOf(introduction: Fields, endpoint: string | null, home: string): Fields {
  const { name, version } = fieldsOf(introduction["clientInfo"]);
  const client = `${String(name)}; ${String(version)}`;
  return {
    userAgent: `${String(name)}/${codexVersion} (fairlead; ${endpoint ?? "fairlead"}) (${client})`,
    codexHome: home,
    ...ownPlatform(),
  };
}

function missing(field: string): RpcError {
  return RpcError.invalidParams(`initialize: ${field}: expected a string`);
}
