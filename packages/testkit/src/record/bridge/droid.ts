import { droidEnvironment } from "../../agents/droid-environment.ts";
import type { JsonObject } from "../../json.ts";
import { arrayOf, isObject, objectOf, stringOf, withoutMembers } from "../../json.ts";
import { toolStep } from "../claude-steps.ts";
import { naming, stepsFromBeat, stepsOf, takingBack, turn } from "./opening-steps.ts";
import type { RecordedAgent } from "./recorded-agent.ts";

/** Requests whose moment depends on what the client said, and which are answered alike. */
const anyTime: ReadonlySet<string> = new Set(
  [
    "initialize_session",
    "load_session",
    "update_session_settings",
    "get_context_stats",
    "rename_session",
    "fork_session",
    "execute_rewind",
    "list_commands",
    "list_skills",
    "list_models",
  ].map((name) => `droid.${name}`),
);

/** Notifications that tell the bridge nothing. */
const noise: ReadonlySet<string> = new Set([
  "droid_working_state_changed",
  "mcp_status_changed",
  "thinking_text_complete",
  "tool_execution_phase_changed",
  "tool_execution_heartbeat",
]);

/** Members that are long, or the same everywhere, and that the bridge does not read. */
const dropped: ReadonlySet<string> = new Set([
  "_meta",
  "jsonrpc",
  "factoryApiVersion",
  "factoryProtocolVersion",
  "chatCompletionReasoningContent",
  "hostId",
  "openaiEncryptedContent",
  "openaiMessageId",
  "openaiReasoningId",
  "openaiReasoningSummary",
  "owner",
  "selectedColor",
  "selectedPrefix",
  "signature",
  "updatedAt",
]);

const renaming = [
  "*** Begin Patch",
  "*** Update File: base.txt",
  "*** Move to: moved.txt",
  "@@",
  "-base",
  "+changed",
  "*** End Patch",
].join("\n");
/** What deletes and renames files is the tool of other models than what edits them. */
const patching = turn("say: with patches", { model: "custom:mock-patch-0" });
const answers = ["accept", "accept-session", "decline", "cancel"];
const reading = toolStep("Read", { file_path: "$cwd/base.txt" });

/** Prompts for a change of a file, by beat: each is answered in four ways, once it is made twice. */
function changes(kind: string, first: string, again: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    answers.map((answer) => {
      const more = answer === "accept-session" ? [again] : [];
      return [`file-${kind}-${answer}`, [first, ...more, "say: finished"].join(" ;; ")];
    }),
  );
}

/** How Droid is recorded beneath its bridge. */
export const recordedDroid: RecordedAgent = {
  environment: async ({ home, mockUrl, command }) => ({
    ...(await droidEnvironment({ home, mockUrl })),
    FAIRLEAD_DROID: command,
  }),
  sessions: ".factory/sessions",
  beatEnvironment: {},
  programs: {
    // Droid edits only files it has read.
    ...changes(
      "update",
      `${reading} ;; edit: base.txt = base => changed`,
      "edit: base.txt = changed => changed again",
    ),
    ...changes("delete", "rm: base.txt", "write: base.txt = written anew"),
    ...changes(
      "rename",
      `tool: ApplyPatch ${renaming}`,
      "edit: moved.txt = changed => changed again",
    ),
    mcp: `${toolStep("probe___say_back", { text: "through the tool" })} ;; say: done`,
    "client-tool": `${toolStep("client___my_tool", { a: "b" })} ;; say: done`,
    "plan-mode": `${toolStep("ExitSpecMode", { plan: "# My plan\n1. do" })} ;; say: planned`,
    // It compacts when it is told that its context is full.
    "compact-auto": "error: context x1 ;; say: after",
  },
  earlier: {
    "compact-auto": [...turn("say: a story"), ...turn("say: a longer story")],
    ...Object.fromEntries(
      ["delete", "rename"].flatMap((kind) =>
        answers.map((answer) => [`file-${kind}-${answer}`, patching]),
      ),
    ),
  },
  queues: true,
  isPrompt: ({ method }) =>
    method === "droid.add_user_message" || method === "droid.compact_session",
  isEnd: (frame) =>
    noteIn(frame)["type"] === "agent_turn_completed" || "removedCount" in objectOf(frame["result"]),
  sessionIn({ method, params, result }) {
    if (method === "droid.initialize_session") return stringOf(objectOf(params)["sessionId"]);
    return stringOf(objectOf(result)["sessionId"]);
  },
  head: [
    {
      type: "session_start",
      id: "$session",
      title: "A conversation",
      version: 2,
      cwd: "$cwd",
      isSessionTitleManuallySet: false,
    },
  ],
  trim(frame) {
    const { type, toolUse } = noteIn(frame);
    if (noise.has(stringOf(type))) return null;
    // A call is told twice, first without its input.
    if (type === "tool_call" && Object.keys(objectOf(objectOf(toolUse)["input"])).length === 0) {
      return null;
    }
    // Only what Droid changes by itself is news; the rest echoes what it was told.
    if (type === "settings_updated" && "requestId" in noteIn(frame)) return null;
    return withoutMembers(isObject(frame["result"]) ? shortened(frame) : frame, dropped);
  },
  trimLine(line) {
    return line["type"] === "session_start" ? null : withoutMembers(withoutContext(line), dropped);
  },
  standing({ type, id, method }) {
    if (type !== "request" || !anyTime.has(stringOf(method))) return null;
    const isOpening = /initialize|load_session/.test(stringOf(method));
    return { id, method, ...(isOpening && { params: { sessionId: "$session" } }) };
  },
  isAnswer: ({ type, id }, sent) => type === "response" && id === sent["id"],
  // Many scenarios say something of their own in the first; the others have Droid's own prompts.
  loose: (beat) => (beat === "text" || beat in recordedDroid.programs ? ["text"] : []),
  opening: {
    id: "open",
    title: "Everything the bridge asks of Droid between turns.",
    needs: [],
    steps: [
      ...stepsOf("text"),
      ...turn("say: with effort", { effort: "high" }),
      ...turn("say: with another model", { model: "custom:mock-other-0" }),
      ...turn("say: with the first again", { model: "custom:mock-model-0" }),
      ...naming,
      { type: "request", method: "model/list", params: {} },
      { type: "request", method: "skills/list", params: { cwds: ["$cwd"] } },
      ...stepsFromBeat("fork"),
      ...takingBack,
    ],
  },
};

/** An answer with a few of the many models and skills, and without what was said before. */
function shortened(frame: JsonObject): JsonObject {
  const result = Object.entries(objectOf(frame["result"])).map(([name, member]) => {
    if (/^(?:availableModels|models)$/.test(name)) {
      const models = arrayOf(member).map(objectOf);
      return [name, models.filter(({ isCustom }) => isCustom === true).slice(0, 2)] as const;
    }
    if (name === "skills") return [name, arrayOf(member).slice(0, 2)] as const;
    return [name, name === "session" ? { ...objectOf(member), messages: [] } : member] as const;
  });
  return { ...frame, result: Object.fromEntries(result) };
}

/** A line without what Droid tells its model of the place it works in. */
function withoutContext(line: JsonObject): JsonObject {
  const message = objectOf(line["message"]);
  if (message["visibility"] !== "llm_only") return line;
  const content = arrayOf(message["content"]).map(objectOf);
  const isContext = ({ text }: JsonObject): boolean =>
    stringOf(text).startsWith("<system-reminder>");
  return { ...line, message: { ...message, content: content.filter((part) => !isContext(part)) } };
}

function noteIn({ params }: JsonObject): JsonObject {
  return objectOf(objectOf(params)["notification"]);
}
