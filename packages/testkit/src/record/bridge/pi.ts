import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { piEnvironment } from "../../agents/pi-environment.ts";
import { isObject, objectOf, stringOf, withoutMembers } from "../../json.ts";
import { naming, stepsOf, takingBack, turn } from "./opening-steps.ts";
import type { RecordedAgent } from "./recorded-agent.ts";

/** Commands whose moment depends on what the client said, and which are answered alike. */
const anyTime: ReadonlySet<string> = new Set([
  "fork",
  "get_available_models",
  "get_available_thinking_levels",
  "get_commands",
  "get_entries",
  "get_session_stats",
  "get_state",
  "set_model",
  "set_session_name",
  "set_thinking_level",
]);

/** Events that tell the bridge nothing. */
const noise = /^(?:text|thinking)_start$|^toolcall_/;
/** Members that are long, or the same everywhere, and that the bridge does not read. */
const dropped: ReadonlySet<string> = new Set([
  "api",
  "autoCompactionEnabled",
  "baseUrl",
  "compat",
  "cost",
  "followUpMode",
  "messageCount",
  "messages",
  "pendingMessageCount",
  "rawStopReason",
  "responseId",
  "sections",
  "sessionFile",
  "steeringMode",
  "toolsAdded",
]);
/** Members with the id of an entry of a session, eight digits long. */
const entryIds: ReadonlySet<string> = new Set([
  "id",
  "parentId",
  "targetId",
  "firstKeptEntryId",
  "entryId",
]);

/** Longer than what Pi keeps of a conversation when it compacts it. */
const long = "a story that goes on and on ".repeat(6);

/** Pi asks nothing by itself: this extension of its user's does, before it answers such a prompt. */
const asking = `export default function (pi) {
  let question = "";
  pi.on("before_agent_start", ({ prompt }) => {
    question = /^say: ask (.*)/.exec(prompt)?.[1] ?? "";
  });
  pi.on("turn_start", async (event, { ui }) => {
    if (question !== "") await ui.select(question, ["Red", "Blue"]);
    question = "";
  });
}
`;

/** How Pi is recorded beneath its bridge. */
export const recordedPi: RecordedAgent = {
  async environment({ home, mockUrl, command }) {
    const environment = await piEnvironment({ home, mockUrl });
    const agent = join(home, ".pi", "agent");
    await writeFile(join(agent, "extensions", "asking.ts"), asking);
    const other = join(home, ".pi", "keeping");
    await cp(agent, other, { recursive: true });
    await mkdir(join(agent, "sessions"));
    await symlink(join(agent, "sessions"), join(other, "sessions"));
    const settings = objectOf(JSON.parse(await readFile(join(agent, "settings.json"), "utf8")));
    await writeFile(join(other, "settings.json"), JSON.stringify({ ...settings, compaction: {} }));
    return { ...environment, FAIRLEAD_PI: command };
  },
  sessions: ".pi/agent/sessions",
  // There it finds nothing to compact, and gives up.
  beatEnvironment: { "error-context": { PI_CODING_AGENT_DIR: "~/.pi/keeping" } },
  programs: {
    mcp: 'tool: mcp__probe__say_back {"text":"through the tool"} ;; say: done',
    "client-tool": 'tool: mcp__client__my_tool {"a":"b"} ;; say: done',
    "compact-auto": `error: context x1 ;; say: after ;; say: ${long}`,
    // Pi hears of it when the model has said what it is about to say.
    steer: "slow: 5",
    question: "say: ask Which colour?",
  },
  earlier: { compact: turn(`say: ${long}`), "compact-auto": turn(`say: ${long}`) },
  isPrompt: ({ type }) => type === "prompt" || type === "compact",
  isEnd: ({ type, command }) => type === "agent_settled" || command === "compact",
  sessionIn: ({ data }) => stringOf(objectOf(data)["sessionId"]),
  prepare: (body) => objectOf(prepared(body, "")),
  head: [
    {
      type: "session",
      version: 3,
      id: "$session",
      timestamp: "2026-01-01T00:00:00.000Z",
      cwd: "$cwd",
    },
  ],
  trim(frame) {
    const { type, message, assistantMessageEvent } = frame;
    switch (type) {
      case "entry_appended":
        return null;
      case "turn_end":
        return { type };
      case "message_update": {
        const { type: step, contentIndex, delta } = objectOf(assistantMessageEvent);
        if (noise.test(stringOf(step))) return null;
        return { type, assistantMessageEvent: { type: step, contentIndex, delta } };
      }
      case "message_start":
      case "message_end":
        return objectOf(message)["role"] === "toolResult" ? null : withoutMembers(frame, dropped);
      case "response":
        return withoutMembers(frame, dropped);
      default:
        return frame["type"] === "agent_end" ? withoutMembers(frame, dropped) : frame;
    }
  },
  trimLine(line) {
    const { type, message } = line;
    const isTold = type === "compaction" || type === "session_info" || type === "branch_summary";
    const isSystem = objectOf(message)["role"] === "system";
    if (!isTold && (type !== "message" || isSystem)) return null;
    return { ...withoutMembers(line, dropped), parentId: "$last" };
  },
  standing({ type, id }) {
    return anyTime.has(stringOf(type)) ? { id, type } : null;
  },
  // Going back makes a new session.
  storing: (line) => [
    objectOf(line["whenever"])["type"] === "fork" ? { ...line, renew: ["$session"] } : line,
  ],
  isAnswer: ({ type, id }, sent) => type === "response" && id === sent["id"],
  // Many scenarios say something of their own in the first; the others have Pi's own prompts.
  loose: (beat) => (beat === "text" || beat in recordedPi.programs ? ["message"] : []),
  opening: {
    id: "open",
    title: "Everything the bridge asks of Pi between turns.",
    needs: [],
    steps: [
      ...stepsOf("text"),
      ...turn("say: with effort", { effort: "high" }),
      ...turn("say: with another model", { model: "mock/mock-other" }),
      ...turn("say: with the first again", { model: "mock/mock-model" }),
      ...naming,
      ...takingBack,
    ],
  },
};

/** A value with ids and times in a form that each play can make anew. */
function prepared(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return value.map((entry) => prepared(entry, ""));
  if (isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, prepared(member, name)]),
    );
  }
  if (key === "timestamp" && typeof value === "number") return `$ms${value}`;
  if (typeof value !== "string") return value;
  if (entryIds.has(key) && /^[0-9a-f]{8}$/.test(value)) return `item_${value.padStart(24, "0")}`;
  // When a session began is in the name of its file.
  return key === "path"
    ? value.replace(/\d{4}-\d\d-\d\dT[\d-]+Z_/, "2026-01-01T00-00-00-000Z_")
    : value;
}
