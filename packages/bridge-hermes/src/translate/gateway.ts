import type { Question, ThreadOp } from "@fairlead/bridge-core";
import {
  choice,
  failureIn,
  fieldsOf,
  numberOf,
  OrderedTurns,
  planSteps,
  textInput,
  textItem,
  textOf,
  TextRuns,
  TokenCounter,
  type Fields,
  type Outcome,
} from "@fairlead/bridge-core/parts";
import { todosIn, toolCall, toolOutcome, type ToolCall } from "./tools.ts";

/** Events that tell nothing of their own. */
const quiet =
  /^(gateway\.ready|thinking\.delta|reasoning\.available|tool\.generating|notification\.clear|skin\.changed|subagent\.\w+|session\.info)$/;

/** A call without a result yet. */
interface OpenCall {
  readonly call: ToolCall;
  /** Key of the sub-agent's thread it is made in. */
  readonly thread: string | undefined;
}

/** Everything Hermes tells of one session, as ops. Pure. */
export class GatewayTranslator {
  readonly turns: OrderedTurns = new OrderedTurns();
  /** Calls without a result yet, by their keys. */
  readonly calls: Map<string, OpenCall> = new Map();
  /** How the turn ended that is over as soon as the session is free. */
  outcome: Outcome | null = null;
  readonly #cwd: string;
  readonly #texts = new TextRuns();
  readonly #tokens = new TokenCounter();
  /** Sub-agents that work. */
  readonly #children = new Set<string>();
  #hasSaid = false;
  #hasThought = false;

  constructor(cwd: string) {
    this.#cwd = cwd;
  }

  /** Null for an event of unknown kind: log it. */
  translate(type: string, payload: Fields): ThreadOp[] | null {
    const text = textOf(payload["text"]);
    switch (type) {
      case "message.start":
        return this.#working();
      case "message.delta":
        this.#hasSaid = true;
        return [...this.#working(), ...this.#texts.delta("message", text)];
      case "reasoning.delta":
        this.#hasThought = true;
        return [...this.#working(), ...this.#texts.delta("reasoning", text)];
      case "tool.start":
        return this.#started(payload);
      case "tool.complete":
        return this.#result(textOf(payload["tool_id"]), payload);
      case "fairlead.result":
        return this.#result(keyOf(payload), payload);
      case "subagent.start":
        return this.#child(payload);
      case "subagent.complete":
        return this.#childEnd(textOf(payload["child_session_id"]), payload);
      case "status.update":
        return this.#status(textOf(payload["kind"]), text);
      case "notification.show":
        return text === "" ? [] : [{ op: "notice", message: text }];
      case "message.complete":
        return this.#complete(payload, text);
      case "error":
        this.outcome ??= { status: "failed", failure: failureOf(textOf(payload["message"])) };
        return [];
      default:
        return quiet.test(type) ? [] : null;
    }
  }

  /** A call before it runs: its item, opened. */
  called(told: Fields): {
    readonly ops: ThreadOp[];
    readonly key: string;
    readonly call: ToolCall;
    readonly thread: string | undefined;
  } {
    const { tool_name, args, folder, file, session_id } = told;
    const { path, before, deleted } = fieldsOf(file);
    const key = keyOf(told);
    const call = toolCall(textOf(tool_name), fieldsOf(args), {
      cwd: textOf(folder) || this.#cwd,
      ...(typeof path === "string" && { path }),
      before: typeof before === "string" ? before : null,
      deleted: fieldsOf(deleted),
    });
    const session = textOf(session_id);
    const thread = this.#children.has(session) ? session : undefined;
    this.calls.set(key, { call, thread });
    const item = call.name === "todo" ? [] : [within(thread, { op: "open", key, item: call.item })];
    return { key, call, thread, ops: [...this.#texts.pause(), ...item] };
  }

  /** A call was refused: nothing more is told of it. */
  refused(key: string): ThreadOp[] {
    const thread = this.calls.get(key)?.thread;
    if (!this.calls.delete(key)) return [];
    return [within(thread, { op: "close", key, status: "declined" })];
  }

  /** The open turn is over. `row`: what the store calls it, where that is known. */
  end(row: string | null): ThreadOp[] {
    const outcome = this.outcome ?? { status: "completed" };
    const { open } = this.turns;
    const alias: ThreadOp[] =
      open === null || row === null ? [] : [{ op: "alias", id: open, key: row }];
    const stopped = outcome.status === "completed" ? [] : [...this.#children];
    const children = stopped.flatMap((child) => this.#childEnd(child, { status: "interrupted" }));
    this.outcome = null;
    this.calls.clear();
    this.#hasSaid = this.#hasThought = false;
    return [...this.#texts.pause(), ...children, ...alias, ...this.turns.end(outcome)];
  }

  /** Work that nobody asked for is a turn of its own. */
  #working(): ThreadOp[] {
    return this.turns.spontaneous("work");
  }

  #started(told: Fields): ThreadOp[] {
    const { tool_id, name, args } = told;
    const key = textOf(tool_id);
    // What the gateway's hook told of already.
    if (this.calls.has(key) || args === undefined) return [];
    const { ops } = this.called({ tool_name: name, tool_call_id: key, args });
    return [...this.#working(), ...ops];
  }

  #result(key: string, { result, output }: Fields): ThreadOp[] {
    const known = this.calls.get(key);
    if (known === undefined) return [];
    const { call, thread } = known;
    this.calls.delete(key);
    const isPlan = call.name === "todo" && thread === undefined;
    if (isPlan) return [{ op: "plan", steps: planSteps(todosIn(result)) }];
    if (call.name === "todo") return [];
    const outcome = toolOutcome(call, result);
    const said = typeof output === "string" ? { output } : {};
    return [within(thread, { op: "close", key, ...outcome, ...said })];
  }

  #child({ child_session_id, goal }: Fields): ThreadOp[] {
    const thread = textOf(child_session_id);
    const [item = null] =
      [...this.calls].findLast(([, { call }]) => call.name === "delegate_task") ?? [];
    if (thread === "" || this.#children.has(thread)) return [];
    this.#children.add(thread);
    const input = [textInput(textOf(goal))];
    return [
      { op: "child", key: thread, item, nativeId: thread, title: textOf(goal) },
      { op: "begin", thread, turn: thread, input },
    ];
  }

  #childEnd(thread: string, { status, summary }: Fields): ThreadOp[] {
    if (!this.#children.delete(thread)) return [];
    const said = textItem("summary", "message", textOf(summary));
    const end = { op: "end", turn: thread, thread } as const;
    const message = textOf(summary) || "The sub-agent failed.";
    const over: ThreadOp =
      status === "failed" || status === "error"
        ? { ...end, status: "failed", failure: { kind: "other", message } }
        : { ...end, status: status === "completed" ? "completed" : "interrupted" };
    return [...said.map((op) => within(thread, op)), over];
  }

  #status(kind: string, text: string): ThreadOp[] {
    if (kind !== "compacting") return kind === "warn" ? [{ op: "notice", message: text }] : [];
    const key = `compaction-${text}`;
    const open = { op: "open", key, item: { type: "compaction" } } as const;
    return this.turns.open === null || this.turns.open.startsWith("compact:")
      ? []
      : [...this.#texts.pause(), open, { op: "close", key }];
  }

  #complete({ status, usage, reasoning, warning }: Fields, text: string): ThreadOp[] {
    const ops = [...this.#working(), ...this.#texts.pause()];
    // Of providers that do not stream.
    const isTold = status === "complete" || status === undefined;
    if (isTold && !this.#hasThought)
      ops.push(...textItem("thought", "reasoning", textOf(reasoning)));
    if (isTold && !this.#hasSaid) ops.push(...textItem("answer", "message", text));
    if (typeof warning === "string") ops.push({ op: "notice", message: warning });
    if (status === "error") this.outcome = { status: "failed", failure: failureOf(text) };
    else this.outcome = { status: status === "interrupted" ? "interrupted" : "completed" };
    return [...ops, ...this.#usage(fieldsOf(usage))];
  }

  #usage(usage: Fields): ThreadOp[] {
    const count = (name: string): number => numberOf(usage[name]) ?? 0;
    const counted = {
      input: count("prompt"),
      cached: count("cache_read"),
      output: count("output"),
      reasoning: count("reasoning"),
    };
    const isTurns = usage["of_turn"] === true && counted.input > 0;
    const last = isTurns ? counted : this.#tokens.since(counted);
    const window = numberOf(usage["context_max"]);
    return last === null ? [] : [{ op: "usage", last, ...(window !== undefined && { window }) }];
  }
}

/** A script that calls tools of its own gives these no ids. */
function keyOf({ tool_call_id, request_id }: Fields): string {
  return textOf(tool_call_id) || `call-${textOf(request_id)}`;
}

function within(thread: string | undefined, op: ThreadOp): ThreadOp {
  return thread === undefined ? op : { ...op, thread };
}

/** What went wrong, from words like `Error: HTTP 401: …`. */
function failureOf(words: string): ReturnType<typeof failureIn> {
  const said = words.replace(/^(?:Error: )?(?:API call failed after \d+ retries: )?(?:HTTP )?/, "");
  return failureIn(said || "Hermes gave no reason.");
}

/** What Hermes asks the user for: an answer, or a secret. */
export function questionIn(type: string, { question, choices, prompt, env_var }: Fields): Question {
  const labels = Array.isArray(choices) ? choices.map(textOf) : [];
  const options = labels.map((label) => ({ label, description: "" }));
  const secret = type !== "clarify.request";
  const said = textOf(question) || textOf(prompt) || `Value of ${textOf(env_var)}`;
  const words = type === "sudo.request" ? "Your password, for sudo" : said;
  return { ...choice("answer", "", words, options), freeText: true, secret };
}
