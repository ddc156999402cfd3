import { type Fields, elementsOf, rawMember, rawText, textOf } from "./fields.ts";

/** A notification to be told. */
export interface Told {
  readonly method: string;
  readonly params: Fields;
}

/** Pieces of a text that are kept apart before they are joined. */
const maxPieces = 256;
/** What of an item's text is kept. A longer one is completed without text, should its agent be lost. */
const maxTextLength = 8 * 1024 * 1024;

interface SaidText {
  readonly joined: string[];
  /** A piece keeps its whole frame in memory until it is joined with others. */
  pieces: string[];
}

interface OpenItem {
  readonly item: Fields;
  /** What was said so far, as JSON writes it, by part: a summary of reasoning has several. */
  readonly parts: Map<string, SaidText>;
  length: number;
}

interface OpenTurn {
  readonly turn: Fields;
  readonly startedAtMs: number;
  readonly items: Map<string, OpenItem>;
}

/** One turn that runs. */
export interface RunningTurn {
  readonly threadId: string;
  readonly turnId: string;
  readonly startedAtMs: number;
}

/**
 * The turns one client sees running at one agent, and what is open in them, so that they can be ended
 * in the order of the wire when the agent is lost.
 */
export class RunningTurns {
  /** By thread: one turn runs at a time. */
  readonly #turns = new Map<string, OpenTurn>();

  get all(): readonly RunningTurn[] {
    return [...this.#turns].map(([threadId, { turn, startedAtMs }]) => ({
      threadId,
      turnId: textOf(turn, "id") ?? "",
      startedAtMs,
    }));
  }

  /** False when it was known. */
  started(threadId: string, turn: Fields, nowMs: number): boolean {
    const known = this.#turns.get(threadId);
    if (known?.turn["id"] === turn["id"]) return false;
    const { startedAt } = turn;
    const startedAtMs = typeof startedAt === "number" ? startedAt * 1000 : nowMs;
    this.#turns.set(threadId, { turn, startedAtMs, items: new Map() });
    return true;
  }

  /** False when it was not known. */
  completed(threadId: string, turnId: string): boolean {
    if (this.#turns.get(threadId)?.turn["id"] !== turnId) return false;
    return this.#turns.delete(threadId);
  }

  itemStarted(threadId: string, item: Fields): void {
    const id = textOf(item, "id");
    const turn = this.#turns.get(threadId);
    if (id === null || turn === undefined) return;
    turn.items.set(id, { item, parts: new Map(), length: 0 });
  }

  itemCompleted(threadId: string, itemId: string): void {
    this.#turns.get(threadId)?.items.delete(itemId);
  }

  /** A delta as it came. Its text is kept as it is: it is read only if the agent is lost. */
  delta(text: string): void {
    const threadId = rawMember(text, "threadId");
    const itemId = rawMember(text, "itemId");
    if (threadId === null || itemId === null) return;
    const open = this.#turns.get(threadId)?.items.get(itemId);
    if (open === undefined || open.length > maxTextLength) return;
    const said = rawText(text, "delta");
    if (said !== null) keep(open, partOf(text), said);
  }

  /**
   * Ends everything, as the wire wants it ended: open items, status, error, turn. Nothing runs
   * afterwards.
   */
  cut(message: string, nowMs: number): readonly Told[] {
    const told = [...this.#turns].flatMap(([threadId, open]) =>
      cutTurn(threadId, open, message, nowMs),
    );
    this.#turns.clear();
    return told;
  }
}

/** A turn of which no more is known than that it runs. */
export function turnThatRuns({
  turnId,
  startedAtMs,
}: Pick<RunningTurn, "turnId" | "startedAtMs">): Fields {
  return {
    id: turnId,
    rootTurnId: null,
    items: [],
    itemsView: "notLoaded",
    status: "inProgress",
    error: null,
    startedAt: Math.floor(startedAtMs / 1000),
    completedAt: null,
    durationMs: null,
  };
}

/** What ends a turn whose agent is gone. */
export function failedTurn(
  threadId: string,
  turn: Fields,
  message: string,
  nowMs: number,
): readonly Told[] {
  const error = { message, codexErrorInfo: "other", additionalDetails: null, misalignment: null };
  const completedAt = Math.floor(nowMs / 1000);
  const { startedAt } = turn;
  const durationMs = typeof startedAt === "number" ? Math.max(0, nowMs - startedAt * 1000) : null;
  const ended = {
    rootTurnId: null,
    startedAt: null,
    ...turn,
    items: [],
    itemsView: "notLoaded",
    status: "failed",
    error,
    completedAt,
    durationMs,
  };
  const turnId = textOf(turn, "id") ?? "";
  return [
    {
      method: "thread/status/changed",
      params: { threadId, status: { type: "systemError" } },
    },
    { method: "error", params: { error, willRetry: false, threadId, turnId } },
    { method: "turn/completed", params: { threadId, turn: ended } },
  ];
}

function cutTurn(
  threadId: string,
  { turn, items }: OpenTurn,
  message: string,
  nowMs: number,
): readonly Told[] {
  const turnId = textOf(turn, "id") ?? "";
  const closed = [...items.values()].map((open) => ({
    method: "item/completed",
    params: { item: closedItem(open), threadId, turnId, completedAtMs: nowMs },
  }));
  return [...closed, ...failedTurn(threadId, turn, message, nowMs)];
}

/** The item as far as it came. What was streamed is what it says. */
function closedItem(open: OpenItem): Fields {
  const { item } = open;
  const parts = new Map([...open.parts].map(([key, said]) => [key, unescaped(said)] as const));
  const ended = item["status"] === "inProgress" ? { ...item, status: "failed" } : item;
  const text = [...parts.values()].join("");
  switch (item["type"]) {
    case "agentMessage":
    case "plan":
      return text === "" ? ended : { ...ended, text };
    case "reasoning": {
      const summary = partsOf(parts, "summaryIndex", item["summary"]);
      return { ...ended, summary, content: partsOf(parts, "contentIndex", item["content"]) };
    }
    case "commandExecution":
      return text === "" ? ended : { ...ended, aggregatedOutput: text };
    default:
      return ended;
  }
}

function partsOf(
  parts: ReadonlyMap<string, string>,
  name: string,
  before: unknown,
): readonly unknown[] {
  const list = [...elementsOf(before)];
  for (const [key, text] of parts) {
    const [kind, index] = key.split(" ");
    if (kind === name) list[Number(index)] = text;
  }
  return list.map((text) => text ?? "");
}

function keep(open: OpenItem, part: string, said: string): void {
  open.length += said.length;
  if (open.length > maxTextLength) return open.parts.clear();
  const text = open.parts.get(part) ?? { joined: [], pieces: [] };
  open.parts.set(part, text);
  text.pieces.push(said);
  if (text.pieces.length < maxPieces) return;
  text.joined.push(text.pieces.join(""));
  text.pieces = [];
}

function unescaped({ joined, pieces }: SaidText): string {
  const text: unknown = JSON.parse(`"${[...joined, ...pieces].join("")}"`);
  return typeof text === "string" ? text : "";
}

function partOf(text: string): string {
  const [, kind, index] = text.includes('Index":') ? (anIndex.exec(text) ?? []) : [];
  return kind === undefined ? "text" : `${kind} ${String(index)}`;
}

const anIndex = /"(summaryIndex|contentIndex)":(\d+)/u;
