import { hermesEnvironment } from "../../agents/hermes-environment.ts";
import type { JsonObject } from "../../json.ts";
import { arrayOf, isObject, objectOf, stringOf, withoutMembers } from "../../json.ts";
import { naming, stepsOf, takingBack, turn } from "./opening-steps.ts";
import type { RecordedAgent } from "./recorded-agent.ts";

/** Requests whose moment depends on what the client said, and which are answered alike. */
const anyTime: ReadonlySet<string> = new Set([
  "config.set",
  "fairlead.effort",
  "fairlead.fork",
  "fairlead.standing",
  "model.options",
  "session.branch",
  "session.create",
  "session.resume",
  "session.title",
  "session.undo",
]);

/** Events that tell the bridge nothing. */
const noise: ReadonlySet<string> = new Set([
  "notification.clear",
  "reasoning.available",
  "thinking.delta",
  "tool.generating",
]);

/** Members that are long, or the same everywhere, and that the bridge does not read. */
const dropped: ReadonlySet<string> = new Set([
  "active_subagents",
  "calls",
  "compressions",
  "context_percent",
  "context_used",
  "cost_status",
  "info",
  "inline_diff",
  "lint",
  "messages",
  "model",
  "skin",
  "started_at",
  "version",
]);

/** A conversation has one name while it is live and another in the store: in beats both are this. */
const live = "$live";
const ownNames: ReadonlySet<string> = new Set(["stored_session_id", "session_key"]);

/** Longer than what Hermes keeps of a conversation when it compacts it. */
const long = "a story that goes on and on ".repeat(6);

/** Its patches move a file in an operation of its own. */
const renaming = `tool: patch ${JSON.stringify({
  mode: "patch",
  patch: [
    "*** Begin Patch",
    "*** Update File: base.txt",
    "@@",
    "-base",
    "+changed",
    "*** Move File: base.txt -> moved.txt",
    "*** End Patch",
  ].join("\n"),
})}`;

/** How Hermes is recorded beneath its bridge: on the pipes of its gateway. */
export const recordedHermes: RecordedAgent = {
  environment: async ({ home, mockUrl, command }) => ({
    ...(await hermesEnvironment({ home, mockUrl })),
    FAIRLEAD_HERMES: command,
  }),
  // They are in a database, which the bridge does not read in the middle of a conversation.
  sessions: null,
  // There it does not compact, and gives up.
  beatEnvironment: { "error-context": { MOCK_COMPACTS: "false" } },
  programs: {
    ...Object.fromEntries(
      ["accept", "accept-session", "decline", "cancel"].map((answer) => {
        const again =
          answer === "accept-session" ? ["edit: moved.txt = changed => changed again"] : [];
        return [`file-rename-${answer}`, [renaming, ...again, "say: finished"].join(" ;; ")];
      }),
    ),
    // Hermes hears of it when the model has said what it is about to say.
    steer: "slow: 5",
    "error-midstream": breakingOff("midstream"),
    "error-disconnect": breakingOff("disconnect"),
    // The second step is never played: it makes the prompt too long for the room there is.
    "compact-auto": `say: after ;; say: ${long.repeat(300)}`,
    mcp: 'tool: mcp_probe_say_back {"text":"through the tool"} ;; say: done',
    "client-tool": 'tool: mcp_client_my_tool {"a":"b"} ;; say: done',
  },
  earlier: {
    // Of a conversation of two turns it leaves out nothing.
    compact: ["one", "two", "three"].flatMap((chapter) => turn(`say: ${chapter}, ${long}`)),
    // Nearly as much as it has room for, by its own count.
    "compact-auto": [...turn("big: 165"), ...turn("big: 165")],
  },
  isPrompt: ({ method }) =>
    method === "prompt.submit" || method === "session.compress" || method === "image.attach_bytes",
  isEnd: (frame) =>
    objectOf(eventIn(frame)["payload"])["running"] === false || "summary" in resultIn(frame),
  // `$session` would be one of several on a server; here each process has its own.
  sessionIn: () => "",
  prepare: (body) => {
    const ready = objectOf(prepared(body, ""));
    if (ready["method"] !== "session.resume") return ready;
    return { ...ready, params: { ...objectOf(ready["params"]), session_id: live } };
  },
  trim(frame) {
    if (noise.has(stringOf(eventIn(frame)["type"]))) return null;
    return withoutMembers(frame, dropped);
  },
  trimLine: () => null,
  standing({ id, method, params }) {
    if (!anyTime.has(stringOf(method))) return null;
    const { session_id } = objectOf(params);
    return { id, method, ...(session_id !== undefined && { params: { session_id } }) };
  },
  isAnswer: (received, sent) => received["id"] === sent["id"] && !("method" in received),
  // A branch is another conversation than the one it comes from.
  storing: (line) => [
    objectOf(line["whenever"])["method"] === "fairlead.fork" ? branching(line) : line,
  ],
  // Many scenarios say something of their own in the first; the others have Hermes' own prompts.
  loose: (beat) => (beat === "text" || beat in recordedHermes.programs ? ["text"] : []),
  opening: {
    id: "open",
    title: "Everything the bridge asks of Hermes between turns.",
    needs: [],
    steps: [
      ...stepsOf("text"),
      ...turn("say: with effort", { effort: "high" }),
      ...turn("say: with another model", { model: "custom:mock/mock-other" }),
      ...turn("say: with the first again", { model: "custom:mock/mock-model" }),
      ...naming,
      ...takingBack,
    ],
  },
};

/** It has the model go on with an answer that broke off, and gives up when that breaks off too, twice. */
function breakingOff(failure: string): string {
  return Array.from({ length: 3 }, () => `error: ${failure}`).join(" ;; say: gone on ;; ");
}

function eventIn({ method, params }: JsonObject): JsonObject {
  return method === "event" ? objectOf(params) : {};
}

function resultIn({ result }: JsonObject): JsonObject {
  return objectOf(result);
}

/** What a copy is called; which rows it has depends on what was said. */
const branch = { session_id: "$branch", stored_session_id: "$branch", rows: [], kept: [] };

function branching(line: JsonObject): JsonObject {
  const recv = arrayOf(line["recv"]).map((frame) => {
    const { result, ...rest } = objectOf(frame);
    return {
      ...rest,
      result: { ...objectOf(result), ...branch },
    };
  });
  return { ...line, recv };
}

/** A value with ids and the numbers of rows in a form that each play can make anew. */
function prepared(value: unknown, key: string): unknown {
  if (key === "rows" && Array.isArray(value)) {
    return value.slice(-1).map((row) => `$ms${String(row)}`);
  }
  if (Array.isArray(value)) return value.map((entry) => prepared(entry, ""));
  if (isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, prepared(member, name)]),
    );
  }
  if (typeof value !== "string") return value;
  if (key === "text" && value.length > 2 * long.length) return value.slice(0, long.length);
  if (key === "request_id") return `item_${value.padStart(24, "0")}`;
  const isLive = key === "session_id" && /^[0-9a-f]{8}$/.test(value);
  if (isLive || ownNames.has(key)) return live;
  // Of a stored conversation: when it began, and something random.
  const [, day, time, rest] = /^(\d{8})_(\d{6})_([0-9a-f]{6})$/.exec(value) ?? [];
  return rest === undefined ? value : `item_0000${day}${time}${rest}`;
}
