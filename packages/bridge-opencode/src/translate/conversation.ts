import type { ThreadOp } from "@fairlead/bridge-core";
import {
  fieldsOf,
  listOf,
  textInput,
  textOf,
  toolContents,
  type Fields,
  type Outcome,
} from "@fairlead/bridge-core/parts";
import type { UserInput } from "@fairlead/codex-proto";
import { failureOf, outcomeOfError } from "./failures.ts";
import { callOf, Parts, tokensOf, toolOps } from "./parts.ts";
import { itemOf, planTools, type ToolPlace } from "./tools.ts";
import { Turns } from "./turns.ts";

/** What a conversation has to know beside its events. */
export interface ConversationContext {
  place(): ToolPlace;
  window(provider: string, model: string): number | undefined;
  /** Keys of items that the user declined. */
  readonly declined: ReadonlySet<string>;
}

/** A user message: answered or not yet. */
interface Sent {
  readonly parts: Map<string, Fields>;
  began: boolean;
}

const shellWords = "The following tool was executed by the user";
const quietParts = /^(step-start|snapshot|patch|agent|retry|subtask|compaction)$/;

/** One session: its messages and their parts, as turns and items. */
export class Conversation {
  readonly turns: Turns = new Turns();
  readonly #context: ConversationContext;
  readonly #sent = new Map<string, Sent>();
  /** Answers of the open turn; `completed` and more is in their `info`. */
  readonly #answers = new Map<string, Fields>();
  /** Tool parts of the open turn, by message and call. */
  readonly #calls = new Map<string, Fields>();
  /** Messages of turns that are over: what is still said of them is late. */
  readonly #past = new Set<string>();
  /** What questions told of calls, by the key of their items. */
  readonly #asked = new Map<string, Fields>();
  #parts = new Parts();
  #error: Outcome | null = null;
  /** How often the session said that it is idle since it was busy. */
  #idles = 0;
  #busy = false;
  #plan = "";
  /** What was sent in the open turn: after a compaction OpenCode sends it again. */
  readonly #inputs = new Set<string>();
  #compacted = false;

  constructor(context: ConversationContext) {
    this.#context = context;
  }

  /** `message.updated` */
  message(info: Fields): ThreadOp[] {
    const id = textOf(info["id"]);
    if (this.#past.has(id)) return [];
    if (info["role"] === "user") {
      if (!this.#sent.has(id)) this.#sent.set(id, { parts: new Map(), began: false });
      return [];
    }
    const ops = this.#answers.has(id) ? [] : this.#answering(textOf(info["parentID"]));
    // The first event of an answer may show it as it was when it was over: OpenCode writes them late.
    this.#answers.set(id, info);
    if (!completed(info) || info["summary"] !== true) return ops;
    const status = textOf(info["finish"]) === "" ? "failed" : "completed";
    const compactions = this.#sentParts(info).filter(({ type }) => type === "compaction");
    return [
      ...ops,
      ...compactions.flatMap((part) => this.#parts.close(textOf(part["id"]), { status })),
    ];
  }

  /** `message.part.updated`; null for a kind of part that is unknown. */
  part(part: Fields): ThreadOp[] | null {
    const message = textOf(part["messageID"]);
    const sent = this.#sent.get(message);
    if (sent !== undefined) return this.#sentPart(message, sent, part);
    const info = this.#answers.get(message);
    if (info === undefined) return [];
    const type = textOf(part["type"]);
    switch (type) {
      case "text":
      case "reasoning":
        // A summary is for the model.
        if (info["summary"] === true || part["synthetic"] === true) return [];
        return this.#parts.text(part, type === "text" ? "message" : "reasoning");
      case "tool":
        return this.#tool(part, info);
      case "step-finish":
        return [this.#usage(part, info)];
      case "file": {
        const key = textOf(part["id"]);
        const [, mediaType = "", data = ""] = dataUrl.exec(textOf(part["url"])) ?? [];
        const result = toolContents({ type: "image", mimeType: mediaType, data });
        const item = { type: "tool", tool: "file", arguments: {}, result } as const;
        return [...this.#parts.open(key, item), ...this.#parts.close(key)];
      }
      default:
        return quietParts.test(type) ? [] : null;
    }
  }

  /** `message.part.delta` */
  delta({ partID, delta, field }: Fields): ThreadOp[] {
    return field === "text" ? this.#parts.delta(textOf(partID), textOf(delta)) : [];
  }

  /** A part was taken back. */
  removed({ partID }: Fields): ThreadOp[] {
    return this.#parts.close(textOf(partID));
  }

  /** The list of steps, if it is another one. */
  plan(todos: unknown): ThreadOp[] {
    const steps = listOf(todos).flatMap(({ content, status }) => {
      if (status === "cancelled") return [];
      const known = status === "completed" || status === "pending" ? status : "inProgress";
      return [{ step: textOf(content), status: known } as const];
    });
    const told = JSON.stringify(steps);
    if (told === this.#plan) return [];
    this.#plan = told;
    return [{ op: "plan", steps }];
  }

  /** The call a question is about, its item opened: as the question tells it, where nothing else does. */
  asked(asked: Fields): {
    readonly tool: string;
    readonly key: string;
    readonly opened: ThreadOp[];
  } {
    const { permission, metadata, questions } = asked;
    const { messageID, callID } = fieldsOf(asked["tool"]);
    const input = questions === undefined ? metadata : { questions };
    const unknown = { id: asked["id"], tool: permission ?? "question", state: { input } };
    const part = this.#calls.get(`${textOf(messageID)} ${textOf(callID)}`) ?? unknown;
    const key = textOf(part["id"]);
    // What will be done is told here before anywhere else: the command, the diff.
    const known = { ...this.#asked.get(key), ...fieldsOf(metadata) };
    this.#asked.set(key, known);
    const told = callOf(part, known);
    const call = questions === undefined ? told : { ...told, input: { questions } };
    const opened = this.#parts.open(key, itemOf(call, this.#context.place()));
    return { tool: call.tool, key, opened };
  }

  /** `session.status` `busy` */
  busy(): void {
    this.#busy = true;
    this.#idles = 0;
  }

  /** A request failed and is tried again. */
  abandon(): ThreadOp[] {
    return this.#parts.abandon();
  }

  /**
   * `session.status` `idle`: said twice where the first one comes before the answer's own end. One
   * that follows no work is the second of a turn before.
   */
  idle(): ThreadOp[] {
    const worked = this.#busy || this.#answers.size > 0;
    this.#busy = false;
    this.#idles += 1;
    const answering = [...this.#answers.values()].some((info) => !completed(info));
    if (this.turns.awaited || !worked || (answering && this.#idles === 1)) return [];
    return this.end(this.#outcome());
  }

  /** `session.error`; tells of the end itself only where no other event will. */
  error(error: Fields): ThreadOp[] {
    const outcome = outcomeOfError(error);
    this.#error = outcome;
    const unheard = this.turns.awaited && !this.#busy;
    this.turns.forget();
    if (this.turns.open !== null) return unheard ? this.end(outcome) : [];
    // OpenCode reports what fails before a message is made twice, with its own stack the second time.
    const { message } = fieldsOf(error["data"]);
    if (outcome.status !== "failed" || /\n\s+at /.test(textOf(message))) return [];
    return [{ op: "notice", message: failureOf(error).message }];
  }

  /** Ends the open turn; says nothing when there is none. */
  end(outcome: Outcome): ThreadOp[] {
    const turn = this.turns.over();
    for (const id of [...this.#sent.keys(), ...this.#answers.keys()]) this.#past.add(id);
    this.#sent.clear();
    this.#answers.clear();
    this.#calls.clear();
    this.#asked.clear();
    this.#parts = new Parts();
    this.#error = null;
    this.#inputs.clear();
    this.#compacted = false;
    return turn === null ? [] : [{ op: "end", turn, ...outcome }];
  }

  #outcome(): Outcome {
    const last = [...this.#answers.values()].at(-1);
    if (last === undefined) return this.#error ?? { status: "interrupted" };
    if (last["error"] !== undefined) return outcomeOfError(fieldsOf(last["error"]));
    const finish = textOf(last["finish"]);
    // What ends with calls, whose results the model never saw, was stopped by a "no" without words.
    const isDone = finish !== "" && (finish !== "tool-calls" || last["structured"] !== undefined);
    if (isDone || this.#isShell(last)) return { status: "completed" };
    return this.#error ?? { status: "interrupted" };
  }

  #sentPart(message: string, sent: Sent, part: Fields): ThreadOp[] {
    const id = textOf(part["id"]);
    const first = sent.parts.size === 0;
    sent.parts.set(id, part);
    if (!first || sent.began || part["synthetic"] === true || part["type"] === "compaction")
      return [];
    const prompt = this.turns.arrived(id);
    if (prompt === null) return [];
    sent.began = true;
    this.turns.open ??= prompt;
    return [{ op: "alias", id: prompt, key: message }];
  }

  /** The first answer to a message: what nobody here has sent begins, or joins what is open. */
  #answering(message: string): ThreadOp[] {
    this.#error = null;
    const sent = this.#sent.get(message);
    const parts = [...(sent?.parts.values() ?? [])];
    const input = parts.flatMap(inputOf);
    const ops: ThreadOp[] = [];
    if (this.turns.open === null || (sent?.began === false && !this.#goesOn(parts, input))) {
      this.turns.open ??= message;
      ops.push({ op: "begin", turn: message, input });
    }
    if (sent !== undefined) sent.began = true;
    this.#inputs.add(JSON.stringify(input));
    for (const { type, id, auto } of parts) {
      if (type !== "compaction") continue;
      this.#compacted ||= auto === true;
      ops.push(...this.#parts.open(textOf(id), { type: "compaction" }));
    }
    return ops;
  }

  /** True for messages OpenCode makes to go on with a turn: nobody has sent them. */
  #goesOn(parts: readonly Fields[], input: readonly UserInput[]): boolean {
    return parts.some(({ type, auto, metadata }) => {
      if (type === "compaction") return auto === true;
      if (fieldsOf(metadata)["compaction_continue"] === true) return true;
      return this.#compacted && this.#inputs.has(JSON.stringify(input));
    });
  }

  #sentParts(answer: Fields): readonly Fields[] {
    return [...(this.#sent.get(textOf(answer["parentID"]))?.parts.values() ?? [])];
  }

  #tool(part: Fields, info: Fields): ThreadOp[] {
    this.#calls.set(`${textOf(part["messageID"])} ${textOf(part["callID"])}`, part);
    const { status, input, metadata } = fieldsOf(part["state"]);
    if (planTools.has(textOf(part["tool"]))) {
      const todos = fieldsOf(metadata)["todos"] ?? fieldsOf(input)["todos"];
      return status === "completed" ? this.plan(todos) : [];
    }
    const source = this.#isShell(info) ? "userShell" : "agent";
    const { declined } = this.#context;
    const call = callOf(part, this.#asked.get(textOf(part["id"])));
    return toolOps(call, part, this.#parts, this.#context.place(), source, declined);
  }

  #isShell(info: Fields): boolean {
    return this.#sentParts(info).some(
      ({ text, synthetic }) => synthetic === true && text === shellWords,
    );
  }

  #usage(step: Fields, { providerID, modelID }: Fields): ThreadOp {
    const window = this.#context.window(textOf(providerID), textOf(modelID));
    const last = tokensOf(step);
    return window === undefined ? { op: "usage", last } : { op: "usage", last, window };
  }
}

const dataUrl = /^data:(image\/[^;,]+);base64,(.*)$/s;

function completed(info: Fields): boolean {
  return fieldsOf(info["time"])["completed"] !== undefined;
}

/** What a part of a user message shows: not what OpenCode itself adds for the model. */
function inputOf(part: Fields): readonly UserInput[] {
  const { type, text, synthetic, url, mime, filename, prompt } = part;
  if (type === "text" && synthetic !== true) return [textInput(textOf(text))];
  if (type === "subtask") return [textInput(textOf(prompt))];
  if (type !== "file") return [];
  if (textOf(mime).startsWith("image/")) return [{ type: "image", url: textOf(url) }];
  const path = textOf(url).replace(/^file:\/\//, "");
  return [{ type: "mention", name: textOf(filename) || path, path }];
}
