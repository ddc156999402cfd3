import {
  serverRequestSchema,
  serverResponseSchema,
  type CommandExecutionApprovalDecision,
  type FileChangeApprovalDecision,
  type GrantedPermissionProfile,
  type JsonValue,
  type ServerRequestMethod,
  type ServerRequests,
  type ThreadItem,
} from "@fairlead/codex-proto";
import type { Ask, AskAnswer } from "../ops.ts";
import type { RecordedAsk } from "./recorder.ts";

/** A question to the user as it goes over the wire. */
export type AskRequest = {
  [M in ServerRequestMethod]: { readonly method: M; readonly params: ServerRequests[M]["params"] };
}[ServerRequestMethod];

/** What the client's answer means. */
export interface AskOutcome {
  readonly answer: AskAnswer;
  /** Answer later asks of the same scope alike, without the user. */
  readonly remember: boolean;
  /** The user wants the whole turn to stop. */
  readonly interrupt: boolean;
}

/** The server request that puts an ask to the user. */
export function askRequest(threadId: string, cwd: string, recorded: RecordedAsk): AskRequest {
  const { ask, turnId, itemId, item, atMs: startedAtMs } = recorded;
  const place = { threadId, turnId, itemId };
  switch (ask.kind) {
    case "command":
      return {
        method: "item/commandExecution/requestApproval",
        params: {
          kind: "command",
          ...place,
          startedAtMs,
          environmentId: "local",
          reason: ask.reason,
          ...commandOf(item, cwd),
          availableDecisions: decisions(ask.scope),
        },
      };
    case "fileChange":
      return {
        method: "item/fileChange/requestApproval",
        params: { ...place, startedAtMs, reason: ask.reason, grantRoot: null },
      };
    case "permissions":
      return {
        method: "item/permissions/requestApproval",
        params: {
          ...place,
          environmentId: "local",
          startedAtMs,
          cwd,
          reason: ask.reason,
          permissions: requestedPermissions(ask),
        },
      };
    case "questions":
      return {
        method: "item/tool/requestUserInput",
        params: {
          ...place,
          questions: ask.questions.map(({ id, header, question, options, freeText, secret }) => ({
            id,
            header,
            question,
            isOther: freeText,
            isSecret: secret,
            options: options.length === 0 ? null : options.map((option) => ({ ...option })),
          })),
          isBlocking: true,
          autoResolutionMs: null,
        },
      };
    case "elicitation":
      return {
        method: "mcpServer/elicitation/request",
        params: elicitation(threadId, turnId, recorded.id, ask),
      };
  }
}

/** Reads the client's answer to an ask. Anything that is no clear yes is a no. */
export function askOutcome(ask: Ask, result: unknown): AskOutcome {
  switch (ask.kind) {
    case "command":
      return decided(parse("item/commandExecution/requestApproval", result)?.decision);
    case "fileChange":
      return decided(parse("item/fileChange/requestApproval", result)?.decision);
    case "permissions": {
      const granted = parse("item/permissions/requestApproval", result);
      if (granted === null || !grantsAll(ask, granted.permissions)) return refused;
      return { ...accepted, remember: granted.scope === "session" };
    }
    case "questions": {
      const given = Object.entries(parse("item/tool/requestUserInput", result)?.answers ?? {});
      if (given.length === 0) return refused;
      const answers = Object.fromEntries(given.map(([id, value]) => [id, value?.answers ?? []]));
      return { answer: { type: "answers", answers }, remember: false, interrupt: false };
    }
    case "elicitation": {
      const reply = parse("mcpServer/elicitation/request", result);
      if (reply?.action === "accept") {
        return {
          answer: { type: "content", content: reply.content },
          remember: false,
          interrupt: false,
        };
      }
      return reply?.action === "cancel" ? { ...refused, answer: { type: "cancel" } } : refused;
    }
  }
}

/** Yes, this once. */
export const accepted: AskOutcome = {
  answer: { type: "accept" },
  remember: false,
  interrupt: false,
};

/** No: the agent goes on without it. */
export const refused: AskOutcome = {
  answer: { type: "decline" },
  remember: false,
  interrupt: false,
};

/** No, and the turn is over. */
export const cancelled: AskOutcome = {
  answer: { type: "cancel" },
  remember: false,
  interrupt: false,
};

function parse<M extends ServerRequestMethod>(
  method: M,
  result: unknown,
): ServerRequests[M]["result"] | null {
  const parsed = serverResponseSchema(method).safeParse(result);
  return parsed.success ? parsed.data : null;
}

function decided(
  decision: CommandExecutionApprovalDecision | FileChangeApprovalDecision | undefined,
): AskOutcome {
  if (decision === undefined || decision === "decline") return refused;
  if (decision === "cancel") return { ...refused, interrupt: true };
  if (typeof decision === "object" && "applyNetworkPolicyAmendment" in decision) return refused;
  return { answer: { type: "accept" }, remember: decision !== "accept", interrupt: false };
}

function decisions(scope: string | null): CommandExecutionApprovalDecision[] {
  return [
    "accept",
    ...(scope === null ? [] : (["acceptForSession"] as const)),
    "decline",
    "cancel",
  ];
}

function commandOf(item: ThreadItem | null, cwd: string) {
  switch (item?.type) {
    case "commandExecution":
      return { command: item.command, cwd: item.cwd, commandActions: item.commandActions };
    case "mcpToolCall":
    case "dynamicToolCall":
      return { command: `${item.tool} ${JSON.stringify(item.arguments)}`, cwd };
    default:
      return { cwd };
  }
}

/** An agent is told yes or no: part of what it wants is no. */
function grantsAll(
  { read, write, network }: Extract<Ask, { kind: "permissions" }>,
  granted: GrantedPermissionProfile,
): boolean {
  const { fileSystem } = granted;
  return (
    (!network || granted.network?.enabled === true) &&
    read.every((path) => fileSystem?.read?.includes(path)) &&
    write.every((path) => fileSystem?.write?.includes(path))
  );
}

function requestedPermissions({ read, write, network }: Extract<Ask, { kind: "permissions" }>) {
  return {
    network: network ? { enabled: true } : null,
    fileSystem: { read: [...read], write: [...write] },
  };
}

function elicitation(
  threadId: string,
  turnId: string,
  elicitationId: string,
  ask: Extract<Ask, { kind: "elicitation" }>,
): ServerRequests["mcpServer/elicitation/request"]["params"] {
  const place = { threadId, turnId, serverName: ask.server, _meta: null, message: ask.message };
  if (ask.url !== null) return { ...place, mode: "url", url: ask.url, elicitationId };
  const requestedSchema: JsonValue = ask.form ?? { type: "object", properties: {} };
  const form = serverRequestSchema("mcpServer/elicitation/request").safeParse({
    ...place,
    mode: "form",
    requestedSchema,
  });
  return form.success ? form.data : { ...place, mode: "openai/form", requestedSchema };
}
