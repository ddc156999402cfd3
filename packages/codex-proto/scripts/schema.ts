import { prune } from "./prune.ts";
import type { Method, Request, SchemaNode, Surface } from "./surface.ts";

/** Renders every schema reachable from a method, one definition per line. */
export function renderSchema(surface: Surface): string {
  const lists = {
    clientRequests: surface.clientRequests.filter(hasSchema).map(requestEntry),
    serverRequests: surface.serverRequests.filter(hasSchema).map(requestEntry),
    serverNotifications: surface.serverNotifications.filter(hasSchema).map(paramsEntry),
  };
  const reachable = collect(JSON.stringify(lists), surface.definitions);
  const definitions = [...reachable].toSorted(([left], [right]) => (left < right ? -1 : 1));
  const members = Object.entries({ ...lists, definitions }).map(
    ([key, entries]) => `${JSON.stringify(key)}: {\n${entries.map(renderLine).join(",\n")}\n}`,
  );
  return `{\n${members.join(",\n")}\n}\n`;
}

function renderLine([name, value]: readonly [string, unknown]): string {
  return `${JSON.stringify(name)}: ${JSON.stringify(value)}`;
}

function hasSchema(method: Method): boolean {
  return method.params !== undefined;
}

function requestEntry(request: Request): [string, unknown] {
  const result = { $ref: `#/definitions/${request.resultType}` };
  return [request.name, { params: request.params, result }];
}

function paramsEntry(method: Method): [string, unknown] {
  return [method.name, method.params];
}

function collect(
  roots: string,
  definitions: ReadonlyMap<string, SchemaNode>,
): ReadonlyMap<string, unknown> {
  const found = new Map<string, unknown>();
  const queue = [roots];
  for (const text of queue) {
    for (const [, name] of text.matchAll(/"\$ref":"#\/definitions\/(\w+)"/g)) {
      if (name === undefined || found.has(name)) continue;
      const definition = definitions.get(name);
      if (definition === undefined) throw new Error(`The schema refers to ${name}, which it lacks.`);
      const pruned = prune(definition);
      found.set(name, pruned);
      queue.push(JSON.stringify(pruned));
    }
  }
  return found;
}
