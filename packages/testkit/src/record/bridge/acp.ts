import { delimiter, dirname } from "node:path";
import { acpEnvironment } from "../../agents/acp-environment.ts";
import { arrayOf, isObject, type JsonObject, objectOf, stringOf } from "../../json.ts";
import { recordedClaude } from "./claude.ts";
import { stepsFromBeat, stepsOf, turn } from "./opening-steps.ts";
import type { RecordedAgent } from "./recorded-agent.ts";

/** What an agent asks its client; everything else with an id is asked by the bridge. */
const asksClient = /^(?:session\/request_permission|elicitation\/|fs\/|terminal\/)/;

/** Updates that tell nothing of a turn, or at a moment of their own. */
const noise: ReadonlySet<string> = new Set([
  "available_commands_update",
  "config_option_update",
  "session_info_update",
]);

/** Updates that a session's past has, too. */
const lasting: ReadonlySet<string> = new Set([
  "agent_message_chunk",
  "agent_thought_chunk",
  "tool_call",
  "tool_call_update",
  "compaction_update",
]);

const past = "$session/past";
const told = { sessionUpdate: "available_commands_update" };
/** Of the commands that Claude tells of, the one that Fairlead gives itself. */
const availableCommands = [
  { name: "compact", description: "Free up context by summarizing the conversation so far" },
];
const listed = { sessionId: "$session", cwd: "$cwd", updatedAt: "2026-01-01T00:00:00.000Z" };

/** How an agent that speaks ACP is recorded beneath its bridge: Claude's adapter, which shows most. */
export const recordedAcp: RecordedAgent = {
  environment: async ({ home, mockUrl, command }) => ({
    ...(await acpEnvironment("claude-agent-acp", { home, mockUrl })),
    // The model that the scripts name.
    ANTHROPIC_CUSTOM_MODEL_OPTION: "mock-model",
    PATH: `${dirname(command)}${delimiter}${process.env["PATH"] ?? ""}`,
  }),
  module: "test/claude-agent-acp.ts",
  sessions: null,
  beatEnvironment: {
    "compact-auto": { CLAUDE_CODE_AUTO_COMPACT_WINDOW: "100000" },
  },
  programs: recordedClaude.programs,
  earlier: recordedClaude.earlier,
  prepare: (body) => objectOf(prepared(body)),
  isPrompt: ({ method }) => method === "session/prompt",
  isEnd: ({ method, result, error }) =>
    method === undefined && (error !== undefined || "stopReason" in objectOf(result)),
  sessionIn: ({ params, result }) =>
    stringOf(objectOf(result)["sessionId"]) || stringOf(objectOf(params)["sessionId"]),
  trim(frame) {
    const { method, params, result } = frame;
    // What it answers to a change of one setting tells of all the others at that moment.
    const { configOptions, sessionId } = objectOf(result);
    if (configOptions !== undefined && sessionId === undefined) return { ...frame, result: {} };
    if (stringOf(method).startsWith("_")) return null;
    const { sessionUpdate, ...update } = objectOf(objectOf(params)["update"]);
    if (noise.has(stringOf(sessionUpdate))) return null;
    if (sessionUpdate !== "usage_update") return frame;
    const { used, size } = update;
    return { ...frame, params: { ...objectOf(params), update: { sessionUpdate, used, size } } };
  },
  trimLine: () => null,
  past({ method, params }) {
    const { sessionId, prompt, update } = objectOf(params);
    if (method === "session/update") {
      return lasting.has(stringOf(objectOf(update)["sessionUpdate"]))
        ? [{ store: past, put: [{ method, params }] }]
        : [];
    }
    if (method !== "session/prompt") return [];
    const put = arrayOf(prompt).map((content) => updated(sessionId, user(content)));
    return [
      { store: past, put },
      { store: "sessions", by: "sessionId", put: [listed] },
    ];
  },
  standing({ id, method }) {
    const isRequest =
      id !== undefined && method !== undefined && !asksClient.test(stringOf(method));
    if (!isRequest || method === "session/prompt") return null;
    return /\/(?:load|resume|fork)$/.test(stringOf(method))
      ? { id, method, params: { sessionId: "$session" } }
      : { id, method };
  },
  isAnswer: ({ method, id }, sent) => method === undefined && id === sent["id"],
  storing(line) {
    const { id, method } = objectOf(line["whenever"]);
    const [answer] = arrayOf(line["recv"]).map(objectOf);
    if (method === "session/fork") {
      const whenever = { id, method, params: { sessionId: "$origin" } };
      const copied = { store: past, copy: "$origin/past" };
      const entry = { store: "sessions", by: "sessionId", put: [listed] };
      return [{ ...line, whenever, stores: [copied, entry] }];
    }
    if (method !== "session/new") return [line];
    const { sessionId, ...state } = objectOf(answer?.["result"]);
    const commands = updated(sessionId, { ...told, availableCommands });
    const load = { id, method: "session/load", params: { sessionId: "$session" } };
    const said = { ...answer, result: state };
    return [
      { ...line, recv: [answer, commands] },
      { whenever: load, recv: [{ stored: past }, commands, said] },
    ];
  },
  keeps: [
    kept("session/list", { sessions: [{ stored: "sessions" }] }),
    kept("session/close", {}),
    {
      ...kept("session/delete", {}, { sessionId: "$session" }),
      stores: [{ store: "sessions", by: "sessionId", drop: "$session" }],
    },
  ],
  // Many scenarios say something of their own in the first; the others have Claude's own prompts.
  loose: (beat) => (beat === "text" || beat in recordedAcp.programs ? ["prompt"] : []),
  opening: {
    id: "open",
    title: "Everything the bridge asks of an agent between turns.",
    needs: [],
    steps: [
      ...stepsOf("text"),
      ...turn("say: with effort", { effort: "high" }),
      ...turn("say: with another model", { model: "haiku" }),
      ...stepsFromBeat("fork"),
      { type: "request", method: "model/list", params: {} },
    ],
  },
};

/** A frame with the ids of the bridge's requests in a form that each play can make anew. */
function prepared(frame: JsonObject): JsonObject {
  const { id, method, result } = frame;
  const isTheirs =
    method === undefined
      ? isObject(result) && ("outcome" in result || "action" in result)
      : asksClient.test(stringOf(method));
  return typeof id === "number" && !isTheirs ? { ...frame, id: `$number${id}` } : frame;
}

function user(content: unknown): JsonObject {
  return { sessionUpdate: "user_message_chunk", content };
}

function updated(sessionId: unknown, update: JsonObject): JsonObject {
  return { jsonrpc: "2.0", method: "session/update", params: { sessionId, update } };
}

function kept(method: string, result: JsonObject, params: JsonObject = {}): JsonObject {
  const id = "$numberasked1";
  return { whenever: { id, method, params }, recv: [{ jsonrpc: "2.0", id, result }] };
}
