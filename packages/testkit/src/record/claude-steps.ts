import type { ClientStep, JsonObject } from "@fairlead/conformance/scenarios";

/** Waits for the end of a user message's turn. */
export const completed: ClientStep = {
  type: "await",
  frame: { type: "command_lifecycle", state: "completed" },
};

/** Waits for the end of a user message's turn that was cut short or failed. */
export const cancelled: ClientStep = {
  type: "await",
  frame: { type: "command_lifecycle", state: "cancelled" },
};

/** Waits for the result of a turn. */
export const result: ClientStep = { type: "await", frame: { type: "result" } };

/** Waits for the first delta of an answer. */
export const holding: ClientStep = {
  type: "await",
  frame: { type: "stream_event", event: { type: "content_block_delta" } },
};

/** A PNG of one pixel, as base64. */
export const dot: string = [
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk",
  "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
].join("");

/** Environment variables that give every model its to-do tools. */
export const todoTools: Readonly<Record<string, string>> = {
  CLAUDE_CODE_ENABLE_TODO_TOOLS: "1",
  ENABLE_TOOL_SEARCH: "false",
};

/** The call of a tool by its name, as a step of a program. */
export function toolStep(name: string, input: JsonObject): string {
  return `tool: ${name} ${JSON.stringify(input)}`;
}

/** A user message; `uuid` is its number. */
export function user(content: string, uuid: number, more: JsonObject = {}): ClientStep {
  return {
    type: "send",
    frame: {
      type: "user",
      message: { role: "user", content },
      uuid: `00000000-0000-4000-8000-${String(uuid).padStart(12, "0")}`,
      ...more,
    },
  };
}

/** A control request and its response. */
export function control(request: JsonObject, name: string): readonly ClientStep[] {
  const request_id = `req-${name}`;
  return [
    { type: "send", frame: { type: "control_request", request_id, request } },
    { type: "await", frame: { type: "control_response", response: { request_id } } },
  ];
}

/** Allows the call of a tool as it was asked for. */
export function allow(tool_name: string): ClientStep {
  return {
    type: "answer",
    to: { type: "control_request", request: { subtype: "can_use_tool", tool_name } },
    capture: { input: "request.input" },
    with: { behavior: "allow", updatedInput: "$input" },
  };
}
