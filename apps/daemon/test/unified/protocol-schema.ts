import { readFileSync } from "node:fs";
import {
  overlayClientRequestSchemas,
  overlayDefinitions,
} from "../../../../packages/codex-proto/src/overlay-schema.ts";
import { type Fields, isFields } from "../../src/gateway/unified/field-path.ts";

const file = new URL("../../../../packages/codex-proto/src/generated/schema.json", import.meta.url);
const generated = fields(JSON.parse(readFileSync(file, "utf8")));
const definitions: Fields = { ...fields(generated["definitions"]), ...overlayDefinitions };
const clientRequests: Fields = {
  ...fields(generated["clientRequests"]),
  ...overlayClientRequestSchemas,
};

/** One field that travels, whatever holds it. */
export interface SchemaField {
  /** `data.*.model`: as the tables of the unified endpoint write it. */
  readonly path: string;
  readonly name: string;
  /** True when a string, or strings, may stand there. */
  readonly isText: boolean;
}

/** Every message of the protocol, by direction and method. */
export const messages: Readonly<
  Record<"request" | "result" | "notification" | "server request" | "client's answer", Messages>
> = {
  request: part(clientRequests, "params"),
  result: part(clientRequests, "result"),
  notification: new Map(
    Object.entries(fields(generated["serverNotifications"])).map(
      ([method, schema]) => [method, fieldsOf(schema)] as const,
    ),
  ),
  "server request": part(fields(generated["serverRequests"]), "params"),
  "client's answer": part(fields(generated["serverRequests"]), "result"),
};
type Messages = ReadonlyMap<string, readonly SchemaField[]>;

/** The fields a request must have at its top. */
export function requiredParams(method: string): readonly string[] {
  const schema = resolved(fields(clientRequests[method])["params"]);
  return list(schema["required"]).map(String);
}

function part(requests: Fields, name: "params" | "result"): Messages {
  return new Map(
    Object.entries(requests).map(
      ([method, schemas]) => [method, fieldsOf(fields(schemas)[name])] as const,
    ),
  );
}

function fieldsOf(schema: unknown): readonly SchemaField[] {
  const found = new Map<string, SchemaField>();
  walk(schema, [], [], (path, at) => {
    const key = path.join(".");
    const isText = (found.get(key)?.isText ?? false) || mayBeText(at);
    found.set(key, { path: key, name: path.findLast((name) => name !== "*") ?? "", isText });
  });
  return [...found.values()];
}

function walk(
  schema: unknown,
  path: readonly string[],
  within: readonly string[],
  visit: (path: readonly string[], schema: Fields) => void,
): void {
  if (!isFields(schema)) return;
  const reference = schema["$ref"];
  if (typeof reference === "string") {
    // A type inside itself adds no new name.
    if (!within.includes(reference)) walk(resolved(schema), path, [...within, reference], visit);
    return;
  }
  for (const variant of variantsOf(schema)) walk(variant, path, within, visit);
  for (const [name, inner] of Object.entries(fields(schema["properties"]))) {
    visit([...path, name], fields(inner));
    walk(inner, [...path, name], within, visit);
  }
  for (const inner of [schema["items"], schema["additionalProperties"]]) {
    if (!isFields(inner)) continue;
    visit([...path, "*"], inner);
    walk(inner, [...path, "*"], within, visit);
  }
}

function mayBeText(schema: Fields): boolean {
  const { type, enum: choices } = schema;
  if (choices !== undefined) return false;
  if (list(type).includes("array") || type === "array") return mayBeText(fields(schema["items"]));
  if (type === "string" || list(type).includes("string")) return true;
  const variants = variantsOf(schema);
  if (schema["$ref"] !== undefined) return mayBeText(resolved(schema));
  return variants.some((variant) => mayBeText(fields(variant)));
}

function variantsOf(schema: Fields): readonly unknown[] {
  return ["anyOf", "oneOf", "allOf"].flatMap((key) => list(schema[key]));
}

function resolved(schema: unknown): Fields {
  const reference = fields(schema)["$ref"];
  if (typeof reference !== "string") return fields(schema);
  return fields(definitions[reference.replace("#/definitions/", "")]);
}

function fields(value: unknown): Fields {
  return isFields(value) ? value : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
