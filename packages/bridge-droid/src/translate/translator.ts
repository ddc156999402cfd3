import type { Failure, ThreadOp, Tokens } from "@fairlead/bridge-core";
import {
  BlockTexts,
  countedTokens,
  failureSaid,
  fieldsOf,
  inputIn,
  isFields,
  jsonFieldsOf,
  listOf,
  markedSteps,
  numberOf,
  OrderedTurns,
  textOf,
  TokenCounter,
  type Fields,
  type Outcome,
} from "@fairlead/bridge-core/parts";
import { outcomeOf } from "./outcomes.ts";
import { toolCall, toolOutcome, type ToolCall } from "./tools.ts";

/** Notifications that tell nothing of their own. */
const quiet =
  /^(droid_working_state_changed|tool_call|tool_execution_\w+|permission_resolved|mcp_\w+|hook_execution_\w+|structured_output|loop_state_changed|session_working_directory_changed|queued_messages_discarded)$/;

/** The result of a call that was not allowed: in Droid's words, with which it stops, and in ours. */
const refusal = /^(?:Error: )?(?:(Tool execution cancelled by user)|The user declined this\.)/;

/** One conversation as ops: live, and from its file. Pure: holds what a frame needs of an earlier one. */
export class Translator {
  readonly turns: OrderedTurns = new OrderedTurns();
  /** The user wants the turn to stop. */
  interrupted = false;
  /** Size of the model's context. */
  window: number | undefined;
  /** Where relative paths begin. */
  cwd: string;
  readonly #isPast: boolean;
  readonly #texts = new BlockTexts();
  readonly #tokens = new TokenCounter();
  /** Calls without a result yet. */
  readonly #calls = new Map<string, ToolCall>();
  /** A call was not allowed: Droid stops, and says that it has completed the turn. */
  #isRefused = false;
  #failure: Failure | null = null;

  /** `past`: what a file tells, where nobody else knows what the user declined. */
  constructor(cwd: string, when: "live" | "past" = "live") {
    this.cwd = cwd;
    this.#isPast = when === "past";
  }

  /** Null for a notification of unknown kind: log it. */
  translate(notification: Fields): ThreadOp[] | null {
    const { type, messageId, blockIndex, textDelta, reason } = notification;
    const [message, index] = [textOf(messageId), numberOf(blockIndex) ?? 0];
    switch (type) {
      case "thinking_text_delta":
      case "assistant_text_delta": {
        const kind = type === "assistant_text_delta" ? "message" : "reasoning";
        const text = this.#texts.delta(message, index, kind, textOf(textDelta));
        return [...this.turns.spontaneous(message), ...text];
      }
      case "thinking_text_complete":
      case "assistant_text_complete":
        return this.#texts.close(message, index);
      case "create_message":
        return this.#message(fieldsOf(notification["message"]));
      case "tool_progress_update":
        return this.#progress(notification);
      case "tool_result":
        return this.#result(notification);
      case "session_token_usage_changed":
        return this.#counted(notification);
      case "session_title_updated":
        return [{ op: "title", title: textOf(notification["title"]) }];
      case "session_compacted":
        return this.compacted(textOf(notification["summaryId"]));
      case "llm_retry": {
        const words = `The model's provider failed (${textOf(reason).replaceAll("_", " ")}).`;
        return [...this.#texts.again(), { op: "retry", failure: failureSaid(words, undefined) }];
      }
      case "error":
        this.#failure = failureOf(notification);
        return [];
      case "mcp_auth_required":
        return [{ op: "notice", message: textOf(notification["message"]) }];
      case "agent_turn_completed":
        return [
          ...this.#counted({ tokenUsage: notification["cumulativeTokenUsage"] }),
          ...this.end(outcomeOf(textOf(reason), this.#failure)),
        ];
      default:
        return quiet.test(textOf(type)) ? [] : null;
    }
  }

  /** A call's item, opened unless it is. */
  call({ id, name, input }: Fields): { readonly ops: ThreadOp[]; readonly call: ToolCall } {
    const key = textOf(id);
    const known = this.#calls.get(key);
    const call = known ?? toolCall(textOf(name), jsonFieldsOf(input), this.cwd);
    if (known !== undefined) return { ops: [], call };
    if (call.name === "TodoWrite") {
      return { ops: [{ op: "plan", steps: markedSteps(call.input["todos"]) }], call };
    }
    this.#calls.set(key, call);
    return { ops: [{ op: "open", key, item: call.item }], call };
  }

  /** A call without a result. */
  running(key: string): ToolCall | undefined {
    return this.#calls.get(key);
  }

  /** What was said before is a summary now; in a file that is a turn of its own. */
  compacted(key: string): ThreadOp[] {
    const begun = this.turns.spontaneous(key);
    const item = { type: "compaction" } as const;
    const ops: ThreadOp[] = [...begun, { op: "open", key, item }, { op: "close", key }];
    return begun.length === 0 ? ops : [...ops, ...this.end({ status: "completed" })];
  }

  /** The turn is over. */
  end(outcome: Outcome): ThreadOp[] {
    const isStopped = outcome.status === "completed" && this.interrupted && this.#isRefused;
    const told: Outcome = isStopped ? { status: "interrupted" } : outcome;
    this.interrupted = false;
    this.#isRefused = false;
    this.#failure = null;
    this.#calls.clear();
    return [...this.#texts.abandon(), ...this.turns.end(told)];
  }

  /** A message that is complete. */
  #message({ id, role, content, visibility }: Fields): ThreadOp[] {
    const key = textOf(id);
    const blocks = listOf(content);
    // Of a missing login Droid says here what to do; the rest is in the error, or for the model.
    const { kind = "", httpStatus = null } = this.#failure ?? {};
    if (visibility === "user_only" && kind === "unauthenticated" && httpStatus === null) {
      this.#failure = { kind, message: blocks.map(({ text }) => textOf(text)).join("") };
    }
    if (role === "system" || visibility !== undefined) return [];
    if (role === "user") return this.#prompted(key, blocks);
    const ops = blocks.flatMap((block, index) => {
      const { type, text, thinking } = block;
      if (type === "tool_use") return this.call(block).ops;
      if (type === "text") return this.#texts.whole(key, index, "message", textOf(text));
      if (type !== "thinking") return [];
      return this.#texts.whole(key, index, "reasoning", textOf(thinking));
    });
    this.#texts.complete();
    return [...this.turns.spontaneous(key), ...ops];
  }

  #prompted(key: string, blocks: readonly Fields[]): ThreadOp[] {
    const results = blocks.filter(({ type }) => type === "tool_result");
    if (results.length === 0) return this.turns.begun(key, inputIn(blocks));
    // The results of calls are told by themselves; in a file they are messages.
    return results.flatMap(({ tool_use_id: toolUseId, is_error: isError, content }) =>
      this.#result({ toolUseId, isError, content }),
    );
  }

  /** A call's result; Droid may send it twice. */
  #result({ toolUseId, content, isError }: Fields): ThreadOp[] {
    const key = textOf(toolUseId);
    const call = this.#calls.get(key);
    if (!this.#calls.delete(key) || call === undefined) return [];
    const refused = isError === true ? refusal.exec(textOf(content)) : null;
    this.#isRefused ||= refused?.[1] !== undefined;
    // The words of such a result are for the model.
    if (refused !== null)
      return [{ op: "close", key, status: this.#isPast ? "declined" : "failed" }];
    const status = isError === true ? "failed" : "completed";
    return [{ op: "close", key, status, ...toolOutcome(call, content, isError === true) }];
  }

  #progress({ toolUseId, update }: Fields): ThreadOp[] {
    const key = textOf(toolUseId);
    const { fullOutput } = fieldsOf(update);
    const isCommand = this.#calls.get(key)?.item.type === "command";
    if (!isCommand || typeof fullOutput !== "string") return [];
    return [{ op: "output", key, total: fullOutput }];
  }

  #counted({ lastCallTokenUsage, tokenUsage }: Fields): ThreadOp[] {
    const session = tokensOf(tokenUsage);
    const since = this.#tokens.since(session);
    if (since === null) return [];
    const last = isFields(lastCallTokenUsage) ? tokensOf(lastCallTokenUsage) : since;
    const { window } = this;
    return [{ op: "usage", last, session, ...(window !== undefined && { window }) }];
  }
}

/** What thinking took is part of the output. */
function tokensOf(usage: unknown): Tokens {
  const { inputTokens: input, cacheReadTokens: cached, ...counts } = fieldsOf(usage);
  const output = numberOf(counts["outputTokens"]) ?? 0;
  const reasoning = Math.min(numberOf(counts["thinkingTokens"]) ?? 0, output);
  return countedTokens({
    input,
    cached,
    written: counts["cacheCreationTokens"],
    output,
    reasoning,
  });
}

function failureOf({ message, error, errorType }: Fields): Failure {
  const words = textOf(message) || textOf(fieldsOf(error)["message"]) || "Droid gave no reason.";
  const [, status] = /^(?:\w+ Error: )?([45]\d\d)\b/.exec(words) ?? [];
  const name = textOf(fieldsOf(error)["name"]) || textOf(errorType);
  return failureSaid(words, status === undefined ? undefined : Number(status), name);
}
