import { z } from "zod";
import generated from "./generated/schema.json" with { type: "json" };
import type {
  ClientMethod,
  ClientRequests,
  ServerNotificationMethod,
  ServerNotifications,
  ServerRequestMethod,
  ServerRequests,
} from "./methods.ts";
import {
  type RequestSchemas,
  type Schema,
  overlayClientRequestSchemas,
  overlayDefinitions,
  overlayServerNotificationSchemas,
} from "./overlay-schema.ts";
import { reachableIn } from "./reachable.ts";

const clientRequests: RequestSchemas = {
  ...generated.clientRequests,
  ...overlayClientRequestSchemas,
};
const serverRequests: RequestSchemas = generated.serverRequests;
const serverNotifications: Readonly<Record<string, Schema>> = {
  ...generated.serverNotifications,
  ...overlayServerNotificationSchemas,
};
const definitions: Readonly<Record<string, Schema>> = {
  ...generated.definitions,
  ...overlayDefinitions,
};

const convert = createConverter();

/**
 * The validator of a protocol type by its name, such as `ThreadItem`; a name that codex uses in
 * both of its namespaces means the v2 type. Called by tests and tools that hold a bare value.
 *
 * Like every validator here it accepts fields it does not know and fills nothing in: what passes
 * is what was sent. What fails yields issues whose path leads to the field; `describeIssues`
 * prints them. Throws when no message of the protocol carries a type of that name.
 */
export function schemaFor(name: string): z.ZodType {
  if (!Object.hasOwn(definitions, name)) {
    throw new Error(`No message of the codex protocol carries a type named ${name}.`);
  }
  return convert({ $ref: `#/definitions/${name}` });
}

/**
 * Validates the `params` of a client request; the server calls it before it hands a request on.
 * Where the method has no params, absence, `null` and any object pass and come out `undefined`.
 * Building one takes microseconds after the first time, so a hot path keeps what it got.
 */
export function paramsSchema<M extends ClientMethod>(
  method: M,
): z.ZodType<ClientRequests[M]["params"]> {
  const schema = clientRequests[method]?.params;
  return isNothing(schema) ? nothing.pipe(z.custom()) : typed(schema, method);
}

/** Validates the `result` of a client request; clients and tests call it. */
export function resultSchema<M extends ClientMethod>(
  method: M,
): z.ZodType<ClientRequests[M]["result"]> {
  return typed(clientRequests[method]?.result, method);
}

/** Validates the `params` of a server notification; clients and tests call it. */
export function notificationSchema<M extends ServerNotificationMethod>(
  method: M,
): z.ZodType<ServerNotifications[M]> {
  return typed(serverNotifications[method], method);
}

/** Validates the `params` of a server request; clients and tests call it. */
export function serverRequestSchema<M extends ServerRequestMethod>(
  method: M,
): z.ZodType<ServerRequests[M]["params"]> {
  return typed(serverRequests[method]?.params, method);
}

/** Validates the `result` a client gives to a server request, before the server acts on it. */
export function serverResponseSchema<M extends ServerRequestMethod>(
  method: M,
): z.ZodType<ServerRequests[M]["result"]> {
  return typed(serverRequests[method]?.result, method);
}

const nothing = z
  .union([z.null(), z.looseObject({})])
  .optional()
  .transform(() => undefined);

function isNothing(schema: Schema | undefined): boolean {
  return schema?.["type"] === "null";
}

/** The schema and the type of a method come from the same codex, so one vouches for the other. */
function typed<T>(schema: Schema | undefined, method: string): z.ZodType<T> {
  if (schema === undefined) throw new Error(`The codex protocol has no method named ${method}.`);
  return convert(schema).pipe(z.custom<T>());
}

/** Converting a schema costs some milliseconds, so each is converted once, on first use. */
function createConverter(): (schema: Schema) => z.ZodType {
  const cache = new Map<string, z.ZodType>();
  const reachable = reachableIn(definitions);
  return (schema) => {
    const key = JSON.stringify(schema);
    const known = cache.get(key);
    if (known !== undefined) return known;
    const exact = z.fromJSONSchema(
      { ...schema, definitions: reachable(schema) },
      { defaultTarget: "draft-7", registry: z.registry() },
    );
    const converted = acceptsNull(schema) ? exact.optional() : exact;
    cache.set(key, converted);
    return converted;
  };
}

/** Codex takes an absent value wherever it takes `null` as the whole of the params. */
function acceptsNull(schema: Schema): boolean {
  const variants = schema["anyOf"];
  return Array.isArray(variants) && variants.some(isNothing);
}
