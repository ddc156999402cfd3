import { arrayField, field, stringField } from "../read.ts";
import { deltaOf } from "../deltas.ts";
import { earlierUsageKind, retryKind, structuralKinds } from "./notification-kinds.ts";
import type { ThreadSkeleton } from "./shape.ts";
import { type AskView, TurnView, byText } from "./turn-view.ts";

/** A thread while the stream is read. */
export class ThreadView {
  readonly #turns = new Map<string, TurnView>();
  readonly #notifications = new Set<string>();
  /** The thread whose agent started this one. */
  parent: string | undefined;

  /** Turn ids in order of appearance. */
  turnIds(): Iterable<string> {
    return this.#turns.keys();
  }

  notification(method: string, params: unknown): void {
    const turnId = stringField(params, "turnId") ?? this.#turnIdOf(field(params, "turn"));
    const turn = turnId === undefined ? undefined : this.#turn(turnId, method);
    switch (method) {
      case "turn/started":
        turn?.started();
        return;
      case "item/started":
        turn?.itemStarted(field(params, "item"));
        return;
      case "item/completed":
        turn?.itemCompleted(field(params, "item"));
        return;
      case "turn/completed":
        turn?.completed(field(params, "turn"));
        return;
      default: {
        if (structuralKinds.has(method)) return;
        const delta = deltaOf(method, params);
        if (delta !== undefined) turn?.delta(delta.itemId, delta.text);
        else if (turn === undefined) this.#notifications.add(threadKindOf(method));
        else turn.notifications.add(turnKindOf(method, params));
      }
    }
  }

  /** A server request about this thread. A redelivery gives the ask that is already there. */
  ask(method: string, params: unknown): AskView {
    const turnId = stringField(params, "turnId");
    const itemId = stringField(params, "itemId");
    const asks = this.#turn(turnId ?? this.#lastTurn() ?? "", method)?.asks ?? [];
    const known = asks.find((one) => one.method === method && one.itemId === itemId && !one.isOver);
    if (known !== undefined) return known;
    const ask = { method, itemId, outcome: "unanswered", isOver: false };
    asks.push(ask);
    return ask;
  }

  skeleton(name: string): ThreadSkeleton {
    return {
      name,
      turns: [...this.#turns.values()].map((turn) => turn.skeleton()),
      notifications: [...this.#notifications].toSorted(),
    };
  }

  /**
   * Codex starts a review's turn under another id than the one it gives its items; the root names
   * it.
   */
  #turnIdOf(turn: unknown): string | undefined {
    const root = stringField(turn, "rootTurnId");
    return root !== undefined && this.#turns.has(root) ? root : stringField(turn, "id");
  }

  #lastTurn(): string | undefined {
    return [...this.#turns.keys()].at(-1);
  }

  /**
   * Usage of a forked thread names a turn of the thread it was forked from: a notification that is
   * no part of a turn makes none.
   */
  #turn(turnId: string, method: string): TurnView | undefined {
    const known = this.#turns.get(turnId);
    if (known !== undefined) return known;
    const makes = structuralKinds.has(method) || method.startsWith("item/");
    if (!makes) return undefined;
    const turn = new TurnView();
    this.#turns.set(turnId, turn);
    return turn;
  }
}

/** Threads in order of appearance, each followed by its sub-agents, in an order of their own. */
export function threadSkeletons(
  threads: ReadonlyMap<string, ThreadView>,
): readonly ThreadSkeleton[] {
  const children = (parent: string | undefined): readonly (readonly [string, ThreadView])[] =>
    [...threads].filter(([id, view]) => parentOf(threads, id, view) === parent);
  const family = (id: string, view: ThreadView, name: string): readonly ThreadSkeleton[] => [
    view.skeleton(name),
    ...children(id)
      .toSorted(([, one], [, other]) => byText(one.skeleton(""), other.skeleton("")))
      .flatMap(([child, its], index) => family(child, its, `${name}.${index + 1}`)),
  ];
  return children(undefined).flatMap(([id, view], index) =>
    family(id, view, `thread ${index + 1}`),
  );
}

/** A parent that the client never met, or a circle, makes no family. */
function parentOf(
  threads: ReadonlyMap<string, ThreadView>,
  id: string,
  { parent }: ThreadView,
): string | undefined {
  const seen = new Set([id]);
  for (let one = parent; one !== undefined; one = threads.get(one)?.parent) {
    if (seen.has(one) || !threads.has(one)) return undefined;
    seen.add(one);
  }
  return parent;
}

function threadKindOf(method: string): string {
  return method === "thread/tokenUsage/updated" ? earlierUsageKind : method;
}

function turnKindOf(method: string, params: unknown): string {
  return method === "error" && field(params, "willRetry") === true ? retryKind : method;
}

/** Sub-agents' threads a `collabAgentToolCall` names. */
export function childrenIn(item: unknown): readonly string[] {
  if (stringField(item, "type") !== "collabAgentToolCall") return [];
  return arrayField(item, "receiverThreadIds").filter((id) => typeof id === "string");
}
