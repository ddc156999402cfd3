import type { ItemDraft, ThreadOp } from "@fairlead/bridge-core";
import {
  fieldsOf,
  OrderedTurns,
  planSteps,
  textItem,
  TextItems,
  textOf,
  ToldMessages,
  type Fields,
  type Outcome,
  type ToldMessage,
} from "@fairlead/bridge-core/parts";
import { outcomeOfError, retryOf } from "./failures.ts";
import { inputOf, isOver, joined, partId, tokensOf } from "./messages.ts";
import { closeOf, itemOf, type ToolPlace } from "./tools.ts";

/** What a translator has to know beside the events. */
export interface TranslatorOptions extends ToolPlace {
  /** The root session. */
  readonly session: string;
  /** Context size of a PROVIDER/MODEL, where OpenCode tells it. */
  readonly window?: (model: string) => number | undefined;
}

const shellWords = "The following tool was executed by the user";
const quietParts = /^(step-start|snapshot|patch|agent|retry|subtask|compaction)$/;

/** One session: its messages and their parts, as turns and items. */
export class Conversation {
  readonly turns: OrderedTurns = new OrderedTurns();
  readonly #options: TranslatorOptions;
  readonly #messages = new ToldMessages();
  /** As the items of the open turn were told first: that fixed their types. */
  readonly #items = new Map<string, ItemDraft>();
  /** Keys of calls that were asked about before they were told, by message and call. */
  readonly #untold = new Map<string, string>();
  /** What was sent in the open turn. */
  readonly #inputs = new Set<string>();
  #texts = new TextItems();
  #error: Outcome | null = null;
  #isBusy = false;
  /** Number of the running retry. */
  #attempt: unknown;

  constructor(options: TranslatorOptions) {
    this.#options = options;
  }

  /** `message.updated` */
  message(info: Fields): ThreadOp[] {
    const told = this.#messages.told(textOf(info["id"]), info);
    if (told === "late" || info["role"] === "user") return [];
    const ops = told === "first" ? this.#answering(textOf(info["parentID"])) : [];
    if (info["summary"] !== true) return ops;
    for (const { type, id: part } of this.#messages.partsOf(textOf(info["parentID"]))) {
      if (type !== "compaction") continue;
      ops.push(this.#open(textOf(part), { type }));
      if (isOver(info)) ops.push({ op: "close", key: textOf(part) });
    }
    return ops;
  }

  /** `message.part.updated`; null for a kind of part that is unknown. */
  part(part: Fields): ThreadOp[] | null {
    const message = this.#messages.get(textOf(part["messageID"]));
    const place = `${textOf(part["messageID"])} ${textOf(part["callID"])}`;
    const key = this.#untold.get(place) ?? textOf(part["id"]);
    const before = message?.parts.get(key);
    if (message === undefined || (before !== undefined && isOver(before))) return [];
    const known = joined(before, { ...part, id: key });
    message.parts.set(key, known);
    const { info } = message;
    if (info["role"] === "user") return this.#arrived(message, known);
    const type = textOf(part["type"]);
    switch (type) {
      case "text":
      case "reasoning": {
        // A summary is for the model.
        if (info["summary"] === true || part["synthetic"] === true) return [];
        const kind = type === "text" ? "message" : "reasoning";
        return this.#texts.whole(key, kind, textOf(part["text"]), isOver(part));
      }
      case "tool":
        return this.#tool(known, info);
      case "step-finish": {
        const model = `${textOf(info["providerID"])}/${textOf(info["modelID"])}`;
        const window = this.#options.window?.(model);
        const usage = { op: "usage", last: tokensOf(part) } as const;
        return [window === undefined ? usage : { ...usage, window }];
      }
      default:
        return quietParts.test(type) ? [] : null;
    }
  }

  /** `message.part.delta` */
  delta({ messageID, partID, delta, field }: Fields): ThreadOp[] {
    const part = this.#messages.get(textOf(messageID))?.parts.get(textOf(partID));
    if (part === undefined || field !== "text") return [];
    return this.part({ ...part, text: textOf(part["text"]) + textOf(delta) }) ?? [];
  }

  /** The call a question is about, its item opened: as the question tells it, where nothing else does. */
  asked(asked: Fields): { readonly call: Fields; readonly opened: ThreadOp } {
    const { permission = "question", metadata, questions } = asked;
    const { messageID, callID } = fieldsOf(asked["tool"]);
    const place = `${textOf(messageID)} ${textOf(callID)}`;
    const id = this.#untold.get(place) ?? textOf(asked["id"]);
    const untold = { id, type: "tool", tool: permission, state: { input: metadata } };
    const told = this.#messages.partsOf(textOf(messageID));
    const known = told.find((part) => part["callID"] === callID) ?? untold;
    if (known === untold && callID !== undefined) this.#untold.set(place, id);
    const input = questions === undefined ? {} : { input: { questions } };
    // What will be done is told here before anywhere else: the command, the diff.
    const state = { ...fieldsOf(known["state"]), ...input, metadata };
    const call = joined(known, { ...known, state });
    const key = textOf(call["id"]);
    this.#messages.get(textOf(messageID))?.parts.set(key, call);
    return { call, opened: this.#open(key, itemOf(call, this.#options)) };
  }

  /** `session.status` */
  status({ type, attempt, message }: Fields): ThreadOp[] {
    const isNew = attempt !== this.#attempt;
    this.#attempt = attempt;
    if (type === "idle") return this.#idle();
    this.#isBusy = true;
    if (type !== "retry" || !isNew) return [];
    // What was streamed stays, the next try has parts of its own.
    return [...this.#texts.abandon(), { op: "retry", failure: retryOf(message) }];
  }

  /** `session.error`; tells of the end itself only where no other event will. */
  error(error: Fields): ThreadOp[] {
    const outcome = outcomeOfError(error);
    this.#error = outcome;
    const isUnheard = this.turns.waiting.length > 0 && !this.#isBusy;
    this.turns.dropped();
    if (this.turns.open !== null) return isUnheard ? this.end(outcome) : [];
    // OpenCode reports what fails before a message is made twice, with its own stack the second time.
    const { message } = fieldsOf(error["data"]);
    if (outcome.status !== "failed" || /\n\s+at /.test(textOf(message))) return [];
    return [{ op: "notice", message: outcome.failure.message }];
  }

  /** Ends the open turn; says nothing when there is none. */
  end(outcome: Outcome): ThreadOp[] {
    this.#messages.end();
    this.#items.clear();
    this.#untold.clear();
    this.#inputs.clear();
    this.#texts = new TextItems();
    this.#error = null;
    return this.turns.end(outcome);
  }

  /**
   * Idle is said twice where the first one comes before the answer's own end. One that follows no
   * work is the second of a turn before.
   */
  #idle(): ThreadOp[] {
    const wasBusy = this.#isBusy;
    this.#isBusy = false;
    const answers = this.#messages.by("assistant");
    const isEarly = wasBusy ? answers.some((info) => !isOver(info)) : answers.length === 0;
    return this.turns.waiting.length > 0 || isEarly ? [] : this.end(this.#outcome());
  }

  #outcome(): Outcome {
    const last = this.#messages.by("assistant").at(-1);
    if (last === undefined) return this.#error ?? { status: "interrupted" };
    if (last["error"] !== undefined) return outcomeOfError(fieldsOf(last["error"]));
    const finish = textOf(last["finish"]);
    // What ends with calls, whose results the model never saw, was stopped by a "no" without words.
    const isDone = finish !== "" && (finish !== "tool-calls" || last["structured"] !== undefined);
    if (isDone || this.#isShell(last)) return { status: "completed" };
    return this.#error ?? { status: "interrupted" };
  }

  #arrived(message: ToldMessage, part: Fields): ThreadOp[] {
    if (message.parts.size > 1 || part["synthetic"] === true || part["type"] === "compaction")
      return [];
    const key = textOf(part["id"]);
    const prompt = this.turns.arrived((id) => key.startsWith(partId(id)));
    if (prompt === null) return [];
    message.isTaken = true;
    this.turns.open ??= prompt;
    return [{ op: "alias", id: prompt, key: textOf(message.info["id"]) }];
  }

  /** The first answer to a message: what nobody here has sent begins, or joins what is open. */
  #answering(id: string): ThreadOp[] {
    this.#error = null;
    const sent = this.#messages.get(id);
    const input = this.#messages.partsOf(id).flatMap(inputOf);
    const words = JSON.stringify(input);
    // After a compaction OpenCode sends again what was sent before.
    const isCompacted = [...this.#items.values()].some(({ type }) => type === "compaction");
    const isAgain = isCompacted && this.#inputs.has(words);
    const isNew = sent?.isTaken === false && input.length > 0 && !isAgain;
    if (sent) sent.isTaken = true;
    this.#inputs.add(words);
    if (this.turns.open !== null && !isNew) return [];
    this.turns.open ??= id;
    return [{ op: "begin", turn: id, input }];
  }

  #tool(part: Fields, info: Fields): ThreadOp[] {
    const { status, input, metadata } = fieldsOf(part["state"]);
    if (status === "pending") return [];
    if (/^todo(write|read)$/.test(textOf(part["tool"]))) {
      const todos = fieldsOf(metadata)["todos"] ?? fieldsOf(input)["todos"];
      return status === "completed" ? [{ op: "plan", steps: planSteps(todos) }] : [];
    }
    const key = textOf(part["id"]);
    // Held to a schema, the model answers by calling this.
    if (part["tool"] === "StructuredOutput") {
      return status === "completed" ? textItem(key, "message", JSON.stringify(input)) : [];
    }
    const drafted = itemOf(part, this.#options);
    const isUsers = drafted.type === "command" && this.#isShell(info);
    const item: ItemDraft = isUsers ? { ...drafted, source: "userShell" } : drafted;
    const opened = this.#open(key, item);
    // Of what was asked about before its input was known, the type is settled.
    const shown = this.#items.get(key) ?? item;
    if (status !== "running") return [opened, closeOf(part, shown, this.#options)];
    const total = textOf(fieldsOf(metadata)["output"]);
    if (shown.type !== "command" || total === "") return [opened];
    return [opened, { op: "output", key, total }];
  }

  #open(key: string, item: ItemDraft): ThreadOp {
    if (!this.#items.has(key)) this.#items.set(key, item);
    return { op: "open", key, item };
  }

  #isShell(info: Fields): boolean {
    const asked = this.#messages.partsOf(textOf(info["parentID"]));
    return asked.some(({ text, synthetic }) => synthetic === true && text === shellWords);
  }
}
