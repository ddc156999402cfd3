import {
  allow,
  cancelled,
  completed,
  control,
  dot,
  holding,
  result,
  todoTools,
  toolStep,
  user,
} from "./claude-steps.ts";
import type { Script } from "./record-script.ts";

/** The recordings of Claude Code, by the name of their file. */
export const claudeScenarios: Readonly<Record<string, Script>> = {
  text: { steps: [user("say: hello world", 1), completed] },
  thinking: { steps: [user("think: forty two", 1), completed] },
  "bash-accept": {
    steps: [
      user("run: echo one; echo two >&2; touch made.txt ;; say: finished", 1),
      allow("Bash"),
      completed,
      user("run: touch more.txt; exit 3 ;; say: it failed", 2),
      allow("Bash"),
      completed,
    ],
  },
  "bash-deny": {
    steps: [
      user("run: touch denied.txt ;; say: after deny", 1),
      {
        type: "answer",
        to: { type: "control_request", request: { tool_name: "Bash" } },
        with: { behavior: "deny", message: "The user declined this." },
      },
      completed,
    ],
  },
  "bash-cancel": {
    steps: [
      user("run: touch denied.txt ;; say: after deny", 1),
      {
        type: "answer",
        to: { type: "control_request", request: { tool_name: "Bash" } },
        with: { behavior: "deny", message: "The user cancelled this.", interrupt: true },
      },
      result,
    ],
  },
  "bash-accept-session": {
    steps: [
      user("run: touch a.txt ;; run: touch a.txt ;; say: finished", 1),
      {
        type: "answer",
        to: { type: "control_request", request: { tool_name: "Bash" } },
        capture: { input: "request.input", updates: "request.permission_suggestions" },
        with: { behavior: "allow", updatedInput: "$input", updatedPermissions: "$updates" },
      },
      completed,
    ],
  },
  "bash-live": {
    steps: [
      user("run: touch s; for i in 1 2 3 4 5 6; do echo line $i; sleep 1; done ;; say: done", 1),
      allow("Bash"),
      {
        type: "await",
        frame: { type: "system", subtype: "task_started" },
        capture: { task: "task_id" },
      },
      ...control({ subtype: "get_task_output", task_id: "$task" }, "output"),
      completed,
    ],
  },
  parallel: {
    steps: [user("parallel: ls ### cat base.txt ;; say: both", 1), completed],
    files: { "base.txt": "base\n" },
  },
  "write-edit": {
    files: { "base.txt": "one\nbase\nthree\n" },
    steps: [
      user(
        [
          "write: new.txt = alpha\\ngamma\\n",
          "edit: new.txt = alpha => beta",
          toolStep("Read", { file_path: "$cwd/base.txt" }),
          "edit: base.txt = base => changed",
          "say: finished",
        ].join(" ;; "),
        1,
      ),
      allow("Write"),
      allow("Edit"),
      allow("Edit"),
      completed,
    ],
  },
  todo: {
    env: { ...todoTools, CLAUDE_CODE_ENABLE_TASKS: "0" },
    steps: [user("plan: read, write, test ;; say: planned", 1), completed],
  },
  tasks: {
    env: todoTools,
    steps: [
      user(
        [
          "plan: read, write",
          toolStep("TaskUpdate", { taskId: "1", status: "in_progress" }),
          toolStep("TaskUpdate", { taskId: "1", status: "completed" }),
          "say: planned",
        ].join(" ;; "),
        1,
      ),
      completed,
    ],
  },
  subagent: {
    steps: [
      user("task: run: echo from-sub; touch sub.txt ;; say: parent finished", 1),
      allow("Bash"),
      result,
      result,
    ],
  },
  "subagent-foreground": {
    steps: [
      user(
        `${toolStep("Agent", {
          description: "mock task",
          prompt: "run: echo from-sub; touch sub.txt",
          subagent_type: "general-purpose",
          run_in_background: false,
        })} ;; say: parent finished`,
        1,
      ),
      allow("Bash"),
      completed,
    ],
  },
  "ask-user": {
    steps: [
      user("ask: Which colour? ;; say: got it", 1),
      {
        type: "answer",
        to: { type: "control_request", request: { tool_name: "AskUserQuestion" } },
        capture: { questions: "request.input.questions" },
        with: {
          behavior: "allow",
          updatedInput: { questions: "$questions", answers: { "Which colour?": "Blue" } },
        },
      },
      completed,
    ],
  },
  "plan-mode": {
    arguments: ["--permission-mode", "plan"],
    steps: [
      user(
        [
          toolStep("ExitPlanMode", { plan: "# The plan\n1. a\n2. b" }),
          "run: touch yes.txt",
          "say: executed",
        ].join(" ;; "),
        1,
      ),
      allow("ExitPlanMode"),
      allow("Bash"),
      completed,
    ],
  },
  interrupt: {
    steps: [
      user("hold", 1),
      holding,
      ...control({ subtype: "interrupt" }, "interrupt"),
      cancelled,
      user("say: still here", 2),
      completed,
    ],
  },
  "interrupt-bash": {
    steps: [
      user("run: touch s; sleep 60 ;; say: never", 1),
      allow("Bash"),
      { type: "await", frame: { type: "system", subtype: "task_started" } },
      ...control({ subtype: "interrupt" }, "interrupt"),
      result,
    ],
  },
  "interrupt-approval": {
    steps: [
      user("run: touch s ;; say: never", 1),
      { type: "await", frame: { type: "control_request", request: { tool_name: "Bash" } } },
      ...control({ subtype: "interrupt" }, "interrupt"),
      result,
    ],
  },
  "steer-now": {
    steps: [
      user("hold", 1),
      holding,
      user("say: steered", 2, { priority: "now" }),
      result,
      completed,
    ],
  },
  queued: {
    steps: [
      user("hold", 1),
      holding,
      user("say: queued", 2),
      { type: "release" },
      completed,
      completed,
    ],
  },
  "queued-in-tool": {
    steps: [
      user("run: touch s; sleep 1 ;; say: first", 1),
      allow("Bash"),
      user("say: second", 2),
      result,
      completed,
      completed,
    ],
  },
  compact: {
    steps: [
      user("say: a long story", 1),
      completed,
      user("/compact", 2),
      completed,
      user("say: after", 3),
      completed,
    ],
  },
  "compact-auto": {
    env: { CLAUDE_CODE_AUTO_COMPACT_WINDOW: "100000" },
    steps: [
      user("say: a story", 1),
      completed,
      user("say: a longer story", 2),
      completed,
      user("tokens: 199000", 3),
      completed,
      user("say: after", 4),
      completed,
    ],
  },
  slash: { steps: [user("/context", 1), completed, user("say: after", 2), completed] },
  "error-500": {
    steps: [user("error: 500", 1), cancelled, user("say: still alive", 2), completed],
  },
  "error-midstream": { steps: [user("error: midstream x1 ;; say: recovered", 1), completed] },
  image: {
    steps: [
      {
        type: "send",
        frame: {
          type: "user",
          message: {
            role: "user",
            content: [
              { type: "text", text: "echo" },
              {
                type: "image",
                source: {
                  type: "base64",
                  media_type: "image/png",
                  data: dot,
                },
              },
            ],
          },
          uuid: "00000000-0000-4000-8000-000000000001",
        },
      },
      completed,
    ],
  },
  control: {
    steps: [
      ...control({ subtype: "initialize" }, "initialize"),
      ...control({ subtype: "list_models" }, "models"),
      ...control({ subtype: "set_permission_mode", mode: "acceptEdits" }, "mode"),
      ...control({ subtype: "set_model", model: "sonnet" }, "model"),
      ...control({ subtype: "apply_flag_settings", settings: { effortLevel: "high" } }, "effort"),
      ...control({ subtype: "get_context_usage" }, "context"),
      ...control({ subtype: "no_such_thing" }, "unknown"),
    ],
  },
};
