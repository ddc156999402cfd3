import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { RawSurface } from "./codex.ts";
import { prune } from "./prune.ts";

/** Any JSON schema node; `true` is the schema that accepts everything. */
export type SchemaNode = Readonly<Record<string, unknown>>;

/** One method as it will appear in the maps. `params` is undefined where there is no schema. */
export interface Method {
  readonly name: string;
  readonly stable: boolean;
  /** Type expression of the parameters. */
  readonly paramsType: string;
  readonly params: SchemaNode | undefined;
}

/** A method that is answered. */
export interface Request extends Method {
  /** Type name of the result, which is the name of its schema definition too. */
  readonly resultType: string;
}

/** Everything the maps and the schema are rendered from. */
export interface Surface {
  readonly clientRequests: readonly Request[];
  readonly serverRequests: readonly Request[];
  readonly serverNotifications: readonly Method[];
  readonly clientNotifications: readonly Method[];
  /** Schema definitions by type name. */
  readonly definitions: ReadonlyMap<string, SchemaNode>;
}

type Union = "ClientRequest" | "ServerRequest" | "ServerNotification" | "ClientNotification";

/** Results whose type is named after neither the method nor its parameters. */
const resultOverrides: Readonly<Record<string, string>> = {
  "account/gatewayOAuth/cancel": "GatewayOAuthCancelResponse",
  "account/logout": "LogoutAccountResponse",
  "account/securitySetup/read": "GetAccountSecuritySetupResponse",
  "account/workspaceMessages/read": "GetWorkspaceMessagesResponse",
  "accountSession/list": "AccountSessionsResponse",
  "config/batchWrite": "ConfigWriteResponse",
  "config/mcpServer/reload": "McpServerRefreshResponse",
  "config/value/write": "ConfigWriteResponse",
  "externalAgentConfig/import/readHistories": "ExternalAgentConfigImportHistoriesReadResponse",
};

const node = z.record(z.string(), z.unknown());
const reference = z.object({ $ref: z.string() });
const nullable = z.object({ anyOf: z.tuple([reference, z.object({ type: z.literal("null") })]) });
const union = z.object({
  oneOf: z.array(
    z.object({
      properties: z.object({
        method: z.object({ enum: z.tuple([z.string()]) }),
        params: node.optional(),
      }),
    }),
  ),
});

/** Reads the method unions of the experimental surface and marks what the stable one has too. */
export async function readSurface(stable: RawSurface, full: RawSurface): Promise<Surface> {
  const definitions = await readDefinitions(full.schema);
  const unions = { stable: stable.types, full: full.types, definitions };
  const surface = {
    clientRequests: await readRequests("ClientRequest", unions),
    serverRequests: await readRequests("ServerRequest", unions),
    serverNotifications: await readMethods("ServerNotification", unions),
    clientNotifications: await readMethods("ClientNotification", unions),
    definitions,
  };
  const unmapped = [...surface.clientRequests, ...surface.serverRequests].filter(
    (request) => request.resultType === "",
  );
  if (unmapped.length > 0) {
    const names = unmapped.map((request) => request.name).join(", ");
    throw new Error(
      `No result type known for: ${names}. Add each to resultOverrides in scripts/surface.ts.`,
    );
  }
  return surface;
}

interface Unions {
  readonly stable: string;
  readonly full: string;
  readonly definitions: ReadonlyMap<string, SchemaNode>;
}

async function readRequests(name: Union, unions: Unions): Promise<Request[]> {
  const types = await readFile(join(unions.full, "index.ts"), "utf8");
  const v2Types = await readFile(join(unions.full, "v2", "index.ts"), "utf8");
  const known = new Set([...`${types}${v2Types}`.matchAll(/\{ (\w+) \}/g)].map(([, type]) => type));
  const methods = await readMethods(name, unions);
  return methods.map((method) => {
    const candidates = [
      resultOverrides[method.name],
      method.paramsType.match(/^(\w+)Params\b/)?.[1]?.concat("Response"),
      method.name
        .split("/")
        .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1))
        .join("")
        .concat("Response"),
    ];
    const resultType = candidates.find((type) => type !== undefined && known.has(type));
    return { ...method, resultType: resultType ?? "" };
  });
}

async function readMethods(name: Union, unions: Unions): Promise<Method[]> {
  const stable = new Set((await readTypeUnion(unions.stable, name)).keys());
  const typed = await readTypeUnion(unions.full, name);
  const schemas = new Map(
    union
      .parse(unions.definitions.get(name))
      .oneOf.map(({ properties }) => [properties.method.enum[0], properties.params]),
  );
  return [...typed].map(([method, type]) => {
    // Codex leaves deprecated and internal methods out of the schema's union, not their types.
    const params = schemas.has(method)
      ? (schemas.get(method) ?? { type: "null" })
      : unions.definitions.has(type)
        ? { $ref: `#/definitions/${type}` }
        : undefined;
    return { name: method, stable: stable.has(method), paramsType: typeOf(params, type), params };
  });
}

function typeOf(params: SchemaNode | undefined, type: string): string {
  if (params === undefined) return type;
  const plain = reference.safeParse(params);
  if (plain.success) return nameOf(plain.data.$ref);
  const maybe = nullable.safeParse(params);
  if (maybe.success) return `${nameOf(maybe.data.anyOf[0].$ref)} | null | undefined`;
  if (params["type"] === "null") return "undefined";
  throw new Error(`Parameters of an unknown shape: ${JSON.stringify(params)}`);
}

/** The methods of a TypeScript union with the first word of their parameters' type. */
async function readTypeUnion(folder: string, name: Union): Promise<Map<string, string>> {
  const text = await readFile(join(folder, `${name}.ts`), "utf8");
  const members = text.matchAll(
    /"method": "([^"]+)"(?:, id: RequestId)?(?:, "?params"?\??: (\w+))?/g,
  );
  return new Map([...members].map(([, method, type]) => [method ?? "", type ?? "undefined"]));
}

async function readDefinitions(file: string): Promise<ReadonlyMap<string, SchemaNode>> {
  const bundle = z
    .object({ definitions: z.intersection(node, z.object({ v2: node })) })
    .parse(
      JSON.parse((await readFile(file, "utf8")).replaceAll("#/definitions/v2/", "#/definitions/")),
    );
  const { v2, ...v1 } = bundle.definitions;
  const definitions = new Map<string, SchemaNode>();
  for (const [name, definition] of [...Object.entries(v1), ...Object.entries(v2)]) {
    const earlier = definitions.get(name);
    const same = JSON.stringify(prune(earlier)) === JSON.stringify(prune(definition));
    if (earlier !== undefined && !same) {
      throw new Error(`The schema defines ${name} twice and differently. Keep the two apart.`);
    }
    definitions.set(name, node.parse(definition));
  }
  return definitions;
}

function nameOf(ref: string): string {
  return ref.slice("#/definitions/".length);
}
