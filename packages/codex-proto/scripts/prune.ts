import { z } from "zod";

/** Keywords that say nothing about what is valid. `default` goes so that nothing is filled in. */
const annotations = new Set(["$schema", "default", "description", "format", "title"]);

const node = z.record(z.string(), z.unknown());

/**
 * Strips annotations and loosens the schema for peers of other versions: fields it does not know
 * are accepted, so a variant need not be the only one that fits (`oneOf` becomes `anyOf`).
 */
export function prune(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(prune);
  const object = node.safeParse(schema);
  if (!object.success) return schema;
  if ("oneOf" in object.data && "anyOf" in object.data) {
    throw new Error(`A schema has both oneOf and anyOf: ${JSON.stringify(schema)}`);
  }
  const entries = Object.entries(object.data)
    .filter(([key]) => !annotations.has(key))
    .filter(([key, value]) => !(key === "additionalProperties" && typeof value === "boolean"))
    .map(([key, value]): [string, unknown] => {
      if (key === "properties") return [key, pruneEach(value)];
      if (key === "enum" || key === "const" || key === "required") return [key, value];
      return [key === "oneOf" ? "anyOf" : key, prune(value)];
    });
  return Object.fromEntries(entries);
}

/** The keys of `properties` are field names, which may well be `title` or `default`. */
function pruneEach(properties: unknown): unknown {
  const entries = Object.entries(node.parse(properties));
  return Object.fromEntries(entries.map(([name, schema]) => [name, prune(schema)]));
}
