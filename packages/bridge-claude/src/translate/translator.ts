import type { ThreadOp } from "@fairlead/bridge-core";
import {
  assistantFrame,
  elicitationRequest,
  fieldsOf,
  permissionRequest,
  resultFrame,
  systemFrame,
  textOf,
  usageOf,
  userFrame,
  type Block,
  type Fields,
} from "../native.ts";
import { askOf, reasonOf, type PendingAsk } from "./asks.ts";
import { Children } from "./children.ts";
import { failureOf, failureOfResult } from "./failure.ts";
import { Plan } from "./plan.ts";
import { TextBlocks } from "./text-blocks.ts";
import { structuredOutput, toolCall, toolOutcome, type ToolCall } from "./tools.ts";
import { Turns } from "./turns.ts";
import { RequestUsage } from "./usage.ts";

type SystemFrame = ReturnType<typeof systemFrame.parse>;
type UserFrame = ReturnType<typeof userFrame.parse>;

interface RunningTool {
  readonly call: ToolCall;
  /** Key of the sub-agent that called it; null in the main conversation. */
  readonly thread: string | null;
}

const quietSystem = new Set([
  ...["thinking_tokens", "background_tasks_changed", "task_progress", "task_updated"],
  ...["hook_started", "hook_progress", "hook_response", "permission_denied", "files_persisted"],
]);

/** Everything Claude writes, as ops. Holds what a later frame needs of an earlier one; no clock, no ids, no IO. */
export class Translator {
  readonly turns: Turns = new Turns();
  readonly #children = new Children();
  readonly #plan = new Plan();
  readonly #usage = new RequestUsage();
  readonly #texts = new Map<string | null, TextBlocks>();
  readonly #tools = new Map<string, RunningTool>();
  readonly #declined = new Set<string>();
  #session: string | null;
  #planMode = false;
  #planText = "";
  #errorWord = "";
  #compactionTurn: string | null = null;

  constructor(session: string | null) {
    this.#session = session;
  }

  /** Null for a frame of unknown kind: log it. */
  translate(frame: Fields): ThreadOp[] | null {
    switch (frame["type"]) {
      case "stream_event":
        return this.#stream(fieldsOf(frame["event"]), frame["parent_tool_use_id"]);
      case "assistant":
        return this.#assistant(frame);
      case "user":
        return this.#user(frame);
      case "system":
        return this.#system(frame);
      case "result":
        return this.#result(frame);
      case "command_lifecycle":
        return this.turns.lifecycle(textOf(frame["command_uuid"]), textOf(frame["state"]));
      case "conversation_reset":
        return this.#sessionIs(textOf(frame["new_conversation_id"]));
      case "rate_limit_event":
        return rateLimit(fieldsOf(frame["rate_limit_info"]));
      case "control_cancel_request":
        return [{ op: "withdraw", id: textOf(frame["request_id"]) }];
      case "keep_alive":
      case "tool_progress":
      case "tool_use_summary":
        return [];
      default:
        return null;
    }
  }

  /** A request that needs the user. Null for one of unknown kind: refuse it. */
  ask(id: string, request: Fields): { ops: ThreadOp[]; pending: PendingAsk } | null {
    if (request["subtype"] === "elicitation") {
      const parsed = elicitationRequest.safeParse(request).data;
      if (parsed === undefined) return null;
      const { mcp_server_name: server, message, requested_schema: form = null, url } = parsed;
      const ask = { kind: "elicitation", server, message, form, url: url ?? null } as const;
      return { ops: [{ op: "ask", id, ask }], pending: { kind: "elicitation" } };
    }
    const parsed = permissionRequest.safeParse(request).data;
    if (request["subtype"] !== "can_use_tool" || parsed === undefined) return null;
    const { tool_use_id: toolUseId, tool_name: name, input } = parsed;
    const known = this.#tools.get(toolUseId);
    const opening = known === undefined ? this.#openTool(toolUseId, name, input, null) : [];
    const thread = known?.thread ?? null;
    const shown = toolCall(name, input, this.#planText);
    const reason = reasonOf(parsed.decision_reason, parsed.blocked_path);
    const ask: ThreadOp = { op: "ask", id, ask: askOf(toolUseId, shown, reason) };
    return {
      ops: [...opening, ...within(thread, [ask])],
      pending: { kind: "tool", toolUseId, call: shown },
    };
  }

  /** The user refused what this call would do. */
  declined(toolUseId: string): void {
    this.#declined.add(toolUseId);
  }

  /** The bridge itself changed the permission mode: no news when Claude confirms it. */
  planModeIs(on: boolean): void {
    this.#planMode = on;
  }

  /** Output of a running command; empty when it has ended. */
  output(toolUseId: string, delta: string): ThreadOp[] {
    const tool = this.#tools.get(toolUseId);
    if (tool === undefined || delta === "") return [];
    return within(tool.thread, [{ op: "output", key: toolUseId, delta }]);
  }

  /** True while this call has no result. */
  isRunning(toolUseId: string): boolean {
    return this.#tools.has(toolUseId);
  }

  #textsOf(thread: string | null): TextBlocks {
    const known = this.#texts.get(thread);
    if (known !== undefined) return known;
    const texts = new TextBlocks();
    this.#texts.set(thread, texts);
    return texts;
  }

  #stream(event: Fields, parent: unknown): ThreadOp[] {
    const thread = typeof parent === "string" ? parent : null;
    const texts = this.#textsOf(thread);
    switch (event["type"]) {
      case "content_block_delta":
        return within(thread, texts.event(event["type"], event["index"], event["delta"]));
      case "content_block_start":
        return within(thread, texts.event(event["type"], event["index"], event["content_block"]));
      case "content_block_stop":
        return within(thread, texts.event(event["type"], event["index"], null));
      case "message_start": {
        const message = fieldsOf(event["message"]);
        const id = textOf(message["id"]);
        const counted = thread === null ? this.#usage.next(textOf(message["model"])) : [];
        const begun = this.#activity(thread, id);
        return [...counted, ...begun, ...within(thread, texts.start(id))];
      }
      case "message_delta":
        if (thread === null) this.#usage.counted(usageOf(event["usage"]));
        return [];
      default:
        return [];
    }
  }

  /** Something happens in a thread: its turn is open from here on. */
  #activity(thread: string | null, message: string): ThreadOp[] {
    if (thread === null) return this.turns.spontaneous(message);
    return this.#childRuns(thread, null, null);
  }

  #childRuns(key: string, title: string | null, nativeId: string | null): ThreadOp[] {
    const tool = this.#tools.get(key);
    const { prompt, description } = tool?.call.input ?? {};
    return this.#children.run(key, {
      thread: tool?.thread ?? null,
      prompt: textOf(prompt),
      title: title ?? (textOf(description) || null),
      nativeId,
    });
  }

  #assistant(frame: Fields): ThreadOp[] | null {
    const parsed = assistantFrame.safeParse(frame).data;
    if (parsed === undefined) return null;
    const { message, parent_tool_use_id: parent, error } = parsed;
    const thread = parent ?? null;
    if (error !== undefined) {
      // The result says the same, as the reason of the failure.
      this.#errorWord = error;
      return [];
    }
    const ops = this.#activity(thread, message.id);
    for (const block of message.content) ops.push(...this.#block(message.id, block, thread));
    return ops;
  }

  #block(message: string, block: Block, thread: string | null): ThreadOp[] {
    const texts = this.#textsOf(thread);
    switch (block.type) {
      case "text":
        return within(thread, texts.block(message, "message", block.text ?? ""));
      case "thinking":
        return within(thread, texts.block(message, "reasoning", block.thinking ?? ""));
      case "redacted_thinking":
        return [];
      case "tool_use":
      case "server_tool_use":
      case "mcp_tool_use":
        return this.#openTool(block.id ?? message, block.name ?? "", block.input ?? {}, thread);
      default:
        if (block.tool_use_id !== undefined) {
          return this.#closeTool(block.tool_use_id, block, block.content, undefined);
        }
        return this.#strange(message, block, thread);
    }
  }

  /** A block of unknown type: shown as it came, so that nothing is lost. */
  #strange(message: string, block: Block, thread: string | null): ThreadOp[] {
    const key = `${message}:${block.type}`;
    const item = {
      type: "tool",
      tool: block.type,
      arguments: JSON.parse(JSON.stringify(block)),
    } as const;
    return within(thread, [
      { op: "open", key, item },
      { op: "close", key },
    ]);
  }

  #openTool(id: string, name: string, input: ToolCall["input"], thread: string | null): ThreadOp[] {
    const call = toolCall(name, input, this.#planText);
    this.#tools.set(id, { call, thread });
    if (name === "Write" && /\/plans\/[^/]+\.md$/.test(textOf(input["file_path"]))) {
      this.#planText = textOf(input["content"]);
    }
    if (Plan.owns(name) || name === structuredOutput) return [];
    return within(thread, [{ op: "open", key: id, item: call.item }]);
  }

  #user(frame: Fields): ThreadOp[] | null {
    const parsed = userFrame.safeParse(frame).data;
    if (parsed === undefined) return null;
    return parsed.message.content.flatMap((block) =>
      block.type === "tool_result" && block.tool_use_id !== undefined
        ? this.#closeTool(block.tool_use_id, block, parsed.tool_use_result, parsed.tool_result_meta)
        : [],
    );
  }

  #closeTool(
    id: string,
    block: Block,
    structured: unknown,
    meta: UserFrame["tool_result_meta"],
  ): ThreadOp[] {
    const tool = this.#tools.get(id);
    if (tool === undefined) return [];
    this.#tools.delete(id);
    const { call, thread } = tool;
    const failed = block.is_error === true;
    if (call.name === structuredOutput) {
      return failed ? [] : within(thread, wholeMessage(id, JSON.stringify(call.input)));
    }
    if (Plan.owns(call.name)) {
      const steps = failed ? null : this.#plan.steps(call.name, call.input, structured);
      return steps === null ? [] : within(thread, [{ op: "plan", steps }]);
    }
    const rejected = meta?.find((one) => one.id === id)?.permission_decision?.decision === "reject";
    const declined = this.#declined.delete(id) || rejected;
    const status = declined ? "declined" : failed ? "failed" : "completed";
    const background = fieldsOf(structured)["isAsync"] === true;
    return [
      ...(background ? [] : this.#children.end(id, status === "completed" ? status : "failed")),
      ...within(thread, [
        { op: "close", key: id, status, ...toolOutcome(call, block, structured) },
      ]),
    ];
  }

  #system(frame: Fields): ThreadOp[] | null {
    const parsed = systemFrame.safeParse(frame).data;
    if (parsed === undefined) return null;
    switch (parsed.subtype) {
      case "init":
        return [...this.#sessionIs(parsed.session_id ?? ""), ...this.#mode(parsed.permissionMode)];
      case "status":
        return this.#status(parsed);
      case "compact_boundary":
        return this.#compacted(parsed.uuid ?? "");
      case "api_retry":
        return [...this.#textsOf(null).abandon(), retry(parsed)];
      case "task_started": {
        const { task_type: type, tool_use_id: key, description, task_id: nativeId } = parsed;
        if (type !== "local_agent" || key === undefined) return [];
        return this.#childRuns(key, description ?? null, nativeId ?? null);
      }
      case "task_notification":
        return this.#children.end(parsed.tool_use_id ?? "", parsed.status ?? "");
      case "session_title_changed":
        return parsed.title === undefined ? [] : [{ op: "title", title: parsed.title }];
      case "informational":
        if (parsed.level !== "warning" || parsed.content === undefined) return [];
        return [{ op: "notice", message: parsed.content }];
      default:
        return quietSystem.has(parsed.subtype) ? [] : null;
    }
  }

  #sessionIs(nativeId: string): ThreadOp[] {
    if (nativeId === "" || nativeId === this.#session) return [];
    this.#session = nativeId;
    return [{ op: "session", nativeId }];
  }

  #status({ status, permissionMode, uuid, compact_error: error }: SystemFrame): ThreadOp[] {
    const ops = this.#mode(permissionMode);
    if (status === "compacting" && uuid !== undefined && this.turns.open === null) {
      this.#compactionTurn = uuid;
      ops.push(...this.turns.spontaneous(uuid));
    }
    if (error !== undefined) ops.push({ op: "notice", message: error });
    return ops;
  }

  #mode(permissionMode: string | undefined): ThreadOp[] {
    const planning = permissionMode === "plan";
    if (permissionMode === undefined || planning === this.#planMode) return [];
    this.#planMode = planning;
    return [{ op: "settings", changed: { mode: planning ? "plan" : "default" } }];
  }

  #compacted(key: string): ThreadOp[] {
    const turn = this.#compactionTurn;
    this.#compactionTurn = null;
    return [
      ...this.turns.spontaneous(key),
      // On disk the boundary is all that names this turn.
      ...(turn === null ? [] : [{ op: "alias", id: turn, key } as const]),
      { op: "open", key, item: { type: "compaction" } },
      { op: "close", key },
    ];
  }

  #result(frame: Fields): ThreadOp[] | null {
    const result = resultFrame.safeParse(frame).data;
    if (result === undefined) return null;
    const { is_error: failed, terminal_reason: reason = "" } = result;
    const word = this.#errorWord;
    this.#errorWord = "";
    this.#compactionTurn = null;
    const end =
      failed && reason.startsWith("aborted")
        ? ({ status: "interrupted" } as const)
        : failed
          ? ({ status: "failed", failure: failureOfResult(result, word) } as const)
          : ({ status: "completed" } as const);
    return [
      ...this.#textsOf(null).abandon(),
      ...this.#usage.done(result),
      ...this.turns.result(end, result.user_message_uuids ?? []),
    ];
  }
}

function within(thread: string | null, ops: ThreadOp[]): ThreadOp[] {
  return thread === null ? ops : ops.map((op) => ({ ...op, thread }));
}

function wholeMessage(key: string, text: string): ThreadOp[] {
  return [
    { op: "open", key, item: { type: "message" } },
    { op: "text", key, delta: text },
    { op: "close", key },
  ];
}

function retry({
  error = "",
  error_status: status,
  attempt,
  max_retries: most,
}: SystemFrame): ThreadOp {
  const what = status === undefined ? error : `${status} ${error}`;
  const message = `The model's API failed (${what}). Retrying, ${attempt ?? 1} of ${most ?? "?"}.`;
  return { op: "retry", failure: failureOf(message, status ?? null, error) };
}

function rateLimit({ status, rateLimitType, resetsAt }: Fields): ThreadOp[] {
  if (typeof status !== "string" || status === "allowed") return [];
  const until =
    typeof resetsAt === "number" ? ` until ${new Date(resetsAt * 1000).toISOString()}` : "";
  const which = textOf(rateLimitType).replaceAll("_", " ");
  return [{ op: "notice", message: `Claude's ${which} rate limit: ${status}${until}.` }];
}
