import type { Failure, ThreadOp, Tokens } from "@fairlead/bridge-core";
import { fieldsOf, jsonFieldsOf, numberOf, textOf, type Fields } from "@fairlead/bridge-core/parts";
import { failureOf } from "./failure.ts";
import { inputOf, messageKey, TextBlocks, tokensOf, wholeText, wordsIn } from "./messages.ts";
import { outputOf, toolCall, toolOutcome, type Absolute, type ToolCall } from "./tools.ts";

type End = Omit<Extract<ThreadOp, { op: "end" }>, "op">;

const quiet =
  /^(turn_(start|end)|queue_update|entry_appended|bash_execution_update|summarization_retry_\w+)$/;

/** Everything Pi tells while it works, as ops. Pure: holds what a frame needs of an earlier one. */
export class Translator {
  /** Calls that were not allowed. */
  readonly declined: Set<string> = new Set();
  /** Whether Pi works on something, or says that it will. */
  running = false;
  /** Size of the model's context. */
  window: number | undefined;
  /** What the whole conversation has used. */
  session: Tokens = tokensOf({});
  readonly #absolute: Absolute;
  readonly #texts = new TextBlocks();
  /** Calls without a result yet; `shown`: their item is open. */
  readonly #tools = new Map<string, { readonly call: ToolCall; shown: boolean; parent: string }>();
  /** What the user sent, and Pi has not begun to answer. */
  readonly #waiting: string[] = [];
  #open: string | null = null;
  #last: { readonly stopReason: string; readonly failure: Failure } | null = null;
  #title = "";
  #interrupted = false;

  constructor(absolute: Absolute) {
    this.#absolute = absolute;
  }

  /** Key of the open turn. */
  get open(): string | null {
    return this.#open;
  }

  /** Ids of what Pi was given and has not begun to answer. */
  get waiting(): readonly string[] {
    return this.#waiting;
  }

  /** The user's input is handed over: a turn, or more for the open one. */
  given(id: string, turn: "new" | "open"): void {
    if (turn === "new") {
      this.#open = id;
      this.#last = null;
      this.#interrupted = false;
    }
    this.#waiting.push(id);
  }

  /** Pi has done what it was given, without a word. */
  answered(id: string): void {
    const at = this.#waiting.indexOf(id);
    if (at !== -1) this.#waiting.splice(at, 1);
  }

  /** A turn of its own begins, without words of the user's. */
  begin(turn: string): ThreadOp[] {
    this.given(turn, "new");
    this.#waiting.length = 0;
    return [{ op: "begin", turn, input: [] }];
  }

  /** What was to be handed over could not be. */
  withdrawn(id: string): void {
    this.answered(id);
    if (this.#open === id) this.#open = null;
  }

  /** The user wants the turn to stop: what waits is not answered any more. */
  interrupt(): void {
    this.#interrupted = true;
    this.#waiting.length = 0;
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
      case "compaction_start":
        return this.#compactionStart();
      case "compaction_end":
        return this.#compactionEnd(frame);
      case "thinking_level_changed":
        return [{ op: "settings", changed: { effort: effortOf(frame["level"]) } }];
      case "session_info_changed":
        return this.#titled(textOf(frame["name"]));
      case "extension_error":
        return [{ op: "notice", message: extensionFailed(frame) }];
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
    const known = this.#tools.get(key);
    this.#tools.set(key, { call, shown: true, parent: textOf(parent) });
    const ops: ThreadOp[] = known?.shown === true ? [] : [{ op: "open", key, item: call.item }];
    return { ops, call };
  }

  /** The turn is over. */
  end(outcome: End = this.#outcome()): ThreadOp[] {
    const turn = this.#open;
    this.#open = null;
    this.#waiting.length = 0;
    this.#tools.clear();
    const texts = this.#texts.abandon();
    return turn === null ? texts : [...texts, { op: "end", turn, ...outcome }];
  }

  /** The turn's work was refused, unless more is known of why it failed. */
  refused(message: string): ThreadOp[] {
    return this.end(
      this.#last === null ? { status: "failed", failure: failureOf(message) } : undefined,
    );
  }

  #outcome(): End {
    const { stopReason = "stop", failure } = this.#last ?? {};
    if (stopReason === "aborted") return { status: "interrupted" };
    if (this.#interrupted && stopReason !== "stop") return { status: "interrupted" };
    if (stopReason !== "error") return { status: "completed" };
    return failure === undefined ? { status: "failed" } : { status: "failed", failure };
  }

  #messageStart(message: Fields): ThreadOp[] {
    const { role, content } = message;
    const key = messageKey(message);
    if (role === "system" || role === "toolResult") return [];
    if (role === "assistant") this.#texts.start(message);
    if (role === "user") return this.#userMessage(key, inputOf(content));
    return this.#begin(key);
  }

  #userMessage(key: string, input: ReturnType<typeof inputOf>): ThreadOp[] {
    const id = this.#waiting.shift();
    if (id !== undefined) return [{ op: "alias", id, key }];
    this.#open ??= key;
    return [{ op: "begin", turn: key, input }];
  }

  /** Something happens: a turn is open from here on. */
  #begin(key: string): ThreadOp[] {
    if (this.#open !== null) return [];
    this.#open = key;
    this.#last = null;
    return [{ op: "begin", turn: key, input: [] }];
  }

  #messageEnd(message: Fields): ThreadOp[] {
    const { role, stopReason, errorMessage, usage, display, content } = message;
    if (role === "custom" && display === true) {
      return wholeText(messageKey(message), "message", wordsIn(content));
    }
    if (role !== "assistant") return [];
    this.#last = { stopReason: textOf(stopReason), failure: failureOf(textOf(errorMessage)) };
    const cut: ThreadOp = { op: "notice", message: "The answer was cut at the model's limit." };
    return [
      ...this.#texts.end(message),
      ...(stopReason === "length" ? [cut] : []),
      ...this.#counted(tokensOf(usage)),
    ];
  }

  #counted(last: Tokens): ThreadOp[] {
    if (last.input + last.output === 0) return [];
    const { input, cached, output, reasoning } = this.session;
    const session = (this.session = {
      input: input + last.input,
      cached: cached + last.cached,
      output: output + last.output,
      reasoning: reasoning + last.reasoning,
    });
    const { window } = this;
    return [{ op: "usage", last, session, ...(window === undefined ? {} : { window }) }];
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

  #compactionStart(): ThreadOp[] {
    this.running = true;
    return [];
  }

  #compactionEnd(frame: Fields): ThreadOp[] {
    const { result, errorMessage, reason, willRetry } = frame;
    this.running = willRetry === true;
    const { firstKeptEntryId, tokensBefore, usage } = fieldsOf(result);
    if (typeof firstKeptEntryId !== "string") {
      const failure = failureOf(textOf(errorMessage));
      this.#last = { stopReason: frame["aborted"] === true ? "aborted" : "error", failure };
      if (reason === "manual") return [];
      return [{ op: "notice", message: failure.message }];
    }
    const key = compactionKey(firstKeptEntryId, tokensBefore);
    const turn = this.#open;
    return [
      ...this.#begin(key),
      // On disk a compaction is a turn of its own.
      ...(turn === null ? [] : [{ op: "alias", id: turn, key } as const]),
      { op: "open", key, item: { type: "compaction" } },
      { op: "close", key },
      ...this.#counted(tokensOf(usage)),
    ];
  }

  #titled(title: string): ThreadOp[] {
    if (title === "" || title === this.#title) return [];
    this.#title = title;
    return [{ op: "title", title }];
  }
}

/** The key of a compaction, from what both its event and the session file tell. */
export function compactionKey(firstKept: unknown, tokensBefore: unknown): string {
  return `compaction:${textOf(firstKept)}:${numberOf(tokensBefore) ?? 0}`;
}

/** A thinking level in the contract's words. */
export function effortOf(level: unknown): string {
  return level === "off" ? "none" : textOf(level);
}

function opened(key: string, { item }: ToolCall): ThreadOp {
  return { op: "open", key, item };
}

function extensionFailed({ extensionPath, event, error }: Fields): string {
  return `The Pi extension ${textOf(extensionPath)} failed at ${textOf(event)}: ${textOf(error)}`;
}
