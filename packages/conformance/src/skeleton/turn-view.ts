import { arrayField, isRecord, stringField } from "../read.ts";
import { filledFields } from "./field-contract.ts";
import type { AskSkeleton, ItemSkeleton, TurnSkeleton } from "./shape.ts";

/** A server request while the stream is read. */
export interface AskView {
  readonly method: string;
  readonly itemId: string | undefined;
  outcome: string;
  /** The client has answered, or the server said that it is over. */
  isOver: boolean;
}

interface ItemView {
  readonly type: string;
  /** When it started and completed, on the clock of the turn's own item frames. */
  readonly startedAt: number;
  completedAt: number | undefined;
  last: unknown;
  hasDeltas: boolean;
}

/** A turn while the stream is read. */
export class TurnView {
  readonly #items = new Map<string, ItemView>();
  readonly asks: AskView[] = [];
  readonly notifications: Set<string> = new Set();
  #seenFromStart = false;
  #status = "open";
  #error: string | null = null;
  #clock = 0;

  started(): void {
    this.#seenFromStart = true;
  }

  itemStarted(item: unknown): void {
    this.#item(item);
  }

  itemCompleted(item: unknown): void {
    const view = this.#item(item);
    view.last = item;
    this.#clock += 1;
    view.completedAt ??= this.#clock;
  }

  delta(itemId: string, text: string): void {
    const view = this.#items.get(itemId);
    if (view !== undefined && text !== "") view.hasDeltas = true;
  }

  completed(turn: unknown): void {
    this.#status = stringField(turn, "status") ?? "none";
    if (this.#status === "failed") this.#error = errorKind(turn);
  }

  skeleton(): TurnSkeleton {
    const runs = runsOf([...this.#items.values()]);
    const entries = [...this.#items].map(([id, view], index) =>
      itemSkeleton(id, view, runs[index] ?? 0, this.asks),
    );
    return {
      status: this.#status,
      error: this.#error,
      seenFromStart: this.#seenFromStart,
      items: entries.toSorted((one, other) => one.run - other.run || byText(one, other)),
      asks: askSkeletons(this.asks.filter(({ itemId }) => !this.#items.has(itemId ?? ""))),
      notifications: [...this.notifications].toSorted(),
    };
  }

  #item(item: unknown): ItemView {
    const id = stringField(item, "id") ?? "";
    const known = this.#items.get(id);
    if (known !== undefined) return known;
    const type = stringField(item, "type") ?? "none";
    this.#clock += 1;
    const started = { startedAt: this.#clock, completedAt: undefined };
    const view = { type, ...started, last: item, hasDeltas: false };
    this.#items.set(id, view);
    return view;
  }
}

/**
 * The run of each item: those that were open at the same time share one. An item that never
 * completes counts as over at once, or all that follows would be simultaneous.
 */
function runsOf(items: readonly ItemView[]): readonly number[] {
  let run = 0;
  let until = 0;
  return items.map(({ startedAt, completedAt = startedAt }) => {
    if (startedAt > until) run += 1;
    until = Math.max(until, completedAt);
    return run;
  });
}

function itemSkeleton(
  id: string,
  { type, completedAt, last, hasDeltas }: ItemView,
  run: number,
  asks: readonly AskView[],
): ItemSkeleton {
  return {
    type,
    status: completedAt === undefined ? "open" : (stringField(last, "status") ?? "completed"),
    run,
    asks: askSkeletons(asks.filter(({ itemId }) => itemId === id)),
    filled: filledFields(last, type, hasDeltas),
    onlyReads: onlyReads(type, last),
  };
}

const readingActions: ReadonlySet<string | undefined> = new Set(["read", "listFiles", "search"]);

function onlyReads(type: string, item: unknown): boolean {
  const actions = arrayField(item, "commandActions");
  if (type !== "commandExecution" || actions.length === 0) return false;
  return actions.every((action) => readingActions.has(stringField(action, "type")));
}

function errorKind(turn: unknown): string {
  if (!isRecord(turn)) return "none";
  const error = turn["error"];
  const info = isRecord(error) ? error["codexErrorInfo"] : undefined;
  if (typeof info === "string") return info;
  return isRecord(info) ? (Object.keys(info)[0] ?? "none") : "none";
}

function askSkeletons(asks: readonly AskView[]): readonly AskSkeleton[] {
  return asks.map(({ method, outcome }) => ({ method, outcome })).toSorted(byText);
}

/** Orders plain data by its JSON. */
export function byText(one: unknown, other: unknown): number {
  const left = JSON.stringify(one);
  const right = JSON.stringify(other);
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
