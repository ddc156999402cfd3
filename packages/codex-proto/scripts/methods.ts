import type { Method, Request, Surface } from "./surface.ts";

/** Renders the method maps and the run-time tables. */
export function renderMethods(surface: Surface): string {
  return [
    `import type * as types from "./types.ts";`,
    "/** `experimental` methods are for clients whose `capabilities.experimentalApi` is true. */\n" +
      `export type Stability = "stable" | "experimental";`,
    renderMap("ClientRequests", surface.clientRequests, requestEntry),
    renderMap("ServerRequests", surface.serverRequests, requestEntry),
    renderMap("ServerNotifications", surface.serverNotifications, (method) =>
      qualified(method.paramsType),
    ),
    renderMap("ClientNotifications", surface.clientNotifications, (method) =>
      qualified(method.paramsType),
    ),
    renderTable("clientMethods", "ClientRequests", surface.clientRequests),
    renderTable("serverRequestMethods", "ServerRequests", surface.serverRequests),
    renderTable("serverNotificationMethods", "ServerNotifications", surface.serverNotifications),
    renderTable("clientNotificationMethods", "ClientNotifications", surface.clientNotifications),
  ].join("\n\n");
}

function requestEntry(request: Request): string {
  const params = qualified(request.paramsType);
  return `{ params: ${params}; result: ${qualified(request.resultType)} }`;
}

function renderMap<M extends Method>(
  name: string,
  methods: readonly M[],
  entry: (method: M) => string,
): string {
  const lines = methods.map((method) => `"${method.name}": ${entry(method)};`);
  return `export interface ${name} {\n${lines.join("\n")}\n}`;
}

function renderTable(name: string, map: string, methods: readonly Method[]): string {
  const lines = methods.map(
    (method) => `"${method.name}": "${method.stable ? "stable" : "experimental"}",`,
  );
  const type = `Readonly<Record<keyof ${map}, Stability>>`;
  return `export const ${name}: ${type} = {\n${lines.join("\n")}\n};`;
}

function qualified(type: string): string {
  return type.replaceAll(/\b[A-Z]\w*/g, "types.$&");
}
