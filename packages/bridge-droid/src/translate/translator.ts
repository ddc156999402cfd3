import type { Failure, ThreadOp, Tokens } from "@fairlead/bridge-core";
import {
  countedTokens,
  Facts,
  failureSaid,
  fieldsOf,
  imageInput,
  jsonFieldsOf,
  listOf,
  numberOf,
  textInput,
  textItem,
  TextItems,
  textOf,
  type Fields,
  type Outcome,
  type TextKind,
} from "@fairlead/bridge-core/parts";
import type { UserInput } from "@fairlead/codex-proto";
import { outcomeOf } from "./outcomes.ts";
import { stepsIn, toolCall, toolOutcome, type ToolCall } from "./tools.ts";

/** Notifications that tell nothing of their own. */
const quiet =
  /^(droid_working_state_changed|tool_call|tool_execution_\w+|permission_resolved|mcp_status_changed|mcp_auth_completed|hook_execution_\w+|structured_output|session_compacted|loop_state_changed|session_working_directory_changed)$/;

/** What a call of the user's that was not allowed is answered with. */
const refusal = /^(Error: )?Tool execution cancelled by user/;

/** One conversation as ops: live, and from its file. Pure: holds what a frame needs of an earlier one. */
export class Translator {
  /** Key of the open turn. */
  open: string | null = null;
  /** The user wants the turn to stop. */
  interrupted = false;
  /** Size of the model's context. */
  window: number | undefined;
  readonly #cwd: string;
  readonly #facts = new Facts();
  readonly #texts = new TextItems();
  readonly #streamed = new Set<string>();
  /** Calls without a result yet. */
  readonly #calls = new Map<string, ToolCall>();
  /** A call was not allowed: Droid stops, and says that it has completed the turn. */
  #isRefused = false;
  #failure: Failure | null = null;

  constructor(cwd: string) {
    this.#cwd = cwd;
  }

  /** Null for a notification of unknown kind: log it. */
  translate(notification: Fields): ThreadOp[] | null {
    const { type, messageId, blockIndex, textDelta } = notification;
    const key = blockKey(textOf(messageId), numberOf(blockIndex) ?? 0);
    switch (type) {
      case "thinking_text_delta":
        return this.#delta(key, "reasoning", textOf(textDelta));
      case "assistant_text_delta":
        return this.#delta(key, "message", textOf(textDelta));
      case "thinking_text_complete":
      case "assistant_text_complete":
        return this.#texts.close(key);
      case "create_message":
        return this.message(fieldsOf(notification["message"]));
      case "tool_progress_update":
        return this.#progress(notification);
      case "tool_result":
        return this.result(notification);
      case "session_token_usage_changed":
        return this.#counted(notification);
      case "session_title_updated":
        return this.#facts.news({ title: { op: "title", title: textOf(notification["title"]) } });
      case "llm_retry":
        return [{ op: "retry", failure: failureSaid(textOf(notification["reason"]), undefined) }];
      case "error":
        this.#failure = failureOf(notification);
        return [];
      case "mcp_auth_required":
        return [{ op: "notice", message: textOf(notification["message"]) }];
      case "agent_turn_completed":
        return this.end(outcomeOf(textOf(notification["reason"]), this.#failure));
      default:
        return quiet.test(textOf(type)) ? [] : null;
    }
  }

  /** A message that is complete: what was streamed of it stays as it is. */
  message({ id, role, content, visibility }: Fields): ThreadOp[] {
    const key = textOf(id);
    const blocks = listOf(content);
    if (visibility === "llm_only" || role === "system") return [];
    if (role === "user") return this.#prompted(key, blocks);
    const ops = blocks.flatMap((block, index) => this.#block(blockKey(key, index), block));
    return [...this.#spontaneous(key), ...ops];
  }

  /** A call's item, opened unless it is. */
  call({ id, name, input }: Fields): { readonly ops: ThreadOp[]; readonly call: ToolCall } {
    const key = textOf(id);
    const known = this.#calls.get(key);
    const call = known ?? toolCall(textOf(name), jsonFieldsOf(input), this.#cwd);
    this.#calls.set(key, call);
    if (known !== undefined) return { ops: [], call };
    const steps = call.name === "TodoWrite" ? stepsIn(fieldsOf(input)["todos"]) : [];
    const plan: ThreadOp[] = steps.length === 0 ? [] : [{ op: "plan", steps }];
    return { ops: [...plan, { op: "open", key, item: call.item }], call };
  }

  /** A call's result; Droid may send it twice. */
  result({ toolUseId, content, isError }: Fields): ThreadOp[] {
    const key = textOf(toolUseId);
    const call = this.#calls.get(key);
    if (!this.#calls.delete(key) || call === undefined) return [];
    const isRefused = isError === true && refusal.test(textOf(content));
    this.#isRefused ||= isRefused;
    if (isRefused) return [{ op: "close", key, status: "declined" }];
    const status = isError === true ? "failed" : "completed";
    return [{ op: "close", key, status, ...toolOutcome(call, content, isError === true) }];
  }

  /** The turn is over. */
  end(outcome: Outcome): ThreadOp[] {
    const turn = this.open;
    const isStopped = outcome.status === "completed" && this.interrupted && this.#isRefused;
    const told: Outcome = isStopped ? { status: "interrupted" } : outcome;
    this.open = null;
    this.interrupted = false;
    this.#isRefused = false;
    this.#failure = null;
    this.#calls.clear();
    const ops = this.#texts.abandon();
    return turn === null ? ops : [...ops, { op: "end", turn, ...told }];
  }

  #prompted(key: string, blocks: readonly Fields[]): ThreadOp[] {
    const results = blocks.filter(({ type }) => type === "tool_result");
    // The results of calls are told by themselves; in a file they are messages.
    if (results.length > 0) {
      return results.flatMap(({ tool_use_id: toolUseId, is_error: isError, content }) =>
        this.result({ toolUseId, isError, content }),
      );
    }
    if (this.open === key) return [];
    this.open ??= key;
    return [{ op: "begin", turn: key, input: inputOf(blocks) }];
  }

  /** Something happens without being asked for: a turn of its own, unless one is open. */
  #spontaneous(key: string): ThreadOp[] {
    if (this.open !== null) return [];
    this.open = key;
    return [{ op: "begin", turn: key, input: [] }];
  }

  #delta(key: string, kind: TextKind, delta: string): ThreadOp[] {
    this.#streamed.add(key);
    return [...this.#spontaneous(key), ...this.#texts.delta(key, kind, delta)];
  }

  #block(key: string, block: Fields): ThreadOp[] {
    const { type, text, thinking } = block;
    if (type === "tool_use") return this.call(block).ops;
    if (this.#streamed.delete(key)) return this.#texts.close(key);
    if (type === "text") return textItem(key, "message", textOf(text));
    return type === "thinking" ? textItem(key, "reasoning", textOf(thinking)) : [];
  }

  #progress({ toolUseId, update }: Fields): ThreadOp[] {
    const key = textOf(toolUseId);
    const { fullOutput } = fieldsOf(update);
    const isCommand = this.#calls.get(key)?.item.type === "command";
    if (!isCommand || typeof fullOutput !== "string") return [];
    return [{ op: "output", key, total: fullOutput }];
  }

  #counted({ lastCallTokenUsage, tokenUsage }: Fields): ThreadOp[] {
    const [last, session] = [tokensOf(lastCallTokenUsage), tokensOf(tokenUsage)];
    if (session.input + session.output === 0) return [];
    const { window } = this;
    const usage: ThreadOp = { op: "usage", last, session, ...(window !== undefined && { window }) };
    return this.#facts.news({ usage });
  }
}

function blockKey(message: string, index: number): string {
  return `${message}:${index}`;
}

/** What the user sent, out of a message. */
function inputOf(blocks: readonly Fields[]): readonly UserInput[] {
  return blocks.flatMap(({ type, text, source }) => {
    const { data, mediaType, media_type: spelled } = fieldsOf(source);
    if (type === "image") return [imageInput(textOf(mediaType ?? spelled), textOf(data))];
    return type === "text" ? [textInput(textOf(text))] : [];
  });
}

/** What thinking took is part of the output. */
function tokensOf(usage: unknown): Tokens {
  const counts = fieldsOf(usage);
  const output = numberOf(counts["outputTokens"]) ?? 0;
  return countedTokens({
    input: counts["inputTokens"],
    cached: counts["cacheReadTokens"],
    written: counts["cacheCreationTokens"],
    output,
    reasoning: Math.min(numberOf(counts["thinkingTokens"]) ?? 0, output),
  });
}

function failureOf({ message, error, errorType }: Fields): Failure {
  const words = textOf(message) || textOf(fieldsOf(error)["message"]) || "Droid gave no reason.";
  const [, status] = /^(?:\w+ Error: )?([45]\d\d)\b/.exec(words) ?? [];
  const name = textOf(fieldsOf(error)["name"]) || textOf(errorType);
  return failureSaid(words, status === undefined ? undefined : Number(status), name);
}
