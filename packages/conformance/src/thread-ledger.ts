import type { Step } from "./frame.ts";
import { deltaOf } from "./deltas.ts";
import { field, arrayField, isRecord, stringField } from "./read.ts";

/** An item as the stream showed it so far. */
export interface ItemEntry {
  readonly id: string;
  readonly turnId: string;
  /** `undefined` for an item of a joined turn whose start was not seen. */
  readonly type: string | undefined;
  readonly startedBy: Step;
  /** Deltas so far by part; `undefined` when the beginning was not seen. */
  readonly parts: Map<string, string> | undefined;
  /** `abandoned`: its turn ended while it was open. */
  state: "open" | "closed" | "abandoned";
}

/** A turn as the stream showed it so far. */
export interface TurnEntry {
  readonly id: string;
  readonly startedBy: Step;
  /** True when the client came while the turn ran: what it did before is unknown. */
  readonly joined: boolean;
  open: boolean;
  /** True when the client went away while the turn ran: it may come back into it. */
  left: boolean;
}

/** A thread as the stream showed it so far. */
export interface ThreadEntry {
  readonly id: string;
  openTurn: TurnEntry | undefined;
  /**
   * A turn may run whose beginning was not seen: the client resumed the thread in the middle of it,
   * or sent `turn/start` to a thread it did not follow.
   */
  joining: boolean;
  /** The client gets the thread's frames: it opened it, or has seen some. */
  followed: boolean;
  /** `thread/started` was seen on this connection: no turn of it can have begun unseen. */
  born: boolean;
  /** Status since the open turn started. */
  status: string | undefined;
  /** Ids of turns that `review/start` promised, and of those that run inside of them. */
  readonly reviews: Set<string>;
  /** Ids of turns with a final `error` notification after `systemError`. */
  readonly failed: Set<string>;
  readonly turns: Map<string, TurnEntry>;
  readonly items: Map<string, ItemEntry>;
}

/**
 * What a client knows of the threads from the frames alone. Laws read it as it was before the frame
 * they see, and it takes the frame afterwards.
 */
export class ThreadLedger {
  readonly #threads = new Map<string, ThreadEntry>();

  threads(): Iterable<ThreadEntry> {
    return this.#threads.values();
  }

  thread(threadId: string | undefined): ThreadEntry | undefined {
    return threadId === undefined ? undefined : this.#threads.get(threadId);
  }

  /** True when the client cannot know how this turn began. */
  joins(threadId: string, turnId: string): boolean {
    const thread = this.#threads.get(threadId);
    if (thread === undefined) return true;
    const turn = thread.turns.get(turnId);
    return turn === undefined ? thread.joining : turn.joined || turn.left;
  }

  /** Whether a turn does a review or what the user asked for. */
  turnKind(threadId: string, turnId: string): "review" | "prompt" {
    return this.#threads.get(threadId)?.reviews.has(turnId) === true ? "review" : "prompt";
  }

  /** Takes one frame. */
  apply(step: Step): void {
    const { message } = step;
    if (step.direction === "send") {
      if (message.kind === "request") this.#asked(message.method, message.params);
      return;
    }
    if (message.kind === "notification") this.#notification(step, message.method, message.params);
    if (message.kind === "result" && message.request !== undefined) {
      this.#result(step, message.request.method, message.request.params, message.result);
    }
  }

  /**
   * A new connection follows: running turns are seen again only after a resume. Ids seen stay
   * known.
   */
  disconnect(): void {
    for (const thread of this.#threads.values()) leave(thread);
  }

  /** A turn that runs is learned of from the answer, and is seen from then on, without its start. */
  #asked(method: string, params: unknown): void {
    const threadId = stringField(params, "threadId");
    if (threadId === undefined || (method !== "turn/start" && method !== "turn/steer")) return;
    const thread = this.#introduce(threadId);
    if (!thread.followed) thread.joining = true;
  }

  #notification(step: Step, method: string, params: unknown): void {
    if (method === "thread/started") {
      const id = stringField(params, "thread", "id");
      if (id !== undefined) this.#introduce(id).born = true;
      return;
    }
    const threadId = stringField(params, "threadId");
    if (threadId === undefined) return;
    const thread = this.#introduce(threadId);
    if (!thread.followed && !thread.born && isMidTurn(method, params)) thread.joining = true;
    if (method.startsWith("turn/") || method.startsWith("item/")) thread.followed = true;
    switch (method) {
      case "thread/status/changed":
        thread.status = stringField(params, "status", "type");
        return;
      case "error": {
        const turnId = stringField(params, "turnId");
        const final = field(params, "willRetry") === false && thread.status === "systemError";
        if (final && turnId !== undefined) thread.failed.add(turnId);
        return;
      }
      case "turn/started":
        noteReview(thread, field(params, "turn"), stringField(params, "turn", "rootTurnId"));
        openTurn(thread, stringField(params, "turn", "id"), step, false);
        return;
      case "turn/completed":
        closeTurn(thread, stringField(params, "turn", "id"), step);
        return;
      case "item/started":
        openItem(thread, params, step);
        return;
      case "item/completed":
        closeItem(thread, params, step);
        return;
      default:
        appendDelta(thread, method, params, step);
    }
  }

  #result(step: Step, method: string, params: unknown, result: unknown): void {
    if (method === "thread/unsubscribe") {
      const thread = this.thread(stringField(params, "threadId"));
      if (thread !== undefined) leave(thread);
      return;
    }
    if (method === "review/start") {
      const thread = this.thread(stringField(result, "reviewThreadId"));
      if (thread !== undefined) thread.reviews.add(stringField(result, "turn", "id") ?? "");
    }
    if (method !== "thread/start" && method !== "thread/resume" && method !== "thread/fork") return;
    const id = stringField(result, "thread", "id");
    if (id === undefined) return;
    const thread = this.#introduce(id);
    thread.followed = true;
    if (method !== "thread/resume" || thread.openTurn !== undefined) return;
    if (stringField(result, "thread", "status", "type") !== "active") return;
    const pages = [
      ...arrayField(result, "thread", "turns"),
      ...arrayField(result, "initialTurnsPage", "data"),
    ];
    const running = pages.find((turn) => stringField(turn, "status") === "inProgress");
    thread.joining = running === undefined;
    if (running !== undefined) openTurn(thread, stringField(running, "id"), step, true);
  }

  #introduce(id: string): ThreadEntry {
    const known = this.#threads.get(id);
    if (known !== undefined) return known;
    const thread: ThreadEntry = {
      id,
      openTurn: undefined,
      joining: false,
      followed: false,
      born: false,
      status: undefined,
      reviews: new Set(),
      failed: new Set(),
      turns: new Map(),
      items: new Map(),
    };
    this.#threads.set(id, thread);
    return thread;
  }
}

/**
 * Of a thread nobody introduced, such as a sub-agent's: whether its first frame shows a running
 * turn.
 */
function isMidTurn(method: string, params: unknown): boolean {
  if (method.startsWith("item/")) return true;
  return arrayField(params, "status", "activeFlags").length > 0;
}

function noteReview(thread: ThreadEntry, turn: unknown, root: string | undefined): void {
  const id = stringField(turn, "id");
  if (id !== undefined && root !== undefined && thread.reviews.has(root)) thread.reviews.add(id);
}

function leave(thread: ThreadEntry): void {
  if (thread.openTurn !== undefined) {
    thread.openTurn.open = false;
    thread.openTurn.left = true;
  }
  thread.openTurn = undefined;
  thread.joining = false;
  thread.followed = false;
  thread.born = false;
  for (const item of thread.items.values()) if (item.state === "open") item.state = "abandoned";
}

function openTurn(thread: ThreadEntry, id: string | undefined, step: Step, joined: boolean): void {
  if (id === undefined) return;
  const turn: TurnEntry = { id, startedBy: step, joined, open: true, left: false };
  thread.turns.set(id, turn);
  thread.openTurn = turn;
  thread.joining = false;
  thread.status = undefined;
}

function closeTurn(thread: ThreadEntry, id: string | undefined, step: Step): void {
  if (id === undefined) return;
  if (thread.joining && !thread.turns.has(id)) openTurn(thread, id, step, true);
  const turn = thread.turns.get(id);
  if (turn !== undefined) {
    turn.open = false;
    turn.left = false;
  }
  if (thread.openTurn === turn) thread.openTurn = undefined;
  thread.joining = false;
  for (const item of thread.items.values()) {
    if (item.turnId === id && item.state === "open") item.state = "abandoned";
  }
}

function joinIfRunning(thread: ThreadEntry, turnId: string, step: Step): void {
  if (thread.joining && thread.openTurn === undefined) openTurn(thread, turnId, step, true);
}

function openItem(thread: ThreadEntry, params: unknown, step: Step): void {
  const item = field(params, "item");
  const id = stringField(item, "id");
  const turnId = stringField(params, "turnId");
  if (!isRecord(item) || id === undefined || turnId === undefined) return;
  joinIfRunning(thread, turnId, step);
  const parts = new Map<string, string>();
  const text = stringField(item, "text");
  if (text !== undefined) parts.set("text", text);
  thread.items.set(id, {
    id,
    turnId,
    type: stringField(item, "type"),
    startedBy: step,
    parts,
    state: "open",
  });
}

function unseenStart(thread: ThreadEntry, id: string, turnId: string, step: Step): ItemEntry {
  joinIfRunning(thread, turnId, step);
  const entry: ItemEntry = {
    id,
    turnId,
    type: undefined,
    startedBy: step,
    parts: undefined,
    state: "open",
  };
  thread.items.set(id, entry);
  return entry;
}

function closeItem(thread: ThreadEntry, params: unknown, step: Step): void {
  const id = stringField(params, "item", "id");
  const turnId = stringField(params, "turnId");
  if (id === undefined || turnId === undefined) return;
  const known = thread.items.get(id) ?? unseenStart(thread, id, turnId, step);
  known.state = "closed";
}

function appendDelta(thread: ThreadEntry, method: string, params: unknown, step: Step): void {
  const delta = deltaOf(method, params);
  const turnId = stringField(params, "turnId");
  if (delta === undefined || turnId === undefined) return;
  const known = thread.items.get(delta.itemId) ?? unseenStart(thread, delta.itemId, turnId, step);
  if (delta.part !== undefined && known.parts !== undefined) {
    known.parts.set(delta.part, (known.parts.get(delta.part) ?? "") + delta.text);
  }
}
