import type { Ask, ThreadOp } from "@fairlead/bridge-core";
import {
  Children,
  fieldsOf,
  jsonFieldsOf,
  listOf,
  messageBlocks,
  NativeTurns,
  textOf,
  type Fields,
} from "@fairlead/bridge-core/parts";
import { askOf, type PendingAsk } from "./asks.ts";
import { outcomeOf, rateLimitOf, RequestUsage, retryOf } from "./outcome.ts";
import { Plan } from "./plan.ts";
import { TextBlocks, wholeText } from "./text-blocks.ts";
import { structuredOutput, toolCall, toolOutcome, type ToolCall } from "./tools.ts";

/** The key of a sub-agent's thread; null for the main conversation. */
type Thread = string | null;

const quietFrames = /^(keep_alive|tool_progress|tool_use_summary|control_cancel_request)$/;
const quietSystem = /^(thinking_tokens|task_(progress|updated)|hook_\w+|permission_denied)$/;

/** Everything Claude writes, as ops. Pure: holds what a frame needs of an earlier one. */
export class Translator {
  readonly turns: NativeTurns = new NativeTurns();
  /** Calls of which the user refused what they would do. */
  readonly declined: Set<string> = new Set();
  /** Whether Claude is in plan mode. Whoever changes it sets it: the echo is no news. */
  planning: boolean;
  readonly #children = new Children();
  readonly #plan = new Plan();
  readonly #usage = new RequestUsage();
  readonly #texts = new Map<Thread, TextBlocks>();
  /** Calls without a result yet. */
  readonly #tools = new Map<string, { readonly call: ToolCall; readonly thread: Thread }>();
  #session: string | null;
  #planText = "";
  #errorWord = "";
  #compactionTurn: string | null = null;

  constructor(session: string | null, planning: boolean) {
    this.#session = session;
    this.planning = planning;
  }

  /** Null for a frame of unknown kind: log it. */
  translate(frame: Fields): ThreadOp[] | null {
    const { type, parent_tool_use_id: parent } = frame;
    const thread = typeof parent === "string" ? parent : null;
    switch (type) {
      case "stream_event":
        return this.#stream(fieldsOf(frame["event"]), thread);
      case "assistant":
        return this.#assistant(frame, thread);
      case "user":
        return messageBlocks(fieldsOf(frame["message"])["content"]).flatMap((block) =>
          block["type"] === "tool_result" ? this.#closeTool(block, frame) : [],
        );
      case "system":
        return this.#system(frame);
      case "result":
        return this.#result(frame);
      case "command_lifecycle":
        return this.turns.lifecycle(textOf(frame["command_uuid"]), textOf(frame["state"]));
      case "conversation_reset":
        return this.#sessionIs(textOf(frame["new_conversation_id"]));
      case "rate_limit_event":
        return rateLimitOf(fieldsOf(frame["rate_limit_info"]));
      default:
        return quietFrames.test(textOf(type)) ? [] : null;
    }
  }

  /** A request that needs the user. Null for one of unknown kind: refuse it. */
  ask(id: string, request: Fields): { ops: ThreadOp[]; pending: PendingAsk } | null {
    const { subtype, tool_use_id, tool_name, mcp_server_name, message, url } = request;
    const { input, requested_schema: form = null } = jsonFieldsOf(request);
    if (subtype === "elicitation") {
      const about = { server: textOf(mcp_server_name), message: textOf(message) };
      const ask: Ask = { kind: "elicitation", ...about, form, url: textOf(url) || null };
      return { ops: [{ op: "ask", id, ask }], pending: "elicitation" };
    }
    if (subtype !== "can_use_tool") return null;
    const toolUseId = textOf(tool_use_id);
    const call = toolCall(textOf(tool_name), jsonFieldsOf(input), this.#planText);
    const known = this.#tools.get(toolUseId);
    const opening = known === undefined ? this.#openTool(toolUseId, call, null) : [];
    const ask: ThreadOp = { op: "ask", id, ask: askOf(toolUseId, call, request) };
    const ops = [...opening, ...within(known?.thread ?? null, [ask])];
    return { ops, pending: { toolUseId, call } };
  }

  /** More output of a running command; null when it has ended. */
  output(toolUseId: string, delta: string): ThreadOp[] | null {
    const tool = this.#tools.get(toolUseId);
    if (tool === undefined) return null;
    return delta === "" ? [] : within(tool.thread, [{ op: "output", key: toolUseId, delta }]);
  }

  #textsOf(thread: Thread): TextBlocks {
    const texts = this.#texts.get(thread) ?? new TextBlocks();
    this.#texts.set(thread, texts);
    return texts;
  }

  #stream(event: Fields, thread: Thread): ThreadOp[] {
    const { type, index, delta, content_block, message, usage } = event;
    const texts = this.#textsOf(thread);
    switch (type) {
      case "content_block_delta":
        return within(thread, texts.delta(index, fieldsOf(delta)));
      case "content_block_start":
        texts.blockStart(index, fieldsOf(content_block)["type"]);
        return [];
      case "content_block_stop":
        return within(thread, texts.blockStop(index));
      case "message_start": {
        const { id, model } = fieldsOf(message);
        const before = thread === null ? this.#usage.flush(textOf(model), {}) : [];
        const begun = this.#begin(thread, textOf(id));
        return [...before, ...begun, ...within(thread, texts.start(textOf(id)))];
      }
      case "message_delta":
        if (thread === null) this.#usage.counted(usage);
        return [];
      default:
        return [];
    }
  }

  /** Something happens in a thread: its turn is open from here on. */
  #begin(thread: Thread, message: string): ThreadOp[] {
    return thread === null ? this.turns.spontaneous(message) : this.#runChild(thread, null);
  }

  #runChild(key: string, nativeId: string | null): ThreadOp[] {
    const { call, thread = null } = this.#tools.get(key) ?? {};
    const { prompt, description } = fieldsOf(call?.input);
    const title = textOf(description) || null;
    return this.#children.run(key, { thread, prompt: textOf(prompt), title, nativeId });
  }

  #assistant({ error, message }: Fields, thread: Thread): ThreadOp[] {
    if (error !== undefined) {
      // The result says the same, as the reason of the failure.
      this.#errorWord = textOf(error);
      return [];
    }
    const { id, content } = fieldsOf(message);
    const ops = this.#begin(thread, textOf(id));
    for (const block of messageBlocks(content)) ops.push(...this.#block(textOf(id), block, thread));
    return ops;
  }

  #block(message: string, block: Fields, thread: Thread): ThreadOp[] {
    const { type, text, thinking, id, name, input, tool_use_id } = block;
    const texts = this.#textsOf(thread);
    if (type === "text") return within(thread, texts.block(message, "message", textOf(text)));
    if (type === "thinking") {
      return within(thread, texts.block(message, "reasoning", textOf(thinking)));
    }
    if (type === "redacted_thinking") return [];
    if (typeof name === "string") {
      const call = toolCall(name, jsonFieldsOf(input), this.#planText);
      return this.#openTool(textOf(id), call, thread);
    }
    if (typeof tool_use_id === "string") return this.#closeTool(block, {});
    // Of unknown type: shown as it came, so that nothing is lost.
    const key = `${message}:${textOf(type)}`;
    const item = { type: "tool", tool: textOf(type), arguments: jsonFieldsOf(block) } as const;
    const ops: ThreadOp[] = [
      { op: "open", key, item },
      { op: "close", key },
    ];
    return within(thread, ops);
  }

  #openTool(key: string, call: ToolCall, thread: Thread): ThreadOp[] {
    const { name, input, item } = call;
    this.#tools.set(key, { call, thread });
    if (name === "Write" && /\/plans\/[^/]+\.md$/.test(textOf(input["file_path"]))) {
      this.#planText = textOf(input["content"]);
    }
    if (Plan.owns(name) || name === structuredOutput) return [];
    return within(thread, [{ op: "open", key, item }]);
  }

  #closeTool(block: Fields, frame: Fields): ThreadOp[] {
    const key = textOf(block["tool_use_id"]);
    const tool = this.#tools.get(key);
    if (tool === undefined) return [];
    this.#tools.delete(key);
    const { call, thread } = tool;
    const { name, input } = call;
    const structured = fieldsOf(frame["tool_use_result"] ?? frame["toolUseResult"]);
    const failed = block["is_error"] === true;
    if (name === structuredOutput) {
      return failed ? [] : within(thread, wholeText(key, "message", JSON.stringify(input)));
    }
    if (Plan.owns(name)) {
      const steps = failed ? null : this.#plan.steps(name, input, structured);
      return steps === null ? [] : within(thread, [{ op: "plan", steps }]);
    }
    const meta = listOf(frame["tool_result_meta"] ?? frame["toolResultMeta"]);
    const told = meta.find(({ id }) => id === key) ?? {};
    const rejected = fieldsOf(told["permission_decision"])["decision"] === "reject";
    const declined = this.declined.delete(key) || rejected;
    const status = declined ? "declined" : failed ? "failed" : "completed";
    // The words of a call that did not run are for the model.
    const unrun = declined || told["non_execution_kind"] !== undefined;
    const outcome = unrun ? {} : toolOutcome(call, block, structured);
    const detached = structured["isAsync"] === true;
    return [
      ...(detached ? [] : this.#children.end(key, failed ? "failed" : "completed")),
      ...within(thread, [{ op: "close", key, status, ...outcome }]),
    ];
  }

  #system(frame: Fields): ThreadOp[] | null {
    const { subtype, uuid, status, session_id, task_id, level, content } = frame;
    const key = textOf(frame["tool_use_id"]);
    switch (subtype) {
      case "init":
        return [...this.#sessionIs(textOf(session_id)), ...this.#mode(frame)];
      case "status":
        if (status !== "compacting" || this.turns.open !== null) return this.#mode(frame);
        this.#compactionTurn = textOf(uuid);
        return this.turns.spontaneous(textOf(uuid));
      case "compact_boundary":
        return this.#compacted(textOf(uuid));
      case "api_retry":
        return [...this.#textsOf(null).abandon(), retryOf(frame)];
      case "task_started":
        if (frame["task_type"] !== "local_agent" || key === "") return [];
        return this.#runChild(key, textOf(task_id) || null);
      case "background_tasks_changed":
        return [{ op: "background", running: listOf(frame["tasks"]).length > 0 }];
      case "task_notification":
        return this.#children.end(key, textOf(status));
      case "session_title_changed":
        return [{ op: "title", title: textOf(frame["title"]) }];
      case "informational":
        return level === "warning" ? [{ op: "notice", message: textOf(content) }] : [];
      default:
        return quietSystem.test(textOf(subtype)) ? [] : null;
    }
  }

  #sessionIs(nativeId: string): ThreadOp[] {
    if (nativeId === "" || nativeId === this.#session) return [];
    this.#session = nativeId;
    return [{ op: "session", nativeId }];
  }

  #mode({ permissionMode }: Fields): ThreadOp[] {
    const planning = permissionMode === "plan";
    if (typeof permissionMode !== "string" || planning === this.planning) return [];
    this.planning = planning;
    return [{ op: "settings", changed: { mode: planning ? "plan" : "default" } }];
  }

  #compacted(key: string): ThreadOp[] {
    const turn = this.#compactionTurn;
    return [
      ...this.turns.spontaneous(key),
      // On disk the boundary is all that names this turn.
      ...(turn === null ? [] : [{ op: "alias", id: turn, key } as const]),
      { op: "open", key, item: { type: "compaction" } },
      { op: "close", key },
    ];
  }

  #result(result: Fields): ThreadOp[] {
    const outcome = outcomeOf(result, this.#errorWord);
    this.#errorWord = "";
    this.#compactionTurn = null;
    const { user_message_uuids: answered } = result;
    return [
      ...this.#textsOf(null).abandon(),
      ...this.#usage.flush("", result),
      ...this.turns.result(outcome, Array.isArray(answered) ? answered : []),
    ];
  }
}

function within(thread: Thread, ops: ThreadOp[]): ThreadOp[] {
  return thread === null ? ops : ops.map((op) => ({ ...op, thread }));
}
