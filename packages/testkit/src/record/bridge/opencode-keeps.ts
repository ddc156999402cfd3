import type { JsonObject } from "../../json.ts";

const about = "/session/$session";
const sessions = "/experimental/session";

/** How OpenCode's server answers from what it keeps, which differs from moment to moment. */
export const openCodeKeeps: readonly JsonObject[] = [
  {
    ...asked("GET", "/global/event"),
    recv: [said({ stream: true }), said({ data: { payload: { type: "server.connected" } } })],
  },
  { ...asked("GET", "/session/status"), recv: [said({ body: {} })] },
  { ...asked("GET", "/permission"), recv: [said({ body: [] })] },
  { ...asked("GET", "/question"), recv: [said({ body: [] })] },
  {
    ...asked("POST", "/mcp", { body: { name: "$mcpServer" } }),
    recv: [said({ body: { $mcpServer: { status: "connected" } } })],
  },
  { ...asked("POST", "/mcp/$mcpServer/disconnect"), recv: [said({ body: true })] },
  { ...asked("GET", sessions), recv: [said({ store: sessions, newest: true })] },
  { ...asked("GET", about), recv: [known()] },
  { ...asked("GET", `${about}/message`), recv: [said({ store: `${about}/message` })] },
  { ...asked("GET", `${about}/children`), recv: [said({ store: `${about}/children` })] },
  { ...asked("PATCH", about), recv: [known()] },
  {
    ...asked("PATCH", about, { body: { title: "$title" } }),
    recv: [known()],
    stores: [{ store: sessions, put: [{ id: "$session", title: "$title" }] }],
  },
  {
    ...asked("DELETE", about),
    recv: [said({ body: true })],
    stores: [{ store: sessions, drop: "$session" }],
  },
];

function asked(method: string, path: string, more: JsonObject = {}): JsonObject {
  return { whenever: { http: { id: "$asked1", method, path, ...more } } };
}

function said(more: JsonObject): JsonObject {
  return { http: { id: "$asked1", ...more } };
}

function known(): JsonObject {
  const data = { message: "Session not found: $session" };
  const missing = { status: 404, body: { name: "NotFoundError", data } };
  return said({ store: sessions, entry: "$session", missing });
}
