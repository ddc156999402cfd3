import type { ItemDraft, ThreadOp, Tokens } from "@fairlead/bridge-core";
import { fieldsOf, numberOf, textOf, type Fields } from "@fairlead/bridge-core/parts";
import { itemOf, outcomeOf, type ToolCall, type ToolPlace } from "./tools.ts";

/** An item that was opened, by the id of its part. */
interface Shown {
  readonly item: ItemDraft;
  /** The draft as it was told last, or what was streamed so far. */
  told: string;
  output: string;
  closed: boolean;
}

const declinedWords = /^The user (has )?(rejected permission|specified a rule|dismissed)/;

/** The items of one turn. Parts may be told again, and out of order: an item is told once. */
export class Parts {
  readonly #items = new Map<string, Shown>();

  /** A piece of a part that streams. */
  delta(key: string, delta: string): ThreadOp[] {
    const shown = this.#items.get(key);
    if (shown === undefined || shown.closed || delta === "") return [];
    const ops: ThreadOp[] = shown.told === "" ? [{ op: "open", key, item: shown.item }] : [];
    shown.told += delta;
    return [...ops, { op: "text", key, delta }];
  }

  /** Text or reasoning as far as it is known. What was streamed stays as it is. */
  text(part: Fields, type: "message" | "reasoning"): ThreadOp[] {
    const key = textOf(part["id"]);
    const text = textOf(part["text"]);
    const shown = this.#items.get(key) ?? { item: { type }, told: "", output: "", closed: false };
    this.#items.set(key, shown);
    const rest = text.startsWith(shown.told) ? this.delta(key, text.slice(shown.told.length)) : [];
    const over = fieldsOf(part["time"])["end"] !== undefined;
    return over ? [...rest, ...this.close(key)] : rest;
  }

  /** The item of a call, opened or told anew where it has changed. */
  open(key: string, item: ItemDraft): ThreadOp[] {
    const known = this.#items.get(key);
    const told = JSON.stringify(item);
    if (known?.closed === true || known?.told === told || (known && known.item.type !== item.type))
      return [];
    this.#items.set(key, { item, told, output: known?.output ?? "", closed: false });
    return [{ op: "open", key, item }];
  }

  /** The output of a running command: OpenCode tells all of it, and of much only the end. */
  output(key: string, output: string): ThreadOp[] {
    const shown = this.#items.get(key);
    if (shown === undefined || shown.closed || output === shown.output) return [];
    const before = shown.output;
    shown.output = output;
    const delta = output.startsWith(before) ? output.slice(before.length) : behind(before, output);
    return delta === "" ? [] : [{ op: "output", key, delta }];
  }

  /** What was opened under this key. */
  item(key: string): ItemDraft | undefined {
    return this.#items.get(key)?.item;
  }

  /** A request broke off: what it streamed stays as it is, the next try has parts of its own. */
  abandon(): ThreadOp[] {
    const texts = [...this.#items].filter(([, { item }]) => /message|reasoning/.test(item.type));
    return texts.flatMap(([key]) => this.close(key));
  }

  /** Closes what is open; `op` says more than that. */
  close(key: string, op: Partial<Extract<ThreadOp, { op: "close" }>> = {}): ThreadOp[] {
    const shown = this.#items.get(key);
    if (shown === undefined || shown.closed) return [];
    shown.closed = true;
    return shown.told === "" ? [] : [{ ...op, op: "close", key }];
  }
}

const anchorLength = 256;

/** What comes after the end of `before` in an output that lost its start. */
function behind(before: string, output: string): string {
  const anchor = before.slice(-anchorLength);
  const at = output.lastIndexOf(anchor);
  return at < 0 ? `\n${output}` : output.slice(at + anchor.length);
}

/** A tool part; `source` of a command the user ran is `userShell`. */
export function toolOps(
  call: ToolCall,
  part: Fields,
  parts: Parts,
  place: ToolPlace,
  source: "agent" | "userShell",
  declined: ReadonlySet<string>,
): ThreadOp[] {
  const key = textOf(part["id"]);
  const state = fieldsOf(part["state"]);
  const { status, metadata, error } = state;
  const draft = itemOf(call, place);
  const item: ItemDraft =
    source === "userShell" && draft.type === "command" ? { ...draft, source } : draft;
  if (status === "pending") return [];
  const opened = parts.open(key, item);
  // Of what was asked about before its input was known, the type is settled.
  const shown = parts.item(key) ?? item;
  if (status === "running") {
    const output = item.type === "command" ? textOf(fieldsOf(metadata)["output"]) : "";
    return [...opened, ...parts.output(key, output)];
  }
  const refused = declined.has(key) || declinedWords.test(textOf(error));
  const exit = numberOf(fieldsOf(metadata)["exit"]);
  const cut = call.tool === "bash" && source === "agent" && exit !== 0;
  const failed = status === "error" || call.tool === "invalid" || cut;
  const outcome = refused ? {} : outcomeOf(shown, call, state, place);
  const result = refused ? "declined" : failed ? "failed" : "completed";
  return [...opened, ...parts.close(key, { status: result, ...outcome })];
}

/** The call behind a tool part; `asked` is what a question told of it. */
export function callOf(part: Fields, asked: Fields = {}): ToolCall {
  const { input, metadata } = fieldsOf(part["state"]);
  const known = { ...asked, ...fieldsOf(metadata) };
  return { tool: textOf(part["tool"]), input: fieldsOf(input), metadata: known };
}

/** Tokens of the request that a `step-finish` part ends: OpenCode counts each kind by itself. */
export function tokensOf(step: Fields): Tokens {
  const { input, output, reasoning, cache } = fieldsOf(step["tokens"]);
  const { read, write } = fieldsOf(cache);
  const [fresh, cached, written, said, thought] = [input, read, write, output, reasoning].map(
    (count) => numberOf(count) ?? 0,
  );
  return {
    input: (fresh ?? 0) + (cached ?? 0) + (written ?? 0),
    cached: cached ?? 0,
    output: (said ?? 0) + (thought ?? 0),
    reasoning: thought ?? 0,
  };
}
