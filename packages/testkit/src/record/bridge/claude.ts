import { claudeEnvironment } from "../../agents/claude-environment.ts";
import type { JsonObject } from "../../json.ts";
import { arrayOf, objectOf, stringOf } from "../../json.ts";
import { todoTools, toolStep } from "../claude-steps.ts";
import { naming, stepsOf, turn } from "./opening-steps.ts";
import type { RecordedAgent } from "./recorded-agent.ts";

const tools = { ENABLE_TOOL_SEARCH: "false" };

/** Requests whose moment depends on what the client said or on the clock. */
const anyTime: ReadonlySet<string> = new Set([
  "apply_flag_settings",
  "get_session_cost",
  "get_task_output",
  "rename_session",
  "set_model",
  "set_permission_mode",
]);

/** What the bridge reads of the frames that are long. */
const kept: Readonly<Record<string, readonly string[]>> = {
  init: ["type", "subtype", "cwd", "session_id", "model", "permissionMode", "uuid"],
  initialize: ["commands", "models", "pid", "claude_code_version"],
};

/** How Claude Code is recorded beneath its bridge. */
export const recordedClaude: RecordedAgent = {
  environment: ({ home, mockUrl, command }) => ({
    ...claudeEnvironment({ home, mockUrl }),
    FAIRLEAD_CLAUDE: command,
  }),
  sessions: ".claude/projects",
  beatEnvironment: {
    plan: { ...todoTools, CLAUDE_CODE_ENABLE_TASKS: "0" },
    mcp: tools,
    "client-tool": tools,
    // The least that Claude takes.
    "compact-auto": { CLAUDE_CODE_AUTO_COMPACT_WINDOW: "100000" },
  },
  programs: {
    // Claude changes only files it has read.
    ...Object.fromEntries(
      ["accept", "accept-session", "decline", "cancel"].map((answer) => {
        const again =
          answer === "accept-session" ? ["edit: base.txt = changed => changed again"] : [];
        const read = toolStep("Read", { file_path: "$cwd/base.txt" });
        const steps = [read, "edit: base.txt = base => changed", ...again, "say: finished"];
        return [`file-update-${answer}`, steps.join(" ;; ")];
      }),
    ),
    // Claude tells of what a command prints once that has run for two seconds.
    "command-parallel": "parallel: echo one; sleep 5 ### echo two; sleep 5 ;; say: both ran",
    "command-streaming": "run: for i in 1 2 3; do sleep 1.2; echo line $i; done ;; say: it counted",
    "plan-mode": `${toolStep("ExitPlanMode", { plan: "# My plan\n1. do" })} ;; say: planned`,
    mcp: `${toolStep("mcp__probe__say_back", { text: "through the tool" })} ;; say: done`,
    "client-tool": `${toolStep("mcp__client__my_tool", { a: "b" })} ;; say: done`,
    "command-background": `${toolStep("Bash", {
      command: "sleep 13",
      description: "mock command",
      run_in_background: true,
    })} ;; say: it still runs`,
  },
  // Claude compacts nothing before there is something to summarise.
  earlier: { "compact-auto": [...turn("say: a story"), ...turn("say: a longer story")] },
  isPrompt: ({ type }) => type === "user",
  isEnd: ({ type }) => type === "result",
  sessionIn: ({ session_id, sessionId }) => stringOf(session_id ?? sessionId),
  trim(frame) {
    const { type, subtype } = frame;
    if (type === "system" && subtype === "init") return pick(frame, "init");
    const response = objectOf(frame["response"]);
    const said = objectOf(response["response"]);
    if (type !== "control_response" || !("commands" in said)) return frame;
    const commands = arrayOf(said["commands"]).slice(0, 2);
    const told = { ...pick(said, "initialize"), commands };
    return { ...frame, response: { ...response, response: told } };
  },
  trimLine(line) {
    const { type, attachment } = line;
    const isQueued = objectOf(attachment)["type"] === "queued_command";
    const isTitle = "customTitle" in line || "aiTitle" in line;
    const isTold = type === "user" || type === "assistant" || type === "system";
    return isTold || isTitle || isQueued ? line : null;
  },
  standing({ type, request_id, request }) {
    const { subtype } = objectOf(request);
    if (type !== "control_request" || !anyTime.has(stringOf(subtype))) return null;
    return { type, request_id, request: { subtype } };
  },
  isAnswer: ({ response }, { request_id }) => objectOf(response)["request_id"] === request_id,
  // Many scenarios say something of their own in the first; the others have Claude's own prompts.
  loose: (beat) => (beat === "text" || beat in recordedClaude.programs ? ["message"] : []),
  opening: {
    id: "open",
    title: "Everything the bridge asks of Claude between turns.",
    needs: [],
    steps: [
      ...stepsOf("text"),
      ...turn("say: with effort", { effort: "high" }),
      ...turn("say: in plan mode", {
        collaborationMode: {
          mode: "plan",
          settings: {
            model: "mock-model",
            reasoning_effort: "medium",
            developer_instructions: null,
          },
        },
      }),
      ...turn("run: for i in 1 2 3; do sleep 1; echo line $i; done ;; say: done", {
        collaborationMode: {
          mode: "default",
          settings: {
            model: "mock-model",
            reasoning_effort: "medium",
            developer_instructions: null,
          },
        },
      }),
      ...naming,
    ],
  },
};

function pick(frame: JsonObject, list: string): JsonObject {
  const names = kept[list] ?? [];
  return Object.fromEntries(Object.entries(frame).filter(([name]) => names.includes(name)));
}
