import type { ItemDraft, ThreadOp, Tokens } from "../../ops.ts";
import { addTokens } from "../../turn/tokens.ts";
import { toolContents } from "../contents.ts";
import { fieldsOf, isFields, listOf, numberOf, textOf, type Fields } from "../fields.ts";
import { planSteps } from "../plan-steps.ts";
import { TextItems, type TextKind } from "../text-items.ts";
import { closeOf, itemOf, printedBy } from "./tool-items.ts";

/** What is known of a call. */
interface Call {
  readonly key: string;
  fields: Fields;
  item: ItemDraft | null;
  isClosed: boolean;
  printed: string;
}

/** The updates of one session, as ops. Which turn is open, its caller knows. */
export class AcpTranslator {
  /** The number of the turn in its session: where the agent has no keys, it is in ours. */
  turn = 1;
  /** Tokens in the model's context, and how many fit in. */
  #used = 0;
  #window: number | undefined;
  #spent: Tokens | null = null;
  readonly #cwd: string;
  readonly #texts = new TextItems();
  #calls = new Map<string, Call>();
  /** The calls of turns that are over. */
  readonly #past = new Set<string>();
  #run: { readonly of: string; readonly key: string } | null = null;
  #runs = new Map<string, number>();

  constructor(cwd: string) {
    this.#cwd = cwd;
  }

  /** The ops of an update; null when its kind is unknown. */
  translate(update: Fields): ThreadOp[] | null {
    switch (update["sessionUpdate"]) {
      case "agent_message_chunk":
        return this.#chunk("message", update);
      case "agent_thought_chunk":
        return this.#chunk("reasoning", update);
      case "tool_call_update":
        if (this.#isPast(textOf(update["toolCallId"]))) return [];
        return this.call(update, false);
      case "tool_call":
        return this.call(update, false);
      case "plan":
        return [{ op: "plan", steps: planSteps(update["entries"]) }];
      case "usage_update":
        this.#used = numberOf(update["used"]) || this.#used;
        this.#window = numberOf(update["size"]) || this.#window;
        return [];
      case "session_info_update": {
        const title = textOf(update["title"]);
        return title === "" ? [] : [{ op: "title", title }];
      }
      case "notice": {
        const parts = [update["title"], update["description"]].map(textOf).filter(Boolean);
        return [{ op: "notice", message: parts.join(": ") }];
      }
      case "compaction_update":
        return this.#compaction(update);
      case "compaction_summary_chunk":
        return [];
      default:
        return null;
    }
  }

  /** What is said of a call; `isAsked`: the user is asked about it, so that it must be shown. */
  call(told: Fields, isAsked: boolean): ThreadOp[] {
    const id = textOf(told["toolCallId"]);
    if (id === "") return [];
    const before = this.#calls.get(id);
    // Who asks about a call that is over is about to make another one of that name.
    const known = isAsked && before?.isClosed === true ? undefined : before;
    const fields = merged(known?.fields ?? {}, isAsked ? question(told) : told);
    const key = before === undefined ? id : `${before.key}#`;
    const call = known ?? { key, fields, item: null, isClosed: false, printed: "" };
    call.fields = fields;
    this.#calls.set(id, call);
    if (call.isClosed) return [];
    return [...this.#shown(call, isAsked), ...this.#progress(call)];
  }

  /** The call does not run, and that is all there is to tell of it. */
  refused(id: string): ThreadOp[] {
    const call = this.#calls.get(id);
    if (call === undefined || call.isClosed) return [];
    call.isClosed = true;
    return [{ op: "close", key: call.key, status: "declined" }];
  }

  /** All that was said of a call. */
  known(id: string): Pick<Readonly<Call>, "key" | "fields" | "item"> {
    return this.#calls.get(id) ?? { key: id, fields: {}, item: null };
  }

  #isPast(id: string): boolean {
    return this.#past.has(id) && !this.#calls.has(id);
  }

  /**
   * The turn is over, with this answer: its texts are complete, and its calls are no more spoken of.
   */
  end(answer: Fields): ThreadOp[] {
    this.turn += 1;
    this.#run = null;
    this.#runs = new Map();
    for (const id of this.#calls.keys()) this.#past.add(id);
    this.#calls = new Map();
    return [...this.#texts.abandon(), ...this.#usage(tokensOf(answer))];
  }

  #usage(spent: Tokens | null): ThreadOp[] {
    const inContext = { input: this.#used, cached: 0, output: 0, reasoning: 0 };
    const last = this.#used > 0 ? inContext : spent;
    if (spent !== null) this.#spent = this.#spent === null ? spent : addTokens(this.#spent, spent);
    const [session, window] = [this.#spent, this.#window];
    if (last === null) return [];
    const more = { ...(session !== null && { session }), ...(window !== undefined && { window }) };
    return [{ op: "usage", last, ...more }];
  }

  #chunk(kind: TextKind, { content, messageId }: Fields): ThreadOp[] {
    const block = fieldsOf(content);
    const text = block["type"] === "text" ? textOf(block["text"]) : linkIn(block);
    const of = `${kind}:${textOf(messageId)}`;
    if (block["type"] === "image") return [...this.#pause(), ...this.#image(block)];
    if (this.#run?.of === of) return this.#texts.delta(this.#run.key, kind, text);
    // Blanks at the start belong to no text.
    if (text.trim() === "") return [];
    const paused = this.#pause();
    const key = this.#keyOf(of);
    this.#run = { of, key };
    return [...paused, ...this.#texts.delta(key, kind, text)];
  }

  #image(block: Fields): ThreadOp[] {
    const key = this.#keyOf("image:");
    const item = { type: "tool", tool: "image", arguments: {} } as const;
    const close = { op: "close", key, status: "completed" } as const;
    return [
      { op: "open", key, item },
      { ...close, item: { type: "tool", result: toolContents(block) } },
    ];
  }

  /** Names are the same live and when a session is read: what comes anew under one gets a number. */
  #keyOf(of: string): string {
    const times = (this.#runs.get(of) ?? 0) + 1;
    this.#runs.set(of, times);
    if (of.endsWith(":")) return `${of}${this.turn}.${times}`;
    return times === 1 ? of : `${of}#${times}`;
  }

  /** Something else comes: the text that ran is complete. */
  #pause(): ThreadOp[] {
    const run = this.#run;
    this.#run = null;
    return run === null ? [] : this.#texts.close(run.key);
  }

  #shown(call: Call, isAsked: boolean): ThreadOp[] {
    if (call.item !== null) return this.#changed(call, call.item);
    const { status } = call.fields;
    const isDue = isAsked || (status !== undefined && status !== "pending");
    const item = itemOf(call.fields, this.#cwd, isDue);
    if (item === null) return [];
    call.item = item;
    return [...this.#pause(), { op: "open", key: call.key, item }];
  }

  /** More is known of a call than when it was shown. */
  #changed(call: Call, before: ItemDraft): ThreadOp[] {
    const item = itemOf(call.fields, this.#cwd, true);
    const isSame = item === null || item.type !== before.type;
    if (isSame || JSON.stringify(item) === JSON.stringify(before)) return [];
    call.item = item;
    return [{ op: "open", key: call.key, item }];
  }

  #progress(call: Call): ThreadOp[] {
    const { key, fields, item } = call;
    if (item === null) return [];
    const { status } = fields;
    if (status === "completed" || status === "failed") {
      call.isClosed = true;
      return [closeOf(key, fields, item, this.#cwd)];
    }
    const isCommand = item.type === "command" && item.actions === undefined;
    const printed = isCommand ? printedBy(fields) : "";
    if (printed === call.printed) return [];
    call.printed = printed;
    return [{ op: "output", key, total: printed }];
  }

  #compaction({ compactionId, status }: Fields): ThreadOp[] {
    const key = `compaction:${textOf(compactionId)}`;
    const open = { op: "open", key, item: { type: "compaction" } } as const;
    if (status === "in_progress") return [...this.#pause(), open];
    return [open, { op: "close", key, status: status === "completed" ? status : "failed" }];
  }
}

/** What a turn's last answer says of tokens, for agents that do; null for others. */
function tokensOf({ usage, _meta: meta }: Fields): Tokens | null {
  const told = fieldsOf(usage);
  const { inputTokens, outputTokens, cachedReadTokens, cachedWriteTokens, thoughtTokens } = told;
  if (inputTokens !== undefined) {
    const [cached, written] = [numberOf(cachedReadTokens) ?? 0, numberOf(cachedWriteTokens) ?? 0];
    const reasoning = numberOf(thoughtTokens) ?? 0;
    const input = (numberOf(inputTokens) ?? 0) + cached + written;
    return { input, cached, output: (numberOf(outputTokens) ?? 0) + reasoning, reasoning };
  }
  const counted = fieldsOf(fieldsOf(fieldsOf(meta)["quota"])["token_count"]);
  const input = numberOf(counted["input_tokens"]);
  if (input === undefined) return null;
  return { input, cached: 0, output: numberOf(counted["output_tokens"]) ?? 0, reasoning: 0 };
}

/** A call with what an update says of it: what it does not name stays. */
function merged(before: Fields, told: Fields): Fields {
  const news = Object.entries(told).filter(([, value]) => value !== null && value !== undefined);
  const after: Record<string, unknown> = { ...before, ...Object.fromEntries(news) };
  const [input, more] = [before["rawInput"], told["rawInput"]];
  if (isFields(input) && isFields(more)) after["rawInput"] = { ...input, ...more };
  const lacksDiff = !hasDiff(told["content"]) && hasDiff(before["content"]);
  if (lacksDiff) after["content"] = before["content"];
  const { terminal_output: output, terminal_exit: exit } = fieldsOf(told["_meta"]);
  const printed = textOf(fieldsOf(output)["data"]);
  if (printed !== "") after["terminal"] = textOf(before["terminal"]) + printed;
  if (exit !== undefined) after["exitCode"] = fieldsOf(exit)["exit_code"];
  return after;
}

/** What a request for permission says of its call: texts in it are for whoever is asked. */
function question({ content, ...told }: Fields): Fields {
  const parts = listOf(content);
  const said = parts.map((part) => textOf(fieldsOf(part["content"])["text"]));
  const [, cwd] = /^\[current working directory (.+)\](?: \([^]*\))?$/.exec(said[0] ?? "") ?? [];
  // What is planned is the question.
  const isPlan = told["kind"] === "switch_mode";
  const shown = parts.filter(({ type }) => isPlan || type === "diff");
  return {
    ...told,
    ...(shown.length > 0 && { content: shown }),
    ...(cwd !== undefined && { cwd }),
  };
}

function hasDiff(content: unknown): boolean {
  return Array.isArray(content) && content.some((part) => fieldsOf(part)["type"] === "diff");
}

/** A resource in a message, in words. */
function linkIn({ uri, name, resource, type }: Fields): string {
  const { text, uri: whole } = fieldsOf(resource);
  if (typeof text === "string") return text;
  const url = textOf(uri) || textOf(whole);
  return url === "" ? `[${textOf(type)}]` : `[${textOf(name) || url}](${url})`;
}
