import type { Failure, ThreadOp, Tokens } from "@fairlead/bridge-core";
import {
  addTokens,
  fieldsOf,
  jsonFieldsOf,
  numberOf,
  textItem,
  textOf,
  type Fields,
} from "@fairlead/bridge-core/parts";
import { failureOf, inputOf, messageKey, TextBlocks, tokensOf, wordsIn } from "./messages.ts";
import { outputOf, toolCall, toolOutcome, type Absolute, type ToolCall } from "./tools.ts";

type End = Omit<Extract<ThreadOp, { op: "end" }>, "op">;

/** Frames that tell nothing of their own. */
const quiet =
  /^(turn_(start|end)|compaction_start|queue_update|entry_appended|summarization_retry_\w+)$/;

/** Everything Pi tells while it works, as ops. Pure: holds what a frame needs of an earlier one. */
export class Translator {
  /** Calls that were not allowed. */
  readonly declined: Set<string> = new Set();
  /** Whether Pi works on an answer, or says that it will. */
  running = false;
  /** Size of the model's context. */
  window: number | undefined;
  /** What the whole conversation has used. */
  session: Tokens = tokensOf({});
  /** Key of the open turn. */
  open: string | null = null;
  /** Ids of what the user sent, and Pi has not begun to answer. */
  waiting: readonly string[] = [];
  readonly #absolute: Absolute;
  readonly #texts = new TextBlocks();
  /** Calls without a result yet; `shown`: their item is open. */
  readonly #tools = new Map<string, { readonly call: ToolCall; shown: boolean; parent: string }>();
  #last: { readonly stopReason: string; readonly failure: Failure } | null = null;
  #interrupted = false;

  constructor(absolute: Absolute) {
    this.#absolute = absolute;
  }

  /** The user's input is handed over: a turn, or more for the open one. */
  given(id: string, turn: "new" | "open"): void {
    if (turn === "new") {
      this.open = id;
      this.#last = null;
      this.#interrupted = false;
    }
    this.waiting = [...this.waiting, id];
  }

  /** Pi has done what it was given, without a word. */
  answered(id: string): void {
    this.waiting = this.waiting.filter((other) => other !== id);
  }

  /** A turn of its own begins, without words of the user's. */
  begin(turn: string): ThreadOp[] {
    this.given(turn, "new");
    this.waiting = [];
    return [{ op: "begin", turn, input: [] }];
  }

  /** What was to be handed over could not be. */
  withdrawn(id: string): void {
    this.answered(id);
    if (this.open === id) this.open = null;
  }

  /** The user wants the turn to stop: what waits is not answered any more. */
  interrupt(): void {
    this.#interrupted = true;
    this.waiting = [];
  }

  /** Null for a frame of unknown kind: log it. */
  translate(frame: Fields): ThreadOp[] | null {
    const { type, message } = frame;
    switch (type) {
      case "message_start":
        return this.#messageStart(fieldsOf(message));
      case "message_update":
        return this.#texts.update(fieldsOf(frame["assistantMessageEvent"]));
      case "message_end":
        return this.#messageEnd(fieldsOf(message));
      case "tool_execution_start":
        return this.#toolStart(frame);
      case "tool_execution_update":
        return this.#toolUpdate(frame);
      case "tool_execution_end":
        return this.#toolEnd(frame);
      case "agent_start":
        this.running = true;
        return [];
      case "agent_end":
        this.running = frame["willRetry"] === true;
        return [];
      case "agent_settled":
        this.running = false;
        if (frame["aborted"] === true) this.#interrupted = true;
        return [];
      case "auto_retry_start":
        this.running = true;
        return [{ op: "retry", failure: failureOf(textOf(frame["errorMessage"])) }];
      case "auto_retry_end":
        this.running = frame["success"] === true && this.running;
        return [];
      case "compaction_end":
        return this.#compactionEnd(frame);
      case "thinking_level_changed":
        return [{ op: "settings", changed: { effort: effortOf(frame["level"]) } }];
      case "session_info_changed":
        return [{ op: "title", title: textOf(frame["name"]) }];
      case "extension_error":
        return [extensionFailed(frame)];
      default:
        return quiet.test(textOf(type)) ? [] : null;
    }
  }

  /** A call that waits for leave: its item as it is now known, opened unless it is. */
  call(asked: Fields): { readonly ops: ThreadOp[]; readonly call: ToolCall } {
    const { id, tool, parent, before } = asked;
    const key = textOf(id);
    const written = typeof before === "string" ? before : null;
    const input = jsonFieldsOf(asked["input"]);
    const call = toolCall(textOf(tool), input, this.#absolute, written);
    const ops = this.#tools.get(key)?.shown === true ? [] : [opened(key, call)];
    this.#tools.set(key, { call, shown: true, parent: textOf(parent) });
    return { ops, call };
  }

  /** The turn is over. */
  end(): ThreadOp[] {
    const outcome = this.#outcome();
    const turn = this.open;
    this.open = null;
    this.waiting = [];
    this.#tools.clear();
    const texts = this.#texts.abandon();
    return turn === null ? texts : [...texts, { op: "end", turn, ...outcome }];
  }

  /** The turn's work was refused, unless more is known of why it failed. */
  refused(message: string): ThreadOp[] {
    this.#last ??= { stopReason: "error", failure: failureOf(message) };
    return this.end();
  }

  #outcome(): End {
    const { stopReason, failure } = this.#last ?? { stopReason: "", failure: null };
    const stopped = stopReason === "aborted" || (this.#interrupted && stopReason !== "stop");
    if (stopped) return { status: "interrupted" };
    return stopReason === "error" && failure !== null
      ? { status: "failed", failure }
      : { status: "completed" };
  }

  #messageStart(message: Fields): ThreadOp[] {
    const { role, content } = message;
    const key = messageKey(message);
    if (role === "system" || role === "toolResult") return [];
    if (role === "assistant") this.#texts.start(message);
    if (role !== "user") return this.#begin(key);
    const [id, ...later] = this.waiting;
    this.waiting = later;
    if (id !== undefined) return [{ op: "alias", id, key }];
    this.open ??= key;
    return [{ op: "begin", turn: key, input: inputOf(content) }];
  }

  /** Something happens: a turn is open from here on. */
  #begin(key: string): ThreadOp[] {
    if (this.open !== null) return [];
    this.open = key;
    this.#last = null;
    return [{ op: "begin", turn: key, input: [] }];
  }

  #messageEnd(message: Fields): ThreadOp[] {
    const { role, stopReason, errorMessage, usage, display, content } = message;
    if (role === "custom" && display === true) {
      return textItem(messageKey(message), "message", wordsIn(content));
    }
    if (role !== "assistant") return [];
    this.#last = { stopReason: textOf(stopReason), failure: failureOf(textOf(errorMessage)) };
    const ops = [...this.#texts.end(message), ...this.#counted(usage)];
    if (stopReason !== "length") return ops;
    return [...ops, { op: "notice", message: "The answer was cut at the model's limit." }];
  }

  #counted(usage: unknown): ThreadOp[] {
    const last = tokensOf(usage);
    if (last.input + last.output === 0) return [];
    const session = (this.session = addTokens(this.session, last));
    const { window } = this;
    return [{ op: "usage", last, session, ...(window !== undefined && { window }) }];
  }

  #toolStart({ toolCallId, toolName, args }: Fields): ThreadOp[] {
    const key = textOf(toolCallId);
    const call = toolCall(textOf(toolName), jsonFieldsOf(args), this.#absolute);
    // What a file held before is known with the question whether it may be written.
    const shown = call.name !== "write";
    this.#tools.set(key, { call, shown, parent: "" });
    return [...this.#begin(key), ...(shown ? [opened(key, call)] : [])];
  }

  #toolUpdate({ toolCallId, partialResult }: Fields): ThreadOp[] {
    const key = textOf(toolCallId);
    const type = this.#tools.get(key)?.call.item.type;
    const total = outputOf(fieldsOf(partialResult));
    if (total === "" || (type !== "command" && type !== "mcpTool")) return [];
    return [{ op: "output", key, total }];
  }

  #toolEnd({ toolCallId, toolName, args, result, isError }: Fields): ThreadOp[] {
    const key = textOf(toolCallId);
    const known = this.#tools.get(key);
    const call = known?.call ?? toolCall(textOf(toolName), jsonFieldsOf(args), this.#absolute);
    this.#tools.delete(key);
    const declined = this.declined.delete(key);
    const failed = isError === true;
    const status = declined ? "declined" : failed ? "failed" : "completed";
    // The words of a call that was not allowed are for the model.
    const outcome = declined ? {} : toolOutcome(call, fieldsOf(result), failed);
    return [
      ...(known?.shown === true ? [] : [opened(key, call)]),
      ...this.#endNested(key, status),
      { op: "close", key, status, ...outcome },
    ];
  }

  /** Of calls that another call made, only this one's end tells theirs. */
  #endNested(parent: string, status: "completed" | "failed" | "declined"): ThreadOp[] {
    return [...this.#tools].flatMap(([key, tool]) => {
      if (tool.parent !== parent || parent === "") return [];
      this.#tools.delete(key);
      return [{ op: "close", key, status: this.declined.delete(key) ? "declined" : status }];
    });
  }

  #compactionEnd(frame: Fields): ThreadOp[] {
    const { result, errorMessage, reason, willRetry } = frame;
    this.running ||= willRetry === true;
    const { firstKeptEntryId, tokensBefore, usage } = fieldsOf(result);
    if (typeof firstKeptEntryId !== "string") {
      const failure = failureOf(textOf(errorMessage));
      if (reason !== "manual") return [{ op: "notice", message: failure.message }];
      this.#last = { stopReason: frame["aborted"] === true ? "aborted" : "error", failure };
      return [];
    }
    const key = `compaction:${firstKeptEntryId}:${numberOf(tokensBefore) ?? 0}`;
    const turn = this.open;
    return [
      ...this.#begin(key),
      // On disk a compaction is a turn of its own.
      ...(turn === null ? [] : [{ op: "alias", id: turn, key } as const]),
      { op: "open", key, item: { type: "compaction" } },
      { op: "close", key },
      ...this.#counted(usage),
    ];
  }
}

/** A thinking level in the contract's words. */
export function effortOf(level: unknown): string {
  return level === "off" ? "none" : textOf(level);
}

function opened(key: string, { item }: ToolCall): ThreadOp {
  return { op: "open", key, item };
}

function extensionFailed({ extensionPath: path, event, error }: Fields): ThreadOp {
  const message = `Pi's extension ${textOf(path)} failed at ${textOf(event)}: ${textOf(error)}`;
  return { op: "notice", message };
}
