import type { ThreadOp } from "@fairlead/bridge-core";
import {
  fieldsOf,
  imageInput,
  messageBlocks,
  textInput,
  textOf,
  type Fields,
} from "@fairlead/bridge-core/parts";
import type { UserInput } from "@fairlead/codex-proto";
import { failureOf } from "../translate/outcome.ts";
import { wholeText } from "../translate/text-blocks.ts";
import { Translator } from "../translate/translator.ts";

/** One past turn, as the ops it would have made live. */
interface PastTurn {
  readonly key: string;
  readonly ops: ThreadOp[];
  /** Uuid of its last answer, where a fork behind it starts. */
  lastAnswer: string | null;
  interrupted: boolean;
  /** The words of the error it ended with. */
  error: string | null;
}

const notTyped = /^<(local-command|bash-|system-reminder|user-memory)|<command-name>\/compact</;
const commandLine = /<command-name>([^<]+)<\/command-name>(?:[\s\S]*<command-args>([^<]*)<)?/;

/** The turns in a session file, without what a rewound conversation left behind. Pure. */
export class History {
  turns: PastTurn[] = [];
  /** Sub-agents by the call that started them. */
  readonly agents = new Map<string, string>();
  readonly #translator = new Translator(null, false);
  /** Place in {@link turns} of every message. */
  readonly #places = new Map<string, number>();

  /** Takes the next line: of the main conversation, or where `sidechain` of a sub-agent. */
  take(line: Fields, sidechain = false): void {
    if ((line["isSidechain"] === true) !== sidechain) return;
    const { type, attachment } = line;
    const uuid = textOf(line["uuid"]);
    if (type === "user") this.#user(line, uuid);
    if (type === "assistant") this.#assistant(line, uuid);
    if (type === "attachment") this.#queued(line, fieldsOf(attachment));
    if (type === "system") this.#system(line);
    if (uuid !== "") this.#places.set(uuid, this.turns.length - 1);
  }

  /** Closes the last turn. */
  end(): void {
    const turn = this.turns.at(-1);
    if (turn === undefined || this.#translator.turns.open === null) return;
    this.#translator.turns.open = null;
    const { key, ops, interrupted, error } = turn;
    // Of a command of Claude's own nothing is shown unless it says something.
    if (ops.length === 1 && promptIn(ops)?.startsWith("/") === true) this.turns.pop();
    const end = { op: "end", turn: key, atMs: ops.at(-1)?.atMs ?? 0 } as const;
    if (error !== null) ops.push({ ...end, status: "failed", failure: failureOf(error) });
    else ops.push({ ...end, status: interrupted ? "interrupted" : "completed" });
  }

  /** The ops of a sub-agent. As live, its thread and first turn are named after its call. */
  opsOfChild(call: string, nativeId: string): readonly ThreadOp[] {
    const [first, ...later] = this.turns;
    const named = first?.ops.map((op) => ("turn" in op ? { ...op, turn: call } : op)) ?? [];
    const atMs = named[0]?.atMs ?? 0;
    return [
      { op: "child", key: call, item: call, nativeId, title: null, atMs },
      ...[...named, ...later.flatMap(({ ops }) => ops)].map((op) => {
        return { ...op, thread: op.thread ?? call };
      }),
    ];
  }

  #user(line: Fields, uuid: string): void {
    const { isMeta, isCompactSummary, message, toolUseResult, parentUuid } = line;
    const blocks = messageBlocks(fieldsOf(message)["content"]);
    if (blocks.some(({ type }) => type === "tool_result")) {
      const { agentId } = fieldsOf(toolUseResult);
      const call = textOf(blocks[0]?.["tool_use_id"]);
      if (typeof agentId === "string") this.agents.set(call, agentId);
      return this.#push(line, this.#translator.translate(line) ?? []);
    }
    const text = wordsOf(blocks);
    const turn = this.turns.at(-1);
    if (isMeta === true || isCompactSummary === true || notTyped.test(text)) return;
    if (text.startsWith("[Request interrupted by user")) {
      if (turn !== undefined) turn.interrupted = true;
      return;
    }
    this.end();
    // What follows a task's notification is a turn of Claude's own.
    if (text.startsWith("<task-notification>")) return;
    // A prompt behind an earlier message: what followed that one was taken back.
    const parent = this.#places.get(textOf(parentUuid));
    if (parent !== undefined) this.turns = this.turns.slice(0, parent + 1);
    this.#translator.turns.open = uuid;
    this.#push(line, [{ op: "begin", turn: uuid, input: inputOf(blocks) }]);
  }

  #assistant(line: Fields, uuid: string): void {
    this.#push(line, this.#translator.translate(line) ?? []);
    const turn = this.turns.at(-1);
    if (turn === undefined) return;
    turn.lastAnswer = uuid;
    const words = wordsOf(messageBlocks(fieldsOf(line["message"])["content"]));
    turn.error = line["error"] === undefined ? null : words;
  }

  /** Input that reached Claude in the middle of a turn. */
  #queued(line: Fields, { type, commandMode, source_uuid: id, prompt }: Fields): void {
    if (type !== "queued_command" || commandMode !== "prompt" || typeof id !== "string") return;
    this.#push(line, [{ op: "begin", turn: id, input: inputOf(messageBlocks(prompt)) }]);
  }

  #system(line: Fields): void {
    const { subtype, compactMetadata, uuid, content } = line;
    if (subtype === "compact_boundary") {
      if (fieldsOf(compactMetadata)["trigger"] === "manual") this.end();
      this.#push(line, this.#translator.translate(line) ?? []);
    }
    const [, said = ""] = /^<local-command-stdout>([\s\S]+)</.exec(textOf(content)) ?? [];
    if (said.trim() === "" || this.#translator.turns.open === null) return;
    this.#push(line, wholeText(textOf(uuid), "message", said));
  }

  #push(line: Fields, ops: readonly ThreadOp[]): void {
    const atMs = Date.parse(textOf(line["timestamp"])) || 0;
    for (const op of ops) {
      if (op.op === "begin" && op.turn === this.#translator.turns.open) {
        const empty = { ops: [], lastAnswer: null, interrupted: false, error: null };
        this.turns.push({ key: op.turn, ...empty });
      }
      this.turns.at(-1)?.ops.push({ ...op, atMs });
    }
  }
}

/** The words of a line the user typed; null for any other line. */
export function promptOf(line: Fields): string | null {
  const history = new History();
  history.take(line);
  return promptIn(history.turns[0]?.ops ?? []);
}

function promptIn([begin]: readonly ThreadOp[]): string | null {
  const [first] = begin?.op === "begin" ? begin.input : [];
  return first?.type === "text" ? first.text : null;
}

/** What the user sent, out of the blocks of a message. */
function inputOf(blocks: readonly Fields[]): readonly UserInput[] {
  const text = wordsOf(blocks);
  const [, name, args = ""] = commandLine.exec(text) ?? [];
  const images = blocks.flatMap(({ source }) => {
    const { media_type: type, data } = fieldsOf(source);
    return typeof data === "string" ? [imageInput(textOf(type), data)] : [];
  });
  return [textInput(name === undefined ? text : `${name} ${args}`.trim()), ...images];
}

function wordsOf(blocks: readonly Fields[]): string {
  return blocks.map(({ text }) => textOf(text)).join("");
}
