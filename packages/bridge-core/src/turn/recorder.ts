import type {
  JsonValue,
  ThreadActiveFlag,
  ThreadItem,
  ThreadStatus,
  UserInput,
} from "@fairlead/codex-proto";
import { deriveId } from "../ids.ts";
import type { Ask, Failure, ThreadOp, Tokens } from "../ops.ts";
import { turnError } from "./failures.ts";
import { OpenTurn, type ItemSink, type RecorderThread } from "./open-turn.ts";
import { addTokens, noTokens, wireUsage } from "./tokens.ts";
import { lastAnswer, wireTurn, type TurnRecord } from "./turn-record.ts";

/** A question of the agent's, with the place it belongs to. */
export interface RecordedAsk {
  readonly id: string;
  readonly ask: Ask;
  readonly turnId: string;
  readonly itemId: string;
  /** The item it is about as the client sees it; null when it is about none. */
  readonly item: ThreadItem | null;
  readonly atMs: number;
}

/** Where the recorder's results go. Called synchronously, in wire order. */
export interface RecorderSink extends ItemSink {
  status(status: ThreadStatus): void;
  turnStarted(turn: TurnRecord): void;
  turnEnded(turn: TurnRecord): void;
  /** The thread has used this much by now. */
  used(total: Tokens): void;
  /** A native key joined a turn of ours. */
  joined(turnId: string, key: string): void;
  ask(ask: RecordedAsk): void;
  /** The agent no longer waits for this answer. */
  withdrawn(askId: string): void;
}

/** The ops that concern one thread's turns; the others change the thread itself. */
export type TurnOp = Exclude<
  ThreadOp,
  { op: "background" | "child" | "session" | "settings" | "title" }
>;

/** True for the ops a recorder takes. */
export function isTurnOp(op: ThreadOp): op is TurnOp {
  return !["background", "child", "session", "settings", "title"].includes(op.op);
}

type Op<K extends ThreadOp["op"]> = Extract<ThreadOp, { op: K }>;

/**
 * Turns ops into the codex wire, one recorder a thread: derives every id, keeps every law of an
 * item's and a turn's life, closes what the agent left open. Pure: the time comes in, everything
 * else goes out through the sink.
 */
export class ThreadRecorder {
  readonly #thread: RecorderThread;
  readonly #sink: RecorderSink;
  #turn: OpenTurn | null = null;
  /** Begun by an op outside any turn: ends when nothing in it is open. */
  #implicit = false;
  readonly #asks = new Map<string, { readonly kind: "approval" | "input"; readonly key: string }>();
  #lastTurnId: string | null = null;
  /** Ids of the turns begun by this recorder, those taken back included. */
  readonly #begun = new Set<string>();
  #total: Tokens;
  #status: ThreadStatus = { type: "idle" };

  constructor(thread: RecorderThread, sink: RecorderSink) {
    this.#thread = thread;
    this.#sink = sink;
    this.#total = thread.used ?? noTokens;
  }

  get threadStatus(): ThreadStatus {
    return this.#status;
  }

  get openTurnId(): string | null {
    return this.#turn?.id ?? null;
  }

  /** The running turn as a client that joins now sees it. */
  get openTurn(): TurnRecord | null {
    return this.#turn?.record("inProgress", null, null) ?? null;
  }

  /** True when this `end` op would end the running turn. */
  ends(op: Op<"end">): boolean {
    return this.#turn !== null && (op.turn === undefined || op.turn === this.#turn.primary);
  }

  /** Starts a turn; `key` is its native name. */
  begin(
    id: string,
    key: string,
    input: readonly UserInput[],
    clientId: string | null,
    nowMs: number,
  ): void {
    const turn = this.#begin(id, key, nowMs);
    if (input.length > 0) turn.user("user", input, clientId, nowMs);
  }

  /** Marks the running turn as a review; call it right behind {@link begin}. */
  enterReview(subject: string, nowMs: number): void {
    this.#turn?.enterReview(subject, nowMs);
  }

  /** Shows input added to the running turn; `id` is its own, under which the agent may alias it. */
  steer(id: string, input: readonly UserInput[], clientId: string | null, nowMs: number): void {
    if (this.#turn === null) return;
    this.#join(this.#turn, id);
    this.#turn.user(id, input, clientId, nowMs);
  }

  /**
   * The agent's next prompt runs inside the same turn on the wire: its `end` is the one that
   * counts.
   */
  continueWith(promptId: string): void {
    if (this.#turn !== null) this.#turn.primary = promptId;
  }

  /** The item of a tool call that runs now, of the client's own tools. */
  openToolCall(tool: string, args: JsonValue): string | null {
    return this.#turn?.findToolCall(tool, args) ?? null;
  }

  /** The user refused what this item would do. */
  declined(itemId: string): void {
    this.#turn?.decline(itemId);
  }

  /** A sub-agent's thread belongs to this item. */
  adoptChild(itemKey: string, threadId: string): void {
    this.#turn?.find(itemKey)?.children.push(threadId);
  }

  /** The answer is on its way to the agent: the thread waits no more for it. */
  answered(askId: string): void {
    if (this.#asks.delete(askId)) this.#active();
  }

  /** The agent has its answer: a turn that was nothing but the question ends. */
  settled(nowMs: number): void {
    this.#endImplicit(nowMs);
  }

  /** Ends the running turn; does nothing when none runs. */
  end(
    status: "completed" | "interrupted" | "failed",
    failure: Failure | null,
    nowMs: number,
  ): void {
    const turn = this.#turn;
    if (turn === null) return;
    const { threadId } = this.#thread;
    turn.closeAll(status === "completed" ? "completed" : "failed", nowMs);
    for (const id of this.#asks.keys()) this.#sink.withdrawn(id);
    this.#asks.clear();
    this.#turn = null;
    const reason = failure ?? (status === "failed" ? noReason : null);
    const error = reason === null ? null : turnError(reason);
    if (status === "failed" && error !== null) {
      this.#setStatus({ type: "systemError" });
      this.#sink.notify("error", { error, willRetry: false, threadId, turnId: turn.id });
    } else {
      this.#setStatus({ type: "idle" });
    }
    const record = turn.record(status, error, nowMs);
    this.#sink.turnEnded(record);
    const items = lastAnswer(record.items);
    this.#sink.notify("turn/completed", {
      threadId,
      turn: { ...wireTurn(record, "summary"), items },
    });
  }

  /** {@link end} without the agent's word that the turn is over. */
  cut(status: "interrupted" | "failed", failure: Failure | null, nowMs: number): void {
    if (this.#turn !== null) this.#turn.isCut = true;
    this.end(status, failure, nowMs);
  }

  /** Takes one op of the agent's. Never throws: what fits nothing goes to `stray`. */
  apply(op: TurnOp, nowMs: number): void {
    const turn = this.#turn;
    const { threadId } = this.#thread;
    switch (op.op) {
      case "text":
        return turn === null ? this.#sink.stray(op) : turn.text(op);
      case "output":
        return turn === null ? this.#sink.stray(op) : turn.output(op);
      case "open":
        return (turn ?? this.#beginImplicit(op.key, nowMs)).open(op, nowMs);
      case "close":
        if (turn === null) return this.#sink.stray(op);
        this.#withdrawAbout(op.key);
        turn.close(op, nowMs);
        return this.#endImplicit(nowMs);
      case "begin":
        return this.#nativeBegin(op, nowMs);
      case "alias":
        if (turn?.keys.includes(op.id) === true) return this.#join(turn, op.key);
        return this.#sink.joined(op.id, op.key);
      case "end":
        if (!this.ends(op)) return;
        return this.end(op.status, op.failure ?? null, nowMs);
      case "plan": {
        const turnId = turn?.id ?? this.#lastTurnId;
        if (turnId === null) return this.#sink.stray(op);
        const plan = op.steps.map(({ step, status }) => ({ step, status }));
        return this.#sink.notify("turn/plan/updated", {
          threadId,
          turnId,
          explanation: null,
          plan,
        });
      }
      case "usage":
        return this.#usage(op);
      case "ask":
        return this.#ask(op, nowMs);
      case "withdraw":
        this.#withdraw(op.id);
        return this.#endImplicit(nowMs);
      case "notice":
        return this.#sink.notify("warning", { threadId, message: op.message });
      case "retry": {
        if (turn === null) return this.#sink.stray(op);
        const error = turnError(op.failure);
        return this.#sink.notify("error", { error, willRetry: true, threadId, turnId: turn.id });
      }
    }
  }

  #begin(wanted: string, key: string, nowMs: number): OpenTurn {
    const id = this.#unused(wanted);
    const earlier = this.#thread.turns().filter(({ keys }) => keys.includes(key));
    const startedAtMs = Math.max(nowMs, ...earlier.map((turn) => turn.completedAtMs ?? 0));
    const turn = new OpenTurn(this.#thread, this.#sink, id, key, startedAtMs);
    turn.continues(key);
    this.#turn = turn;
    this.#implicit = false;
    this.#lastTurnId = id;
    const record = turn.record("inProgress", null, null);
    this.#sink.turnStarted(record);
    this.#active();
    const { threadId } = this.#thread;
    this.#sink.notify("turn/started", { threadId, turn: wireTurn(record, "notLoaded") });
    return turn;
  }

  /**
   * A native turn that begins again, because the agent names two alike or goes on with one that
   * core had to end, is another turn here: after a restart too.
   */
  #unused(wanted: string): string {
    const { threadId, turns } = this.#thread;
    const isUsed = (id: string): boolean =>
      this.#begun.has(id) || turns().some((turn) => turn.id === id);
    let id = wanted;
    for (let count = 1; isUsed(id); count += 1) {
      id = deriveId(threadId, `${wanted} again ${count}`);
    }
    this.#begun.add(id);
    return id;
  }

  /**
   * While a turn runs, another native turn shares it: its input is shown, its `end` does not count.
   */
  #nativeBegin(op: Op<"begin">, nowMs: number): void {
    const open = this.#turn;
    if (open?.keys.includes(op.turn) === true) return;
    const { threadId, turnIdOf } = this.#thread;
    const id = turnIdOf?.(op.turn) ?? deriveId(threadId, op.turn);
    const turn = open ?? this.#begin(id, op.turn, nowMs);
    turn.continues(op.turn);
    this.#join(turn, op.turn);
    if (op.input.length === 0 || turn.hasShownInput(op.turn)) return;
    turn.user(open === null ? "user" : `user ${op.turn}`, op.input, null, nowMs);
  }

  #beginImplicit(key: string, nowMs: number): OpenTurn {
    const name = `turn of ${key}`;
    const turn = this.#begin(deriveId(this.#thread.threadId, name), name, nowMs);
    this.#implicit = true;
    return turn;
  }

  #endImplicit(nowMs: number): void {
    if (this.#turn === null || !this.#implicit || this.#asks.size > 0 || this.#turn.hasOpenItems)
      return;
    this.end("completed", null, nowMs);
  }

  #join(turn: OpenTurn, key: string): void {
    if (turn.keys.includes(key)) return;
    turn.keys.push(key);
    this.#sink.joined(turn.id, key);
  }

  #usage(op: Op<"usage">): void {
    const turnId = this.#turn?.id ?? this.#lastTurnId;
    if (turnId === null) return this.#sink.stray(op);
    // What was counted with the earlier turn is told again, not counted again.
    const isCounted = this.#turn?.isRepeating === true;
    this.#total = op.session ?? (isCounted ? this.#total : addTokens(this.#total, op.last));
    this.#sink.used(this.#total);
    const tokenUsage = wireUsage(this.#total, op.last, op.window ?? null);
    const { threadId } = this.#thread;
    this.#sink.notify("thread/tokenUsage/updated", { threadId, turnId, tokenUsage });
  }

  #ask(op: Op<"ask">, nowMs: number): void {
    const key = "key" in op.ask ? op.ask.key : op.id;
    const turn = this.#turn ?? this.#beginImplicit(key, nowMs);
    const item = turn.find(key);
    // The agent asks anew what it asked before: the answer to the old question is none to this one.
    if (this.#asks.has(op.id)) this.#sink.withdrawn(op.id);
    this.#asks.set(op.id, { kind: op.ask.kind === "questions" ? "input" : "approval", key });
    this.#active();
    this.#sink.ask({
      id: op.id,
      ask: op.ask,
      turnId: turn.id,
      itemId: item?.id ?? turn.idOf(key),
      item: item === undefined ? null : turn.snapshotOf(item),
      atMs: nowMs,
    });
  }

  #withdraw(askId: string): void {
    if (!this.#asks.delete(askId)) return;
    this.#sink.withdrawn(askId);
    this.#active();
  }

  /** What is over needs no answer any more. */
  #withdrawAbout(itemKey: string): void {
    for (const [id, { key }] of this.#asks) if (key === itemKey) this.#withdraw(id);
  }

  #active(): void {
    const waiting = new Set([...this.#asks.values()].map(({ kind }) => kind));
    const activeFlags: ThreadActiveFlag[] = [];
    if (waiting.has("approval")) activeFlags.push("waitingOnApproval");
    if (waiting.has("input")) activeFlags.push("waitingOnUserInput");
    this.#setStatus({ type: "active", activeFlags });
  }

  #setStatus(status: ThreadStatus): void {
    if (JSON.stringify(status) === JSON.stringify(this.#status)) return;
    this.#status = status;
    this.#sink.status(status);
  }
}

const noReason: Failure = {
  kind: "other",
  message: "The agent ended the turn as failed and gave no reason.",
};
