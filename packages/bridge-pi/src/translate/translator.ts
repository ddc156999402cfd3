import type { Failure, ThreadOp, Tokens } from "@fairlead/bridge-core";
import {
  addTokens,
  failureIn,
  fieldsOf,
  jsonFieldsOf,
  numberOf,
  OrderedTurns,
  textItem,
  textOf,
  type Fields,
  type Outcome,
} from "@fairlead/bridge-core/parts";
import { inputOf, messageKey, TextBlocks, tokensOf, wordsIn } from "./messages.ts";
import { itemOf, outputOf, toolOutcome, type Absolute, type ToolCall } from "./tools.ts";

/** Frames that tell nothing of their own. */
const quiet =
  /^(agent_\w+|turn_\w+|auto_retry_end|compaction_start|queue_update|entry_appended|summarization_\w+)$/;

/** Everything Pi tells while it works, as ops. Pure: holds what a frame needs of an earlier one. */
export class Translator {
  readonly turns: OrderedTurns = new OrderedTurns();
  /** The user wants the turn to stop. */
  interrupted = false;
  /** Calls that were not allowed. */
  readonly declined: Set<string> = new Set();
  /** Whether Pi works on an answer, or says that it will. */
  running = false;
  /** Size of the model's context. */
  window: number | undefined;
  /** What the whole conversation has used. */
  session: Tokens = tokensOf({});
  readonly #absolute: Absolute;
  readonly #texts = new TextBlocks();
  /** Calls without a result yet; `shown`: their item is open. */
  readonly #tools = new Map<string, { readonly call: ToolCall; shown: boolean; parent: string }>();
  #last: { readonly stopReason: string; readonly failure: Failure } | null = null;

  constructor(absolute: Absolute) {
    this.#absolute = absolute;
  }

  /** Null for a frame of unknown kind: log it. */
  translate(frame: Fields): ThreadOp[] | null {
    const { type, message } = frame;
    this.running = isRunningAfter(frame) ?? this.running;
    this.interrupted ||= type === "agent_settled" && frame["aborted"] === true;
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
      case "auto_retry_start":
        return [{ op: "retry", failure: failureIn(textOf(frame["errorMessage"])) }];
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
    const call = this.#callOf(tool, asked["input"], before);
    const ops = this.#tools.get(key)?.shown === true ? [] : [opened(key, call)];
    this.#tools.set(key, { call, shown: true, parent: textOf(parent) });
    return { ops, call };
  }

  /** The turn is over; `refusal` tells why, unless more is known. */
  end(refusal: string | null = null): ThreadOp[] {
    if (refusal !== null) this.#last ??= { stopReason: "error", failure: failureIn(refusal) };
    this.#tools.clear();
    const ops = [...this.#texts.items.abandon(), ...this.turns.end(this.#outcome())];
    this.#last = null;
    this.interrupted = false;
    return ops;
  }

  #outcome(): Outcome {
    const { stopReason, failure } = this.#last ?? { stopReason: "", failure: null };
    const stopped = stopReason === "aborted" || (this.interrupted && stopReason !== "stop");
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
    if (role === "user") return this.turns.begun(key, inputOf(content));
    return this.turns.spontaneous(key);
  }

  #messageEnd(message: Fields): ThreadOp[] {
    const { role, stopReason, errorMessage, usage, display, content } = message;
    if (role === "custom" && display === true) {
      return textItem(messageKey(message), "message", wordsIn(content));
    }
    if (role !== "assistant") return [];
    this.#last = {
      stopReason: textOf(stopReason),
      failure: failureIn(textOf(errorMessage) || "Pi gave no reason."),
    };
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
    const call = this.#callOf(toolName, args);
    // What a file held before is known with the question whether it may be written.
    const shown = call.name !== "write";
    this.#tools.set(key, { call, shown, parent: "" });
    return [...this.turns.spontaneous(key), ...(shown ? [opened(key, call)] : [])];
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
    const call = known?.call ?? this.#callOf(toolName, args);
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

  #callOf(tool: unknown, args: unknown, before?: unknown): ToolCall {
    const [name, input] = [textOf(tool), jsonFieldsOf(args)];
    return {
      name,
      input,
      item: itemOf(name, input, this.#absolute, typeof before === "string" ? before : null),
    };
  }

  #compactionEnd(frame: Fields): ThreadOp[] {
    const { result, errorMessage, reason } = frame;
    const { firstKeptEntryId, tokensBefore, usage } = fieldsOf(result);
    if (typeof firstKeptEntryId !== "string") {
      const failure = failureIn(textOf(errorMessage) || "Pi gave no reason.");
      if (reason !== "manual") return [{ op: "notice", message: failure.message }];
      this.#last = { stopReason: frame["aborted"] === true ? "aborted" : "error", failure };
      return [];
    }
    const key = `compaction:${firstKeptEntryId}:${numberOf(tokensBefore) ?? 0}`;
    const turn = this.turns.open;
    return [
      ...this.turns.spontaneous(key),
      // On disk a compaction is a turn of its own.
      ...(turn === null ? [] : [{ op: "alias", id: turn, key } as const]),
      { op: "open", key, item: { type: "compaction" } },
      { op: "close", key },
      ...this.#counted(usage),
    ];
  }
}

/** Whether Pi works after a frame; null when that is as before. */
function isRunningAfter({ type, willRetry, success }: Fields): boolean | null {
  if (type === "agent_start" || type === "auto_retry_start") return true;
  if (type === "agent_end") return willRetry === true;
  if (type === "compaction_end" && willRetry === true) return true;
  return type === "agent_settled" || (type === "auto_retry_end" && success !== true) ? false : null;
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
