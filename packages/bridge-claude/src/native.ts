/** What the `claude` program writes, as far as this bridge reads it. Everything else passes through unread. */
import { z } from "zod";

/** A JSON object, before anything is known about it. */
export type Fields = Readonly<Record<string, unknown>>;

/** Cheap enough for every frame of a stream; the schemas below are for frames that come one at a time. */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object in a field, empty when there is none. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

/** The text in a field, empty when there is none. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

const text = z.string().optional().catch(undefined);
const number = z.number().optional().catch(undefined);
const json = z.record(z.string(), z.json());

const block = z.looseObject({
  type: z.string(),
  text,
  thinking: text,
  id: text,
  name: text,
  input: json.optional().catch(undefined),
  tool_use_id: text,
  is_error: z.boolean().optional().catch(undefined),
  content: z.json().optional().catch(undefined),
});

/** One content block of a message. */
export type Block = z.infer<typeof block>;

const content = z.union([
  z.array(block),
  z.string().transform((value): Block[] => [{ type: "text", text: value }]),
]);

const usage = z.looseObject({
  input_tokens: number,
  cache_creation_input_tokens: number,
  cache_read_input_tokens: number,
  output_tokens: number,
  output_tokens_details: z.looseObject({ thinking_tokens: number }).optional().catch(undefined),
});

/** Token counts of one model request. */
export type Usage = z.infer<typeof usage>;

/** Reads token counts; null when there are none. */
export function usageOf(value: unknown): Usage | null {
  return usage.safeParse(value).data ?? null;
}

const parent = z.string().nullish().catch(undefined);

/** A message of the model's, one content block at a time; on disk too. */
export const assistantFrame = z.looseObject({
  message: z.looseObject({ id: z.string(), model: text, content }),
  parent_tool_use_id: parent,
  error: text,
});

const resultMeta = z.looseObject({
  id: text,
  non_execution_kind: text,
  permission_decision: z.looseObject({ decision: text }).optional().catch(undefined),
});

/** A message to the model: tool results, or what the program itself says in the user's name. */
export const userFrame = z.looseObject({
  message: z.looseObject({ content }),
  parent_tool_use_id: parent,
  isSynthetic: z.boolean().optional().catch(undefined),
  isReplay: z.boolean().optional().catch(undefined),
  tool_use_result: z.unknown(),
  tool_result_meta: z.array(resultMeta).optional().catch(undefined),
});

/** The end of one native turn. `is_error` tells, not `subtype`. */
export const resultFrame = z.looseObject({
  is_error: z.boolean().catch(false),
  result: text,
  errors: z.array(z.string()).optional().catch(undefined),
  terminal_reason: text,
  api_error_status: z.number().nullish().catch(undefined),
  user_message_uuids: z.array(z.string()).optional().catch(undefined),
  modelUsage: z
    .record(z.string(), z.looseObject({ contextWindow: number }))
    .optional()
    .catch(undefined),
});

/** The end of one native turn. */
export type Result = z.infer<typeof resultFrame>;

/** Everything the program tells beside the conversation. */
export const systemFrame = z.looseObject({
  subtype: z.string(),
  uuid: text,
  session_id: text,
  model: text,
  status: text,
  permissionMode: text,
  compact_result: text,
  compact_error: text,
  claude_code_version: text,
  attempt: number,
  max_retries: number,
  error_status: number,
  error: text,
  task_id: text,
  tool_use_id: text,
  task_type: text,
  prompt: text,
  description: text,
  title: text,
  content: text,
  level: text,
});

/** A request of the program's to its host. */
export const controlRequest = z.looseObject({
  request_id: z.string(),
  request: z.looseObject({ subtype: z.string() }),
});

/** May this tool run? */
export const permissionRequest = z.looseObject({
  tool_name: z.string(),
  tool_use_id: z.string(),
  input: json.catch({}),
  decision_reason: text,
  blocked_path: text,
});

/** A question of an MCP server's to the user. */
export const elicitationRequest = z.looseObject({
  mcp_server_name: z.string(),
  message: z.string().catch(""),
  url: text,
  requested_schema: z.json().optional().catch(undefined),
});

/** What a tool was given. */
export type ToolInput = z.infer<typeof json>;

/** The answer to a request of ours. */
export const controlResponse = z.looseObject({
  response: z.looseObject({
    subtype: z.string(),
    request_id: z.string(),
    response: z.unknown(),
    error: text,
  }),
});

const model = z.looseObject({
  value: z.string(),
  displayName: z.string().catch(""),
  resolvedModel: text,
  supportedEffortLevels: z.array(z.string()).catch([]),
});

const command = z.looseObject({
  name: z.string(),
  description: z.string().catch(""),
});

/** What the program says of itself when it is ready. */
export const initialized = z.looseObject({
  models: z.array(model).catch([]),
  commands: z.array(command).catch([]),
  pid: number,
  claude_code_version: text,
});

/** What the program says of itself when it is ready. */
export type Initialized = z.infer<typeof initialized>;
