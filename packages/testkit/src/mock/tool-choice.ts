import { isAbsolute, join } from "node:path";
import type { JsonObject } from "../json.ts";
import { isObject } from "../json.ts";
import type { OfferedTool } from "./conversation.ts";
import { patchText } from "./patch.ts";
import type { Step } from "./program.ts";
import type { ToolCall } from "./reply.ts";

/** The steps that are played by calling a tool of the agent. */
export type ToolStep = Extract<
  Step,
  { type: "run" | "write" | "edit" | "rm" | "plan" | "task" | "ask" | "tool" }
>;

/** What the agent offers, and where it works. */
export interface Offer {
  readonly tools: readonly OfferedTool[];
  /** Relative file names are made absolute against it; undefined leaves them as they are. */
  readonly folder: string | undefined;
  /** True when the agent keeps its sub-agent tools behind a tool search. */
  readonly hasDeferredAgents: boolean;
}

/**
 * The tool calls that play a step with the tools the agent offers, matched by name without regard
 * to case. Empty when it offers none that fits.
 */
export function chooseTools(step: ToolStep, offer: Offer): readonly ToolCall[] {
  switch (step.type) {
    case "run":
      return step.commands.flatMap((command) => runCall(command, offer));
    case "write":
    case "edit":
      return fileCall(step, offer);
    case "rm":
      return offered(offer, [...patchTools, "patch"]) === undefined
        ? runCall(`rm ${step.file}`, offer)
        : fileCall(step, offer);
    case "plan":
      return planCalls(step.steps, offer);
    case "task":
      return taskCall(step.prompt, offer);
    case "ask": {
      const names = ["askuserquestion", "request_user_input", "question", "clarify", "askuser"];
      return call(offer, names, () => ({
        questionnaire: `1. [question] ${step.question}\n[topic] Choice\n[option] Red\n[option] Blue`,
        question: step.question,
        choices: ["Red", "Blue"],
        questions: [
          {
            id: "q1",
            header: "Choice",
            question: step.question,
            multiSelect: false,
            options: ["Red", "Blue"].map((label) => ({ label, description: `the ${label} one` })),
          },
        ],
      }));
    }
    case "tool":
      return namedCall(step.name, step.json, offer);
  }
}

function runCall(command: string, offer: Offer): readonly ToolCall[] {
  const names = [
    "exec_command",
    "shell_command",
    "run_shell_command",
    "shell",
    "bash",
    "execute",
    "run_command",
    "terminal",
  ];
  return call(offer, names, (tool) => ({
    // Droid runs nothing whose risk its model has not judged, and asks from the middle one up.
    summary: "Run the mock command",
    riskLevelReason: "The mock does not say what it does.",
    riskLevel: "medium",
    cmd: command,
    command: tool.name === "shell" ? ["bash", "-lc", command] : command,
    description: "mock command",
  }));
}

/** The tools that take a patch of codex's kind for all they do to files. */
const patchTools = ["apply_patch", "applypatch"];

function fileCall(
  step: Extract<Step, { type: "write" | "edit" | "rm" }>,
  offer: Offer,
): readonly ToolCall[] {
  const patch = offered(offer, patchTools);
  if (patch !== undefined) {
    return patch.input === "freeform"
      ? [{ ...nameOf(patch), input: { type: "freeform", text: patchText(step) } }]
      : call(offer, patchTools, () => ({
          input: patchText(step),
          patch: patchText(step),
          patchText: patchText(step),
        }));
  }
  const file =
    offer.folder === undefined || isAbsolute(step.file) ? step.file : join(offer.folder, step.file);
  const place = { file_path: file, filePath: file, path: file };
  switch (step.type) {
    case "write":
      return call(offer, ["write", "create", "write_file"], () => ({
        ...place,
        content: step.body,
        text: step.body,
      }));
    case "edit": {
      const { from, to } = step;
      return call(offer, ["edit", "edit_file", "replace", "patch"], (tool) => ({
        ...place,
        mode: "replace",
        old_string: from,
        oldString: from,
        old_str: from,
        oldText: from,
        new_string: to,
        newString: to,
        new_str: to,
        newText: to,
        instruction: "mock edit",
        ...(tool.properties.includes("edits") ? { edits: [{ oldText: from, newText: to }] } : {}),
      }));
    }
    case "rm":
      return call(offer, ["patch"], () => ({ mode: "patch", patch: patchText(step) }));
  }
}

function planCalls(steps: readonly string[], offer: Offer): readonly ToolCall[] {
  const status = (index: number): string => (index === 0 ? "in_progress" : "pending");
  const lists = ["update_plan", "todowrite", "todo_write", "todo", "write_todos"];
  if (offered(offer, lists) === undefined) {
    return steps.flatMap((content) =>
      call(offer, ["taskcreate"], () => ({
        subject: content,
        description: content,
        activeForm: content,
      })),
    );
  }
  // Droid's takes no list but its text.
  const textual = offer.tools.find(
    ({ name, texts }) => name.toLowerCase() === "todowrite" && texts.includes("todos"),
  );
  if (textual !== undefined) {
    const todos = steps.map((step, index) => `${index + 1}. [${status(index)}] ${step}`).join("\n");
    return [{ ...nameOf(textual), input: { type: "json", value: { todos } } }];
  }
  return call(offer, lists, ({ name }) => ({
    plan: steps.map((step, index) => ({ step, status: status(index) })),
    todos: steps.map((content, index) =>
      // Gemini CLI's takes no more than these.
      name === "write_todos"
        ? { description: content, status: status(index) }
        : {
            id: String(index + 1),
            content,
            activeForm: content,
            priority: "medium",
            status: status(index),
          },
    ),
  }));
}

function taskCall(prompt: string, offer: Offer): readonly ToolCall[] {
  const calls = call(offer, ["spawn_agent", "agent", "task", "delegate_task"], (tool) => ({
    description: "mock task",
    prompt,
    message: prompt,
    goal: prompt,
    await: true,
    subagent_type: subagentType(tool),
  }));
  if (calls.length > 0 || !offer.hasDeferredAgents) return calls;
  // Codex defers its sub-agent tools behind a search, yet takes a direct call as well.
  const value = { message: prompt };
  return [{ name: "spawn_agent", namespace: "multi_agent_v1", input: { type: "json", value } }];
}

/** OpenCode's tool is `task`; `Task` was Claude's, and is Droid's. */
function subagentType(tool: OfferedTool): string {
  if (tool.properties.includes("complexity")) return "worker";
  return tool.name === "task" ? "general" : "general-purpose";
}

function namedCall(name: string, json: string, offer: Offer): readonly ToolCall[] {
  // What an agent puts before the name of a server's tool may be new every time.
  const tool = name.startsWith("*")
    ? offer.tools.find((candidate) => candidate.name.endsWith(name.slice(1)))
    : offered(offer, [name.toLowerCase()]);
  const target = tool === undefined ? unoffered(name) : nameOf(tool);
  if (tool?.input === "freeform") return [{ ...target, input: { type: "freeform", text: json } }];
  const value = parseArguments(json);
  return value === undefined ? [] : [{ ...target, input: { type: "json", value } }];
}

/** Codex defers the tools of MCP servers behind a search too, and takes direct calls as well. */
function unoffered(path: string): { readonly name: string; readonly namespace?: string } {
  const [, namespace, name] = /^(.+)\/(.+)$/.exec(path) ?? [];
  return namespace === undefined || name === undefined ? { name: path } : { name, namespace };
}

function parseArguments(json: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A call with those of the arguments that the tool declares. */
function call(
  offer: Offer,
  names: readonly string[],
  argumentsFor: (tool: OfferedTool) => JsonObject,
): readonly ToolCall[] {
  const tool = offered(offer, names);
  if (tool === undefined) return [];
  const known = Object.entries(argumentsFor(tool)).filter(([key]) => tool.properties.includes(key));
  return [{ ...nameOf(tool), input: { type: "json", value: Object.fromEntries(known) } }];
}

function offered(offer: Offer, names: readonly string[]): OfferedTool | undefined {
  for (const name of names) {
    const tool = offer.tools.find((candidate) => candidate.name.toLowerCase() === name);
    if (tool !== undefined) return tool;
  }
  return undefined;
}

function nameOf(tool: OfferedTool): { readonly name: string; readonly namespace?: string } {
  return tool.namespace === undefined
    ? { name: tool.name }
    : { name: tool.name, namespace: tool.namespace };
}
