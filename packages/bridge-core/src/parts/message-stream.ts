import type { Failure, ItemDraft, ItemPatch, ThreadOp } from "../ops.ts";
import type { UserInput } from "@fairlead/codex-proto";
import { AskedCalls, type Leaving } from "./asked-calls.ts";
import { Children } from "./children.ts";
import {
  fieldsOf,
  jsonFieldsOf,
  numberOf,
  textOf,
  type Fields,
  type JsonFields,
} from "./fields.ts";
import { messageBlocks, messageTokens } from "./messages-api.ts";
import type { Outcome } from "./native-turns.ts";
import { OrderedTurns } from "./ordered-turns.ts";
import type { PlanStep } from "./plan-steps.ts";
import { textItem } from "./text-items.ts";
import { imageInput, textInput } from "./user-input.ts";

/** The key of a sub-agent's thread; null for the main conversation. */
type Thread = string | null;

/** A call of a tool, and the item that shows it. */
export interface StreamedCall {
  readonly name: string;
  readonly input: JsonFields;
  readonly item: ItemDraft;
}

/** A call without a result. */
interface OpenCall {
  readonly call: StreamedCall;
  /** Its item is open. */
  readonly shown: boolean;
  /** It was printed, not only asked about. */
  readonly told: boolean;
  readonly thread: Thread;
}

/** What an agent's tools and words mean. */
export interface MessageTongue {
  /** The item of a call; `before`: what files hold, by their paths, as far as is known. */
  item(name: string, input: JsonFields, before: Fields): ItemDraft;
  /** True for a call that is not shown until what files hold is known, or it has its result. */
  needsBefore(call: StreamedCall): boolean;
  /** What a result adds to the item. */
  outcome(
    call: StreamedCall,
    content: unknown,
    failed: boolean,
  ): { readonly item?: ItemPatch; readonly output?: string };
  /** The steps that a call sets; null for any other call. */
  steps(call: StreamedCall): readonly PlanStep[] | null;
  /** What stands in place of a result as long as there is none. */
  readonly unfinished: RegExp;
  /** True for a call that must not run without leave: see {@link MessageStream.decided}. */
  mustAsk(call: StreamedCall): boolean;
  failure(words: string): Failure;
  /** What the first frame of a turn tells. */
  init(frame: Fields): ThreadOp[];
}

/**
 * What an agent prints that tells of its work in whole messages, as JSON lines: `system`, `user`,
 * `assistant`, `result`. Sub-agents' have `parent_tool_use_id`. Pure: holds what a frame needs of an
 * earlier one.
 */
export class MessageStream {
  readonly turns: OrderedTurns = new OrderedTurns();
  /** The thread's id, once Amp tells it. */
  session: string | null;
  /** Whether Amp repeats what the user says as it takes it: else nobody knows when it does. */
  echoes = true;
  /** One that had to have leave, and has run without: null so far. */
  unasked: StreamedCall | null = null;
  readonly #asked = new AskedCalls();
  readonly #tongue: MessageTongue;
  readonly #children = new Children();
  /** Calls without a result yet. */
  readonly #tools = new Map<string, OpenCall>();
  #messages = 0;

  constructor(session: string | null, tongue: MessageTongue) {
    this.session = session;
    this.#tongue = tongue;
  }

  /** Null for a frame of unknown kind: log it. */
  translate(frame: Fields): ThreadOp[] | null {
    const { type, subtype, parent_tool_use_id: parent, session_id: session } = frame;
    const thread = typeof parent === "string" ? parent : null;
    const known = thread === null ? this.#sessionIs(textOf(session)) : [];
    switch (type) {
      case "system":
        if (subtype === "init") return [...known, ...this.#tongue.init(frame)];
        if (frame["error"] === undefined) return null;
        return [...known, ...this.failed(this.#tongue.failure(textOf(frame["error"])))];
      case "assistant":
        return [...known, ...this.#assistant(fieldsOf(frame["message"]), thread)];
      case "user":
        return [...known, ...this.#user(fieldsOf(frame["message"]), thread)];
      case "result":
        return [...known, ...this.#result(frame)];
      default:
        return null;
    }
  }

  /** A call that waits for leave: its item as it is now known, opened unless it is. */
  call({ id, tool, input, before, thread: of }: Fields): {
    readonly ops: ThreadOp[];
    readonly call: StreamedCall;
  } {
    const key = textOf(id);
    const { shown = false, told = false, thread = null } = this.#tools.get(key) ?? {};
    const call = this.#callOf(textOf(tool), input, fieldsOf(before));
    this.#tools.set(key, { call, shown: true, told, thread });
    this.#asked.asks(key, this.session === null || textOf(of) === this.session);
    const begun = this.turns.spontaneous(key);
    return { call, ops: [...begun, ...(shown ? [] : this.#opened(key, call, thread))] };
  }

  /** What has become of a call that waited. */
  decided(key: string, decision: "allowed" | "declined"): void {
    this.#asked.decided(key, decision);
  }

  /** The thread of a call, as ops name it. */
  place(key: string): { readonly thread?: string } {
    const thread = this.#tools.get(key)?.thread ?? null;
    return thread === null ? {} : { thread };
  }

  /** The turn is over, for this reason. */
  failed(failure: Failure): ThreadOp[] {
    return this.#over({ status: "failed", failure });
  }

  /** The user stopped it. */
  interrupted(): ThreadOp[] {
    return this.#over({ status: "interrupted" });
  }

  #over(outcome: Outcome): ThreadOp[] {
    const stopped = [...this.#tools.keys()].flatMap((key) => this.#children.end(key, "stopped"));
    this.#tools.clear();
    this.#asked.clear();
    return [...stopped, ...this.turns.end(outcome)];
  }

  #sessionIs(nativeId: string): ThreadOp[] {
    if (nativeId === "" || nativeId === this.session) return [];
    this.session = nativeId;
    return [{ op: "session", nativeId }];
  }

  #begin(thread: Thread, message: string): ThreadOp[] {
    if (thread === null) return this.turns.spontaneous(message);
    const { call, thread: starter = null } = this.#tools.get(thread) ?? {};
    const prompt = call?.item.type === "subagent" ? call.item.prompt : "";
    const title = textOf(call?.input["description"]) || null;
    return this.#children.run(thread, { thread: starter, prompt, title, nativeId: null });
  }

  #assistant(message: Fields, thread: Thread): ThreadOp[] {
    const { id, content, stop_reason: reason, usage } = message;
    this.#messages += 1;
    const key = textOf(id) || `message-${this.#messages}`;
    if (thread === null && this.turns.waiting.includes(this.turns.open ?? "")) this.#unechoed();
    const ops = this.#begin(thread, key);
    const blocks = messageBlocks(content);
    for (const [index, block] of blocks.entries()) {
      ops.push(...this.#block(`${key}:${index}`, block, thread));
    }
    if (thread !== null) return ops;
    ops.push(...countedIn(usage));
    if (reason === "max_tokens") {
      ops.push({ op: "notice", message: "The answer was cut at the model's limit." });
    }
    const calls = blocks.some(({ type }) => type === "tool_use") || reason === "tool_use";
    const goesOn = calls || reason === "pause_turn" || (reason === null && isThought(blocks));
    // A result may come at the end of its input only: an answer without a call is the last one.
    if (goesOn || this.turns.waiting.length > 0) return ops;
    return [...ops, ...this.#over({ status: "completed" })];
  }

  /** It answers what it did not repeat. */
  #unechoed(): void {
    this.echoes = false;
    this.turns.dropped();
  }

  #block(key: string, block: Fields, thread: Thread): ThreadOp[] {
    const { type, text, thinking, id, name, input } = block;
    switch (type) {
      case "text":
        return within(thread, textItem(key, "message", textOf(text)));
      case "thinking":
        return within(thread, textItem(key, "reasoning", textOf(thinking)));
      case "redacted_thinking":
        return [];
      case "tool_use":
        return this.#toolUse(textOf(id), textOf(name), input, thread);
      default: {
        // Shown as it came, so that nothing is lost.
        const item = { type: "tool", tool: textOf(type), arguments: jsonFieldsOf(block) } as const;
        return within(thread, [
          { op: "open", key, item },
          { op: "close", key },
        ]);
      }
    }
  }

  #toolUse(key: string, name: string, input: unknown, thread: Thread): ThreadOp[] {
    const known = this.#tools.get(key);
    if (known !== undefined) {
      this.#tools.set(key, { ...known, told: true });
      return [];
    }
    const call = this.#callOf(name, input);
    // What a file held before is known with the question whether it may be written.
    const shown = !this.#tongue.needsBefore(call);
    this.#tools.set(key, { call, shown, told: true, thread });
    return shown ? this.#opened(key, call, thread) : [];
  }

  #opened(key: string, call: StreamedCall, thread: Thread): ThreadOp[] {
    const { item } = call;
    return this.#tongue.steps(call) === null ? within(thread, [{ op: "open", key, item }]) : [];
  }

  #callOf(name: string, given: unknown, before: Fields = {}): StreamedCall {
    const input = jsonFieldsOf(given);
    return { name, input, item: this.#tongue.item(name, input, before) };
  }

  #user({ content }: Fields, thread: Thread): ThreadOp[] {
    const blocks = messageBlocks(content);
    const results = blocks.filter(({ type }) => type === "tool_result");
    const ops = results.flatMap((block) => this.#toolResult(block));
    const said = inputIn(blocks);
    if (said.length === 0 || thread !== null) return ops;
    const [id] = this.turns.waiting;
    if (id === undefined) {
      // Of somebody else's, at another client of the same thread.
      this.#messages += 1;
      if (this.turns.open === null) ops.push(...this.turns.begun(`said-${this.#messages}`, said));
      return ops;
    }
    this.turns.answered(id);
    return ops;
  }

  #toolResult({ tool_use_id: id, content, is_error: isError }: Fields): ThreadOp[] {
    const key = textOf(id);
    const known = this.#tools.get(key);
    if (known === undefined) return [];
    this.#tools.delete(key);
    const { call, shown, thread } = known;
    const leaving = this.#asked.over(key);
    const declined = leaving === "declined";
    const failed = isError === true;
    // The words of a call that was not allowed are for the model.
    const outcome = declined ? {} : this.#tongue.outcome(call, content, failed);
    const code = outcome.item?.type === "command" ? outcome.item.exitCode : null;
    // What failed may not have run: with an exit code it has.
    const ran = failed ? typeof code === "number" : !this.#tongue.unfinished.test(textOf(content));
    if (ran && thread === null && this.#tongue.mustAsk(call)) this.#hasRun(call, leaving);
    const steps = this.#tongue.steps(call);
    if (steps !== null) {
      return failed || declined ? [] : within(thread, [{ op: "plan", steps }]);
    }
    const isBad = failed || (typeof code === "number" && code !== 0);
    const status = declined ? "declined" : isBad ? "failed" : "completed";
    return [
      ...(shown ? [] : this.#opened(key, call, thread)),
      ...this.#children.end(key, status),
      ...within(thread, [{ op: "close", key, status, ...outcome }]),
    ];
  }

  #hasRun(call: StreamedCall, known: Leaving | null): void {
    const isTold = (id: string): boolean => this.#tools.get(id)?.told === true;
    const leaving = known ?? this.#asked.overUnnamed(isTold);
    if (leaving === null || leaving === "waits") this.unasked ??= call;
  }

  #result({ is_error: isError, error }: Fields): ThreadOp[] {
    if (this.turns.open === null) return [];
    if (isError === true) return this.failed(this.#tongue.failure(textOf(error)));
    return this.turns.waiting.length > 0 ? [] : this.#over({ status: "completed" });
  }
}

function within(thread: Thread, ops: ThreadOp[]): ThreadOp[] {
  return thread === null ? ops : ops.map((op) => ({ ...op, thread }));
}

/** Nothing that would be an answer. */
function isThought(blocks: readonly Fields[]): boolean {
  return blocks.length > 0 && blocks.every(({ type }) => textOf(type).endsWith("thinking"));
}

function countedIn(usage: unknown): ThreadOp[] {
  const last = messageTokens(usage);
  if (last.input + last.output === 0) return [];
  const window = numberOf(fieldsOf(usage)["max_tokens"]);
  return [{ op: "usage", last, ...(window !== undefined && { window }) }];
}

/** What the user said, out of a message. */
export function inputIn(blocks: readonly Fields[]): readonly UserInput[] {
  return blocks.flatMap(({ type, text, source }) => {
    if (type === "text") return [textInput(textOf(text))];
    const { media_type: mediaType, mediaType: named, data } = fieldsOf(source);
    return type === "image" ? [imageInput(textOf(mediaType ?? named), textOf(data))] : [];
  });
}
