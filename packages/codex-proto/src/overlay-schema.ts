/** A JSON schema node. */
export type Schema = Readonly<Record<string, unknown>>;

/** The schemas of requests, by method. */
export type RequestSchemas = Readonly<
  Record<string, { readonly params: Schema; readonly result: Schema }>
>;

const text: Schema = { type: "string" };
const maybeText: Schema = { type: ["string", "null"] };
const maybeFlag: Schema = { type: ["boolean", "null"] };

function object(required: Readonly<Record<string, Schema>>, optional = {}): Schema {
  return {
    type: "object",
    properties: { ...required, ...optional },
    required: Object.keys(required),
  };
}

function request(name: string): { params: Schema; result: Schema } {
  return { params: reference(`${name}Params`), result: reference(`${name}Response`) };
}

function reference(name: string): Schema {
  return { $ref: `#/definitions/${name}` };
}

/**
 * Schemas by method for `overlay.ts`, and for the three requests that codex still answers and
 * types but leaves out of its own schema.
 */
export const overlayClientRequestSchemas: RequestSchemas = {
  "thread/rollback": request("ThreadRollback"),
  "skills/remote/list": {
    params: { anyOf: [{ type: "object" }, { type: "null" }] },
    result: reference("SkillsRemoteListResponse"),
  },
  "skills/remote/export": {
    params: { type: "object" },
    result: reference("SkillsRemoteExportResponse"),
  },
  getConversationSummary: request("GetConversationSummary"),
  gitDiffToRemote: request("GitDiffToRemote"),
  getAuthStatus: request("GetAuthStatus"),
};

/** Schemas of the notifications of `overlay.ts`, by method. */
export const overlayServerNotificationSchemas: Readonly<Record<string, Schema>> = {
  "item/dynamicToolCall/argumentsDelta": reference("DynamicToolCallArgumentsDeltaNotification"),
};

/** The definitions the two tables above refer to and the generated schema lacks. */
export const overlayDefinitions: Readonly<Record<string, Schema>> = {
  ThreadRollbackParams: object({ threadId: text, numTurns: { type: "integer", minimum: 1 } }),
  ThreadRollbackResponse: object({ thread: reference("Thread") }),
  SkillsRemoteListResponse: object({
    data: { type: "array", items: object({ id: text, name: text, description: text }) },
  }),
  SkillsRemoteExportResponse: object({ id: text, path: text }),
  DynamicToolCallArgumentsDeltaNotification: object({
    threadId: text,
    turnId: text,
    itemId: text,
    delta: text,
  }),
  GetConversationSummaryParams: {
    anyOf: [object({ rolloutPath: text }), object({ conversationId: text })],
  },
  GetConversationSummaryResponse: object({
    summary: object(
      { conversationId: text, path: text, preview: text, modelProvider: text },
      { timestamp: maybeText, updatedAt: maybeText, cwd: text, cliVersion: text },
    ),
  }),
  GitDiffToRemoteParams: object({ cwd: text }),
  GitDiffToRemoteResponse: object({ sha: text, diff: text }),
  GetAuthStatusParams: object({}, { includeToken: maybeFlag, refreshToken: maybeFlag }),
  GetAuthStatusResponse: object(
    {},
    { authMethod: maybeText, authToken: maybeText, requiresOpenaiAuth: maybeFlag },
  ),
};
