import type { ThreadOp } from "@fairlead/bridge-core";
import type { UserInput } from "@fairlead/codex-proto";
import { blocksOf, fieldsOf, textOf, type Fields } from "../native.ts";
import { textInput } from "../translate/children.ts";
import { wholeText } from "../translate/text-blocks.ts";
import { Translator } from "../translate/translator.ts";

/** One past turn, as the ops it would have made live. */
export interface PastTurn {
  readonly ops: ThreadOp[];
  /** Key of the turn; empty until its first op. */
  key: string;
  /** Uuid of its last answer, where a fork behind it starts. */
  lastAnswer: string | null;
  interrupted: boolean;
  failure: string | null;
  /** Begun by a command of Claude's own, of which nothing is shown unless it says something. */
  command: boolean;
}

const ownWords = /^<(local-command|bash-|system-reminder|user-memory)/;
const interruption = /^\[Request interrupted by user/;

/** The turns in the lines of a session file. Pure; abandoned branches of a rewound conversation are left out. */
export class History {
  turns: PastTurn[] = [];
  /** Sub-agents by the call that started them. */
  readonly agents = new Map<string, string>();
  readonly #translator = new Translator(null, false);
  /** Place in {@link turns} of every message. */
  readonly #places = new Map<string, number>();
  readonly #sidechain: boolean;

  /** @param sidechain The lines are a sub-agent's. */
  constructor(sidechain = false) {
    this.#sidechain = sidechain;
  }

  /** Takes the next line. */
  take(line: Fields): void {
    if ((line["isSidechain"] === true) !== this.#sidechain) return;
    const { type, subtype, attachment } = line;
    const uuid = textOf(line["uuid"]);
    if (type === "user") this.#user(line, uuid);
    if (type === "assistant") this.#assistant(line, uuid);
    if (type === "attachment") this.#queued(line, fieldsOf(attachment));
    if (type === "system" && subtype === "compact_boundary") this.#compacted(line);
    if (type === "system" && subtype === "local_command") this.#localCommand(line, uuid);
    if (uuid !== "") this.#places.set(uuid, this.turns.length - 1);
  }

  /** Closes the last turn. */
  end(): void {
    const turn = this.turns.at(-1);
    const key = this.#translator.turns.open;
    if (turn === undefined || key === null) return;
    this.#translator.turns.open = null;
    if (turn.command && turn.ops.length === 1) this.turns.pop();
    const atMs = turn.ops.at(-1)?.atMs ?? 0;
    const end = { op: "end", turn: key, atMs } as const;
    if (turn.failure !== null) {
      const failure = { kind: "other", message: turn.failure } as const;
      turn.ops.push({ ...end, status: "failed", failure });
    } else {
      turn.ops.push({ ...end, status: turn.interrupted ? "interrupted" : "completed" });
    }
  }

  #user(line: Fields, uuid: string): void {
    const { isMeta, isCompactSummary, message } = line;
    const blocks = blocksOf(fieldsOf(message)["content"]);
    if (blocks.some(({ type }) => type === "tool_result")) return this.#result(line, blocks);
    const text = blocks.map((block) => textOf(block["text"])).join("");
    const turn = this.turns.at(-1);
    if (isMeta === true || isCompactSummary === true || ownWords.test(text)) return;
    if (interruption.test(text)) {
      if (turn !== undefined) turn.interrupted = true;
    } else if (text.startsWith("<task-notification>")) {
      this.end();
    } else if (!/<command-name>\/compact</.test(text)) {
      this.#prompt(line, uuid, inputOf(text, blocks), text.includes("<command-name>"));
    }
  }

  #prompt(line: Fields, uuid: string, input: readonly UserInput[], command: boolean): void {
    this.end();
    // A prompt behind an earlier message: what followed that one was taken back.
    const parent = this.#places.get(textOf(line["parentUuid"]));
    if (parent !== undefined) this.turns = this.turns.slice(0, parent + 1);
    this.#push(
      line,
      this.#translator.turns.spontaneous(uuid).map((op) => ({ ...op, input })),
    );
  }

  #result(line: Fields, blocks: readonly Fields[]): void {
    const { agentId } = fieldsOf(line["toolUseResult"]);
    const call = textOf(blocks[0]?.["tool_use_id"]);
    if (typeof agentId === "string") this.agents.set(call, agentId);
    this.#push(line, this.#translator.translate(line) ?? []);
  }

  #assistant(line: Fields, uuid: string): void {
    this.#push(line, this.#translator.translate(line) ?? []);
    const turn = this.turns.at(-1);
    if (turn === undefined) return;
    turn.lastAnswer = uuid;
    const said = blocksOf(fieldsOf(line["message"])["content"])[0];
    turn.failure = line["error"] === undefined ? null : textOf(said?.["text"]);
  }

  /** Input that reached Claude in the middle of a turn. */
  #queued(line: Fields, { type, commandMode, source_uuid: id, prompt }: Fields): void {
    if (type !== "queued_command" || commandMode !== "prompt" || typeof id !== "string") return;
    const blocks = blocksOf(prompt);
    const text = blocks.map((block) => textOf(block["text"])).join("");
    this.#push(line, [{ op: "begin", turn: id, input: inputOf(text, blocks) }]);
  }

  #compacted(line: Fields): void {
    if (fieldsOf(line["compactMetadata"])["trigger"] === "manual") this.end();
    this.#push(line, this.#translator.translate(line) ?? []);
  }

  #localCommand(line: Fields, uuid: string): void {
    const [, said = ""] = /^<local-command-stdout>([\s\S]+)</.exec(textOf(line["content"])) ?? [];
    const open = this.#translator.turns.open !== null;
    if (said.trim() !== "" && open) this.#push(line, wholeText(uuid, "message", said));
  }

  #push(line: Fields, ops: readonly ThreadOp[]): void {
    const atMs = Date.parse(textOf(line["timestamp"])) || 0;
    for (const op of ops) {
      const key = this.#translator.turns.open;
      if (op.op === "begin" && op.turn === key) {
        const empty = { lastAnswer: null, interrupted: false, failure: null, command: false };
        this.turns.push({ ops: [], key, ...empty });
      }
      this.turns.at(-1)?.ops.push({ ...op, atMs });
    }
  }
}

/** What the user sent, out of a message's text and its images. */
function inputOf(text: string, blocks: readonly Fields[]): readonly UserInput[] {
  const [, name, args = ""] =
    /^[\s\S]*<command-name>([^<]+)<\/command-name>(?:[\s\S]*<command-args>([^<]*)<)?/.exec(text) ??
    [];
  const images = blocks.flatMap((block): UserInput[] => {
    const { media_type: mediaType, data } = fieldsOf(block["source"]);
    const url = `data:${textOf(mediaType)};base64,${textOf(data)}`;
    return typeof data === "string" ? [{ type: "image", url }] : [];
  });
  return [textInput(name === undefined ? text : `${name} ${args}`.trim()), ...images];
}

/** The words of a line the user typed; null for any other line. */
export function promptOf(line: Fields): string | null {
  const history = new History();
  history.take(line);
  const [begin] = history.turns[0]?.ops ?? [];
  if (begin?.op !== "begin") return null;
  const [first] = begin.input;
  return first?.type === "text" ? first.text : null;
}
