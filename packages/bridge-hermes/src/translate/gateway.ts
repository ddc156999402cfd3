import type { Ask, Question, ThreadOp } from "@fairlead/bridge-core";
import {
  CallStream,
  choice,
  failureIn,
  fieldsOf,
  numberOf,
  planSteps,
  textOf,
  TokenCounter,
  type Fields,
} from "@fairlead/bridge-core/parts";
import { serverNames, todosIn, toolCall, toolOutcome, type ToolCall } from "./tools.ts";

/** Events that tell nothing of their own. */
const quiet =
  /^(gateway\.ready|thinking\.delta|reasoning\.available|tool\.generating|notification\.clear|skin\.changed|subagent\.\w+|session\.info)$/;

/** A call that was taken notice of. */
interface TakenCall {
  readonly ops: ThreadOp[];
  readonly key: string;
  readonly call: ToolCall;
  readonly thread: string | undefined;
}

/** Everything Hermes tells of one session, as ops. Pure. */
export class GatewayTranslator extends CallStream<ToolCall> {
  readonly #cwd: string;
  readonly #servers: ReadonlyMap<string, string>;
  readonly #tokens = new TokenCounter();

  /** `servers`: names of the thread's MCP servers. */
  constructor(cwd: string, servers: readonly string[] = []) {
    super();
    this.#cwd = cwd;
    this.#servers = serverNames(servers);
  }

  /** Null for an event of unknown kind: log it. */
  translate(type: string, payload: Fields): ThreadOp[] | null {
    const text = textOf(payload["text"]);
    switch (type) {
      case "message.start":
        return this.working();
      case "message.delta":
        return this.text("message", text);
      case "reasoning.delta":
        return this.text("reasoning", text);
      case "tool.start":
        return this.#started(payload);
      case "tool.complete":
        return this.#result(textOf(payload["tool_id"]), payload);
      case "fairlead.result":
        return this.#result(keyOf(payload), payload);
      case "subagent.start":
        return this.#child(payload);
      case "subagent.complete": {
        const { child_session_id, status, summary } = payload;
        return this.childEnd(textOf(child_session_id), status, textOf(summary));
      }
      case "fairlead.background":
        return [{ op: "background", running: payload["running"] === true }];
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

  /** The open call that Hermes asks about: the one it names, or in words; else one it did not tell of. */
  asked({ command, tool_name, args, request_id, tool_call_id, call: script }: Fields): TakenCall {
    const named = keyOf({ tool_call_id, request_id: script });
    const calls = [...this.calls];
    const [key, open] =
      calls.find(([each]) => each === named) ??
      calls.find(([, { call }]) => command && call.input["command"] === command) ??
      [];
    if (key !== undefined && open !== undefined) return { ops: [], key, ...open };
    const told = { tool_name: tool_name ?? "terminal", args: args ?? { command } };
    return this.called({ ...told, request_id: `asked-${textOf(request_id)}` });
  }

  /** A call before it runs: its item, opened. */
  called(told: Fields): TakenCall {
    const { tool_name, args, folder, file, session_id } = told;
    const { path, before, deleted } = fieldsOf(file);
    const key = keyOf(told);
    const call = toolCall(textOf(tool_name), fieldsOf(args), {
      cwd: textOf(folder) || this.#cwd,
      ...(typeof path === "string" && { path }),
      before: typeof before === "string" ? before : null,
      deleted: fieldsOf(deleted),
      servers: this.#servers,
    });
    const item = call.name === "todo" ? null : call.item;
    return { key, call, ...this.open(key, { call, item, session: textOf(session_id) }) };
  }

  #started({ tool_id, name, args }: Fields): ThreadOp[] {
    const key = textOf(tool_id);
    // What the gateway's hook told of already.
    if (this.calls.has(key) || args === undefined) return [];
    const { ops } = this.called({ tool_name: name, tool_call_id: key, args });
    return [...this.working(), ...ops];
  }

  #result(key: string, { result, output }: Fields): ThreadOp[] {
    const { call, thread } = this.calls.get(key) ?? {};
    if (call?.name === "todo") {
      this.calls.delete(key);
      return thread === undefined ? [{ op: "plan", steps: planSteps(todosIn(result)) }] : [];
    }
    const said = typeof output === "string" ? { output } : {};
    return call === undefined ? [] : this.close(key, { ...toolOutcome(call, result), ...said });
  }

  #child({ child_session_id, goal }: Fields): ThreadOp[] {
    const [item = null] =
      [...this.calls].findLast(([, { call }]) => call.name === "delegate_task") ?? [];
    return this.child(textOf(child_session_id), item, textOf(goal));
  }

  #status(kind: string, text: string): ThreadOp[] {
    if (kind !== "compacting") return kind === "warn" ? [{ op: "notice", message: text }] : [];
    if (this.turns.open === null || this.turns.open.startsWith("compact:")) return [];
    const key = `compaction-${text}`;
    return [
      ...this.pause(),
      { op: "open", key, item: { type: "compaction" } },
      { op: "close", key },
    ];
  }

  #complete({ status, error, usage, reasoning, warning }: Fields, text: string): ThreadOp[] {
    const ops = [...this.working(), ...this.pause()];
    if (status === "complete" || status === undefined) {
      ops.push(...this.whole("reasoning", "thought", textOf(reasoning)));
      ops.push(...this.whole("message", "answer", text));
    }
    if (typeof warning === "string") ops.push({ op: "notice", message: warning });
    const what = textOf(error) || text;
    if (status === "error") this.outcome = { status: "failed", failure: failureOf(what) };
    else this.outcome = { status: status === "interrupted" ? "interrupted" : "completed" };
    return [...ops, ...this.#usage(fieldsOf(usage))];
  }

  #usage(usage: Fields): ThreadOp[] {
    const count = (name: string): number => numberOf(usage[name]) ?? 0;
    const [input, cached] = [count("prompt"), count("cache_read")];
    const counted = { input, cached, output: count("output"), reasoning: count("reasoning") };
    const isTurns = usage["of_turn"] === true && counted.input > 0;
    const last = isTurns ? counted : this.#tokens.since(counted);
    const window = numberOf(usage["context_max"]);
    return last === null ? [] : [{ op: "usage", last, ...(window !== undefined && { window }) }];
  }
}

/** What names a call. A script that calls tools of its own gives these no ids. */
function keyOf({ tool_call_id, request_id }: Fields): string {
  return textOf(tool_call_id) || `call-${textOf(request_id)}`;
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
  const said = textOf(question) || textOf(prompt) || `Value of ${textOf(env_var)}`;
  const words = type === "sudo.request" ? "Your password, for sudo" : said;
  const secret = type !== "clarify.request";
  return { ...choice("answer", "", words, options), freeText: true, secret };
}

/** What an MCP server asks the user: Hermes passes on no more than yes or no. */
export function elicitationIn({ command, description }: Fields): Ask {
  const [, server = "MCP"] = /server '(.*?)'/.exec(textOf(description)) ?? [];
  return { kind: "elicitation", server, message: textOf(command), form: null, url: null };
}
