import { arrayOf, isObject, objectOf, stringOf } from "../../json.ts";
import { openCodeEnvironment } from "../../agents/opencode-environment.ts";
import { openCodeKeeps } from "./opencode-keeps.ts";
import { stepsFromBeat, stepsOf } from "./opening-steps.ts";
import type { RecordedAgent } from "./recorded-agent.ts";

/** What begins a beat; the first group is the conversation. */
const prompt = /^\/session\/([^/]+)\/(?:prompt_async|message|command|shell|summarize)$/;
/** Requests that belong to a moment of a beat, and so to no other. */
const moment = /^\/session\/[^/]+\/abort$|^\/(?:permission|question)\/[^/]+\/(?:reply|reject)$/;

/** Events that tell nothing of a conversation, or what another one has told already. */
const noise =
  /^(?:sync|server\.|plugin\.|catalog\.|integration\.|reference\.|lsp\.|vcs\.|project\.|file\.|installation\.)/;

/** Members that are long, or of one machine, and that the bridge does not read. */
const dropped: ReadonlySet<string> = new Set([
  "prompt",
  "template",
  "snapshot",
  "slug",
  "project",
  "responseHeaders",
]);

/** When everything happened. */
const momentMs = Date.UTC(2026, 0, 1);

/** How OpenCode is recorded beneath its bridge. */
export const recordedOpenCode: RecordedAgent = {
  environment: async ({ home, mockUrl, command }) => ({
    ...(await openCodeEnvironment({ home, mockUrl })),
    FAIRLEAD_OPENCODE: command,
  }),
  sessions: null,
  stored(frame) {
    const { path, data } = objectOf(frame["http"]);
    const event = objectOf(objectOf(objectOf(data)["payload"])["properties"]);
    const [, named] = /^\/session\/(ses_[^/]+)/.exec(stringOf(path)) ?? [];
    const session = named ?? stringOf(event["sessionID"]);
    if (session === "") return [];
    const about = `/session/${session}`;
    return [
      { store: `${about}/message`, path: `${about}/message`, by: "info.id" },
      { store: `${about}/children`, path: `${about}/children`, by: "id" },
      { store: "/experimental/session", path: "/experimental/session?limit=100", by: "id" },
    ];
  },
  // Else it compacts its context and goes on, however often that is refused.
  beatEnvironment: { "error-context": { OPENCODE_DISABLE_AUTOCOMPACT: "1" } },
  programs: {
    mcp: 'tool: *-probe_say_back {"text":"through the tool"} ;; say: done',
    "compact-auto": "tokens: 260000 ;; say: after",
    // What is added waits for the end of the answer, which the script does not let go on.
    steer: "slow: 15",
    "client-tool": 'tool: *-client_my_tool {"a":"b"} ;; say: done',
  },
  earlier: {},
  prepare: (body) => objectOf(neutral(body)),
  isPrompt: ({ http }) => prompt.test(pathOf(http)) && objectOf(http)["method"] === "POST",
  isEnd({ http }) {
    const { type, properties } = objectOf(objectOf(objectOf(http)["data"])["payload"]);
    const { sessionID, status } = objectOf(properties);
    const isIdle = type === "session.status" && objectOf(status)["type"] === "idle";
    return (isIdle || type === "session.idle") && sessionID === "$session";
  },
  sessionIn: ({ http }) => prompt.exec(pathOf(http))?.[1] ?? "",
  trim(frame) {
    const http = objectOf(frame["http"]);
    if (Object.keys(http).length === 0) return frame;
    const { data, ...rest } = http;
    if (data === undefined) return { http: objectOf(plain(rest, "")) };
    const { directory, payload } = objectOf(data);
    const { type, properties, ...event } = objectOf(payload);
    if (noise.test(stringOf(type))) return null;
    // It is made just before the prompt, and may be told before that or after it.
    if (type === "session.created" && objectOf(properties)["sessionID"] === "$session") return null;
    // The rules of a session are read where it is asked for.
    const { permission, ...info } = objectOf(objectOf(properties)["info"]);
    const isSession = permission !== undefined && stringOf(type).startsWith("session.");
    const told = isSession ? { ...objectOf(properties), info } : properties;
    const kept = { directory, payload: { ...event, type, properties: told } };
    return { http: { ...rest, data: objectOf(plain(kept, "")) } };
  },
  trimStored: (entry) => objectOf(plain(entry, "")),
  trimLine: () => null,
  standing({ http }) {
    const { id, method, query } = objectOf(http);
    const path = pathOf(http);
    if (path === "" || prompt.test(path) || moment.test(path)) return null;
    const folder = path === "/session" && method === "POST" ? { query } : {};
    const about = path.replace(/^\/session\/(?:ses_[^/]+|\$session)/, "/session/$session");
    return { http: { id, method, path: about, ...folder } };
  },
  isAnswer: () => false,
  // Many scenarios say something of their own in the first; the others have OpenCode's own prompts.
  loose: (beat) =>
    beat === "text" || beat in recordedOpenCode.programs
      ? ["text", "agent", "model", "variant", "system", "format"]
      : [],
  storing(line) {
    const asked = objectOf(objectOf(line["whenever"])["http"]);
    const path = stringOf(asked["path"]);
    if (asked["method"] !== "POST" || !/^\/session(?:$|\/.*\/fork$)/.test(path)) return [line];
    const [made] = arrayOf(line["recv"]).map((said) => objectOf(objectOf(said)["http"]));
    const body = { ...objectOf(made?.["body"]), id: "$session" };
    const recv = [{ http: { ...made, body } }];
    const listed = { store: "/experimental/session", put: [body] };
    if (path === "/session") return [{ ...line, recv, stores: [listed] }];
    const query = { directory: "$cwd" };
    const http = { ...asked, path: path.replace("$session", "$origin"), query };
    const messages = { store: "/session/$session/message", by: "info.id" };
    const copied = { ...messages, copy: "/session/$origin/message" };
    const cut = { ...http, body: { messageID: "$message" } };
    return [
      { whenever: { http }, recv, stores: [listed, copied] },
      { whenever: { http: cut }, recv, stores: [listed, { ...copied, before: "$message" }] },
    ];
  },
  keeps: openCodeKeeps,
  opening: {
    id: "open",
    title: "Everything the bridge asks of OpenCode between turns.",
    needs: [],
    steps: [
      ...stepsOf("text"),
      ...stepsFromBeat("fork"),
      { type: "request", method: "model/list", params: {} },
    ],
  },
};

function pathOf(http: unknown): string {
  return stringOf(objectOf(http)["path"]);
}

/** An MCP server of a thread, whose name has part of the thread's id. */
const tagged = /\bfl-[0-9a-f]{8}-(?:probe|client)(?![a-z])/g;
/** A path of the recording's folders from `/`, which is the root of a folder that is in no project. */
const below = /(?<![\w/.-])\w[\w/.-]*fairlead-record-\w+/g;

/** The value without what is of one thread and one place. */
function neutral(value: unknown): unknown {
  if (typeof value === "string")
    return value.replaceAll(tagged, "$${mcpServer}").replaceAll(below, "place");
  if (Array.isArray(value)) return value.map(neutral);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, neutral(member)]));
}

/** A value without what is of one moment and one machine. */
function plain(value: unknown, key: string): unknown {
  if (typeof value === "number") return value > 1e12 ? momentMs : value;
  if (Array.isArray(value)) return value.map((entry) => plain(entry, key));
  if (!isObject(value)) return value;
  // A tool's input may have members of any name.
  const kept = Object.entries(value).filter(([name]) => key === "input" || !dropped.has(name));
  return Object.fromEntries(
    kept.map(([name, member]) => {
      // Where the folder is below the root of its project, which is `/`.
      const isBelow = name === "path" && "projectID" in value;
      return [name, isBelow ? "" : plain(member, name)];
    }),
  );
}
