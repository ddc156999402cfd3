/** From drafts to wire items: the one file that changes when codex adds required item fields. */
import type { ThreadItem, UserInput } from "@fairlead/codex-proto";
import type { FileChange, ItemDraft, ItemPatch, ToolContent } from "../ops.ts";
import { commandActions } from "./command-actions.ts";
import { shellLine } from "./shell-line.ts";

type OfType<T extends ThreadItem["type"]> = Extract<ThreadItem, { readonly type: T }>;

/** How an item ended, in the words all item types share. */
export type ItemStatus = "inProgress" | "completed" | "failed" | "declined";

/** What the recorder knows about the item beside its draft. */
export interface ItemContext {
  readonly id: string;
  readonly threadId: string;
  /** Folder of the thread, for commands that name none. */
  readonly cwd: () => string;
  /** Streamed text by section: one for messages and plans, one per summary part for reasoning. */
  readonly text: readonly string[];
  readonly output: string | null;
  readonly status: ItemStatus;
  readonly startedAtMs: number;
  readonly completedAtMs: number | null;
  /** Threads of the sub-agents this item started. */
  readonly children: readonly string[];
  /** Name of the MCP server through which core offers the client's own tools. */
  readonly clientToolServer: string;
}

/** The user's side of a turn. */
export function userMessage(
  id: string,
  content: readonly UserInput[],
  clientId: string | null,
  atMs: number,
): OfType<"userMessage"> {
  return {
    type: "userMessage",
    id,
    clientId,
    content: [...content],
    startedAtMs: atMs,
    completedAtMs: atMs,
  };
}

/** The bracket around a review: what is reviewed, and at its end what was found. */
export function reviewMark(
  type: "enteredReviewMode" | "exitedReviewMode",
  id: string,
  review: string,
  atMs: number,
): OfType<"enteredReviewMode" | "exitedReviewMode"> {
  return { type, id, review, startedAtMs: atMs, completedAtMs: atMs };
}

/** A wire item as it is now; called at `item/started`, at `item/completed` and for history. */
export function wireItem(draft: ItemDraft, context: ItemContext): ThreadItem {
  const { id, startedAtMs, completedAtMs, status, text } = context;
  const times = { startedAtMs, completedAtMs };
  const durationMs = completedAtMs === null ? null : completedAtMs - startedAtMs;
  switch (draft.type) {
    case "message":
      return {
        type: "agentMessage",
        moderation: null,
        id,
        text: text.join(""),
        phase: null,
        memoryCitation: null,
        delivery: null,
        questions: null,
        ...times,
      };
    case "reasoning":
      return { type: "reasoning", id, summary: [...text], content: [], ...times };
    case "plan":
      return { type: "plan", id, text: text.join(""), ...times };
    case "command":
      return {
        type: "commandExecution",
        id,
        pluginId: null,
        scriptPath: null,
        command: shellLine(draft.command),
        cwd: draft.cwd ?? context.cwd(),
        processId: null,
        source: draft.source ?? "agent",
        status,
        commandActions: [...(draft.actions ?? commandActions(draft.command))],
        aggregatedOutput: context.output,
        exitCode: draft.exitCode ?? null,
        durationMs,
        ...times,
      };
    case "fileChange":
      return {
        type: "fileChange",
        id,
        changes: draft.changes.map(wireChange),
        status,
        ...times,
      };
    case "mcpTool":
      return draft.server === context.clientToolServer
        ? dynamicToolCall(draft.tool, draft.arguments, draft.result, context)
        : {
            type: "mcpToolCall",
            id,
            server: draft.server,
            tool: draft.tool,
            status: status === "declined" ? "failed" : status,
            arguments: draft.arguments,
            appContext: null,
            mcpAppUi: null,
            pluginId: null,
            readOnlyHint: null,
            ...mcpOutcome(status, draft.result),
            durationMs,
            ...times,
          };
    case "tool":
      return dynamicToolCall(draft.tool, draft.arguments, draft.result, context);
    case "subagent":
      return {
        type: "collabAgentToolCall",
        id,
        tool: "spawnAgent",
        status: status === "declined" ? "failed" : status,
        senderThreadId: context.threadId,
        receiverThreadIds: [...context.children],
        prompt: draft.prompt,
        model: null,
        reasoningEffort: null,
        agentsStates: {},
        ...times,
      };
    case "webSearch":
      return {
        type: "webSearch",
        id,
        query: draft.query,
        action: { type: "search", query: draft.query, queries: null },
        results: null,
        ...times,
      };
    case "imageView":
      return { type: "imageView", id, path: draft.path, ...times };
    case "compaction":
      return { type: "contextCompaction", id, ...times };
  }
}

/**
 * Folds what a later op knows into the draft. A patch of another type is ignored: the first op
 * fixed the type.
 */
export function patchDraft(draft: ItemDraft, patch: ItemPatch | ItemDraft): ItemDraft {
  return patch.type === draft.type ? Object.assign({}, draft, patch) : draft;
}

function dynamicToolCall(
  tool: string,
  args: OfType<"dynamicToolCall">["arguments"],
  result: readonly ToolContent[] | undefined,
  context: ItemContext,
): OfType<"dynamicToolCall"> {
  const { status, startedAtMs, completedAtMs } = context;
  return {
    type: "dynamicToolCall",
    id: context.id,
    namespace: null,
    tool,
    arguments: args,
    status: status === "declined" ? "failed" : status,
    contentItems:
      result?.map((content) =>
        content.type === "text"
          ? { type: "inputText", text: content.text }
          : { type: "inputImage", imageUrl: dataUrl(content) },
      ) ?? null,
    success: status === "inProgress" ? null : status === "completed",
    durationMs: completedAtMs === null ? null : completedAtMs - startedAtMs,
    startedAtMs,
    completedAtMs,
  };
}

function mcpOutcome(
  status: ItemStatus,
  result: readonly ToolContent[] | undefined,
): Pick<OfType<"mcpToolCall">, "result" | "error"> {
  if (status === "inProgress") return { result: null, error: null };
  if (status === "completed") {
    const content = (result ?? []).map((part) =>
      part.type === "text"
        ? { type: "text", text: part.text }
        : { type: "image", data: part.base64, mimeType: part.mediaType },
    );
    return { result: { content, structuredContent: null, _meta: null }, error: null };
  }
  const text = (result ?? []).flatMap((part) => (part.type === "text" ? [part.text] : []));
  return { result: null, error: { message: text.join("\n") || status } };
}

function wireChange(change: FileChange): OfType<"fileChange">["changes"][number] {
  const { path, kind, diff, movedTo } = change;
  if (kind !== "update") return { path, kind: { type: kind }, diff };
  return { path, kind: { type: "update", move_path: movedTo ?? null }, diff };
}

function dataUrl(image: Extract<ToolContent, { type: "image" }>): string {
  return `data:${image.mediaType};base64,${image.base64}`;
}
