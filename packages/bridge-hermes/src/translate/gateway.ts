import type { Question, ThreadOp, Tokens } from "@fairlead/bridge-core";
import {
  choice,
  failureIn,
  fieldsOf,
  numberOf,
  OrderedTurns,
  planSteps,
  TextItems,
  textItem,
  textOf,
  type Fields,
  type Outcome,
  type TextKind,
} from "@fairlead/bridge-core/parts";
import { todosIn, toolCall, toolOutcome, type ToolCall } from "./tools.ts";

/** Events that tell nothing of their own. */
const quiet =
  /^(gateway\.ready|message\.start|thinking\.delta|reasoning\.available|tool\.generating|tool\.start|notification\.clear|skin\.changed|subagent\.\w+)$/;

/** A call that waits for leave, or has it. */
export interface OpenCall {
  readonly key: string;
  readonly call: ToolCall;
}

/** Everything Hermes' gateway tells of one session, as ops. Pure. */
export class GatewayTranslator {
  readonly turns: OrderedTurns = new OrderedTurns();
  /** Calls without a result yet, by their ids. */
  readonly calls: Map<string, ToolCall> = new Map();
  /** How the turn ended that is over as soon as the session is free. */
  outcome: Outcome | null = null;
  readonly #texts = new TextItems();
  readonly #cwd: string;
  #segment = 0;
  #kind: TextKind | null = null;
  /** What of the turn's own words was shown since its last call. */
  #said = false;
  #thought = false;
  #counted: Tokens = { input: 0, cached: 0, output: 0, reasoning: 0 };

  constructor(cwd: string) {
    this.#cwd = cwd;
  }

  /** Null for an event of unknown kind: log it. */
  translate(type: string, payload: Fields): ThreadOp[] | null {
    const text = textOf(payload["text"]);
    switch (type) {
      case "message.delta":
        return this.#text("message", text);
      case "reasoning.delta":
        return this.#text("reasoning", text);
      case "tool.complete":
        return this.#toolComplete(payload);
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

  /** A call that waits for leave: its item, opened. */
  called(payload: Fields): { readonly ops: ThreadOp[] } & OpenCall {
    const { tool_name, tool_call_id, args, folder, file, request_id } = payload;
    const { path, before } = fieldsOf(file);
    // A script that calls tools of its own gives these no ids.
    const key = textOf(tool_call_id) || `call-${textOf(request_id)}`;
    const call = toolCall(textOf(tool_name), fieldsOf(args), {
      cwd: textOf(folder) || this.#cwd,
      ...(typeof path === "string" && { path }),
      before: typeof before === "string" ? before : null,
    });
    this.calls.set(key, call);
    const shown: ThreadOp[] = call.name === "todo" ? [] : [{ op: "open", key, item: call.item }];
    return { key, call, ops: [...this.#working(key), ...this.#silence(), ...shown] };
  }

  /** A call was refused: nothing more is told of it. */
  refused(key: string): ThreadOp[] {
    return this.calls.delete(key) ? [{ op: "close", key, status: "declined" }] : [];
  }

  /** The open turn is over. */
  end(row: string | null): ThreadOp[] {
    const outcome = this.outcome ?? { status: "completed" };
    const { open } = this.turns;
    const alias: ThreadOp[] =
      open === null || row === null ? [] : [{ op: "alias", id: open, key: row }];
    this.outcome = null;
    this.calls.clear();
    return [...this.#silence(), ...alias, ...this.turns.end(outcome)];
  }

  #working(key: string): ThreadOp[] {
    return this.turns.spontaneous(`run-${key}`);
  }

  #text(kind: TextKind, text: string): ThreadOp[] {
    const before = this.#kind === kind ? [] : this.#silence();
    this.#kind = kind;
    const key = `text-${this.#segment}`;
    // What follows a call begins with an empty line.
    const isNew = !(kind === "message" ? this.#said : this.#thought);
    const delta = isNew ? text.trimStart() : text;
    if (delta !== "" && kind === "message") this.#said = true;
    if (delta !== "" && kind === "reasoning") this.#thought = true;
    return [...before, ...this.#working(key), ...this.#texts.delta(key, kind, delta)];
  }

  /** The text that streams is complete. */
  #silence(): ThreadOp[] {
    this.#segment += 1;
    this.#kind = null;
    this.#said = false;
    this.#thought = false;
    return this.#texts.abandon();
  }

  #toolComplete({ tool_id, name, args, result }: Fields): ThreadOp[] {
    const key = textOf(tool_id);
    const known = this.calls.get(key);
    const call = known ?? toolCall(textOf(name), fieldsOf(args), { cwd: this.#cwd });
    this.calls.delete(key);
    if (call.name === "todo") return [{ op: "plan", steps: planSteps(todosIn(result)) }];
    const opened: ThreadOp[] = known === undefined ? [{ op: "open", key, item: call.item }] : [];
    const nested = [...this.calls.keys()].filter((each) => each.startsWith("call-"));
    const inner = nested.map((each): ThreadOp => ({ op: "close", key: each, status: "completed" }));
    for (const each of nested) this.calls.delete(each);
    return [...opened, ...inner, { op: "close", key, ...toolOutcome(call, result) }];
  }

  #status(kind: string, text: string): ThreadOp[] {
    if (kind === "compacting" && this.turns.open !== null) {
      const key = `compaction-${(this.#segment += 1)}`;
      return [
        { op: "open", key, item: { type: "compaction" } },
        { op: "close", key },
      ];
    }
    return kind === "warn" ? [{ op: "notice", message: text }] : [];
  }

  #complete({ status, usage, reasoning, warning }: Fields, text: string): ThreadOp[] {
    const ops: ThreadOp[] = [];
    if (status === "error") {
      this.outcome = { status: "failed", failure: failureOf(text) };
    } else {
      this.outcome = { status: status === "interrupted" ? "interrupted" : "completed" };
      // Of providers that do not stream.
      const untold = status === "complete" && !this.#said;
      const key = `text-${this.#segment + 1}`;
      if (untold && !this.#thought)
        ops.push(...textItem(`${key}-r`, "reasoning", textOf(reasoning)));
      if (untold) ops.push(...textItem(key, "message", text));
    }
    if (typeof warning === "string") ops.push({ op: "notice", message: warning });
    return [...this.#silence(), ...this.#working("end"), ...ops, ...this.#usage(fieldsOf(usage))];
  }

  /** Hermes counts since its start: what is new is the turn's. */
  #usage(usage: Fields): ThreadOp[] {
    const count = (name: string): number => numberOf(usage[name]) ?? 0;
    const now: Tokens = {
      input: count("prompt"),
      cached: count("cache_read"),
      output: count("output"),
      reasoning: count("reasoning"),
    };
    const then = this.#counted;
    this.#counted = now;
    const last: Tokens = {
      input: now.input - then.input,
      cached: now.cached - then.cached,
      output: now.output - then.output,
      reasoning: now.reasoning - then.reasoning,
    };
    if (last.input + last.output <= 0) return [];
    const window = numberOf(usage["context_max"]);
    return [{ op: "usage", last, ...(window !== undefined && { window }) }];
  }
}

/** What went wrong, from words like `Error: HTTP 401: …`. */
export function failureOf(words: string): ReturnType<typeof failureIn> {
  const said = words.replace(/^(?:Error: )?(?:HTTP )?/, "");
  return failureIn(said || "Hermes gave no reason.");
}

/** The question of the tool `clarify`. */
export function clarifying({ question, choices }: Fields): Question {
  const labels = Array.isArray(choices) ? choices.map(textOf) : [];
  const options = labels.map((label) => ({ label, description: "" }));
  return { ...choice("answer", "", textOf(question), options), freeText: true };
}

/** A secret that Hermes asks for. */
export function secretOf(type: string, payload: Fields): Question {
  const { prompt, env_var } = payload;
  const asked = textOf(prompt) || `Value of ${textOf(env_var)}`;
  const question = type === "sudo.request" ? "Your password, for sudo" : asked;
  return { ...choice("answer", "", question, []), freeText: true, secret: true };
}
