import type { Schema } from "./overlay-schema.ts";

const place = "#/definitions/";

/** Picks of many definitions those that a schema refers to, also through others. */
export type Reachable = (schema: Schema) => Readonly<Record<string, Schema>>;

/**
 * What is converted is copied first, and the whole protocol is long: a message needs a few of its
 * definitions. A reference to what is not defined is left to the converter to refuse.
 */
export function reachableIn(definitions: Readonly<Record<string, Schema>>): Reachable {
  const named = new Map<string, readonly string[]>();

  function namesIn(name: string, definition: Schema): readonly string[] {
    const names = named.get(name) ?? referencesIn(definition);
    named.set(name, names);
    return names;
  }

  return (schema) => {
    const found = new Map<string, Schema>();
    const pending = [...referencesIn(schema)];
    // The list grows while it is walked.
    for (const name of pending) {
      const definition = definitions[name];
      if (definition === undefined || found.has(name)) continue;
      found.set(name, definition);
      pending.push(...namesIn(name, definition));
    }
    return Object.fromEntries(found);
  };
}

function referencesIn(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, member]: [string, unknown]) =>
    key === "$ref" && typeof member === "string" && member.startsWith(place)
      ? [member.slice(place.length)]
      : referencesIn(member),
  );
}
