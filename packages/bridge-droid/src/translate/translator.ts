import type { Failure, ThreadOp, Tokens } from "@fairlead/bridge-core";
import {
  BlockStream,
  countedTokens,
  failureSaid,
  fieldsOf,
  isFields,
  lessTokens,
  listOf,
  numberOf,
  textOf,
  TokenCounter,
  type Fields,
  type Outcome,
} from "@fairlead/bridge-core/parts";
import { outcomeOf } from "./outcomes.ts";
import { tongue } from "./tools.ts";

/** Notifications that tell nothing of their own. */
const quiet =
  /^(droid_working_state_changed|tool_call|tool_execution_\w+|permission_resolved|mcp_\w+|hook_execution_\w+|settings_updated|child_session_available|structured_output|loop_state_changed|session_working_directory_changed|queued_messages_discarded)$/;

/** One conversation as ops: live, and from its file. Pure: holds what a frame needs of an earlier one. */
export class Translator extends BlockStream {
  /** Size of the model's context. */
  window: number | undefined;
  readonly #tokens = new TokenCounter();
  /** What the newest request took that was none of Droid's own. */
  #last: Tokens = countedTokens({});
  #failure: Failure | null = null;
  /** A request for a title that is not counted yet: the newest, or one before a message. */
  #title: "none" | "newest" | "older" = "none";

  constructor(cwd: string, when: "live" | "past" = "live") {
    super(tongue, cwd, when);
  }

  /** What a session that is loaded took before is no news. */
  took(tokenUsage: unknown): void {
    this.#tokens.since(tokensOf(tokenUsage));
  }

  /** Null for a notification of unknown kind: log it. */
  translate(notification: Fields): ThreadOp[] | null {
    const { type, messageId, blockIndex, textDelta, toolUseId, reason } = notification;
    switch (type) {
      case "thinking_text_delta":
        return this.piece("reasoning", messageId, blockIndex, textDelta);
      case "assistant_text_delta":
        return this.piece("message", messageId, blockIndex, textDelta);
      case "thinking_text_complete":
      case "assistant_text_complete":
        return this.texts.close(textOf(messageId), numberOf(blockIndex) ?? 0);
      case "create_message":
        return this.#message(fieldsOf(notification["message"]));
      case "tool_progress_update":
        return this.printed(textOf(toolUseId), fieldsOf(notification["update"])["fullOutput"]);
      case "tool_result": {
        const { content, isError } = notification;
        return this.result(textOf(toolUseId), content, isError === true);
      }
      case "session_token_usage_changed":
        return this.#counted(notification);
      case "session_title_updated":
        if (notification["updateType"] === "llm_generated") this.#title = "newest";
        return [{ op: "title", title: textOf(notification["title"]) }];
      case "session_compacted":
        return this.compacted(textOf(notification["summaryId"]));
      case "llm_retry": {
        const words = `The model's provider failed (${textOf(reason).replaceAll("_", " ")}).`;
        return [...this.texts.again(), { op: "retry", failure: failureSaid(words, undefined) }];
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

  override end(outcome: Outcome): ThreadOp[] {
    this.#failure = null;
    return super.end(outcome);
  }

  /** A message that is complete. */
  #message({ id, role, content, visibility }: Fields): ThreadOp[] {
    const [key, blocks] = [textOf(id), listOf(content)];
    // Of a missing login Droid says here what to do; the rest is in the error, or for the model.
    const { kind = "", httpStatus = null } = this.#failure ?? {};
    if (visibility === "user_only" && kind === "unauthenticated" && httpStatus === null) {
      this.#failure = { kind, message: blocks.map(({ text }) => textOf(text)).join("") };
    }
    if (role === "system" || visibility !== undefined) return [];
    if (role === "user") return this.prompted(key, blocks);
    if (this.#title === "newest") this.#title = "older";
    return this.said(key, blocks);
  }

  #counted({ lastCallTokenUsage, tokenUsage }: Fields): ThreadOp[] {
    const [isCall, session] = [isFields(lastCallTokenUsage), tokensOf(tokenUsage)];
    // Without a count of the newest request nobody knows yet what of this the title took.
    if (isCall || this.#title === "none") {
      const since = this.#tokens.since(session);
      if (since === null) return [];
      const newest = isCall ? tokensOf(lastCallTokenUsage) : since;
      const others = lessTokens(since, newest);
      const isAlone = others.input + others.output === 0;
      const isTitle = this.#title === "newest" || (this.#title === "older" && isAlone);
      if (!isTitle || !isAlone) this.#last = isTitle ? others : newest;
      this.#title = "none";
    }
    const more = this.window !== undefined && { window: this.window };
    return session.input === 0 ? [] : [{ op: "usage", last: this.#last, session, ...more }];
  }
}

/** What thinking took is part of the output. */
function tokensOf(usage: unknown): Tokens {
  const told = fieldsOf(usage);
  return countedTokens({
    input: told["inputTokens"],
    cached: told["cacheReadTokens"],
    written: told["cacheCreationTokens"],
    output: told["outputTokens"],
    reasoning: told["thinkingTokens"],
  });
}

function failureOf({ message, error, errorType }: Fields): Failure {
  const words = textOf(message) || textOf(fieldsOf(error)["message"]) || "Droid gave no reason.";
  const [, status] = /^(?:\w+ Error: )?([45]\d\d)\b/.exec(words) ?? [];
  const name = textOf(fieldsOf(error)["name"]) || textOf(errorType);
  return failureSaid(words, status === undefined ? undefined : Number(status), name);
}
