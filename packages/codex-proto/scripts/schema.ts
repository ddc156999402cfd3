import { prune } from "./prune.ts";
import type { Method, Request, SchemaNode, Surface } from "./surface.ts";

/** Renders every schema reachable from a method. */
export function renderSchema(surface: Surface): string {
  const lists = {
    clientRequests: Object.fromEntries(surface.clientRequests.filter(hasSchema).map(requestEntry)),
    serverRequests: Object.fromEntries(surface.serverRequests.filter(hasSchema).map(requestEntry)),
    serverNotifications: Object.fromEntries(
      surface.serverNotifications.filter(hasSchema).map(paramsEntry),
    ),
  };
  const reachable = collect(JSON.stringify(lists), surface.definitions);
  const definitions = [...reachable].toSorted(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify({ ...lists, definitions: Object.fromEntries(definitions) });
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
      if (definition === undefined)
        throw new Error(`The schema refers to ${name}, which it lacks.`);
      const pruned = prune(definition);
      found.set(name, pruned);
      queue.push(JSON.stringify(pruned));
    }
  }
  return found;
}
