import type {
  ServerNotificationMethod,
  ServerNotifications,
  Thread,
  ThreadItem,
  ThreadStatus,
  Turn,
} from "@fairlead/codex-proto";
import type { BridgeAdapter } from "../adapter.ts";
import type { ThreadOp, Tokens } from "../ops.ts";
import { wireSettings, wireThread, type ThreadMeta } from "../threads/meta.ts";
import { askOutcome, askRequest, refused, type AskOutcome, type AskRequest } from "../turn/asks.ts";
import { ThreadRecorder, type RecordedAsk, type RecorderSink } from "../turn/recorder.ts";
import type { TurnRecord } from "../turn/turn-record.ts";
import { goesOn } from "../threads/unseen.ts";
import type { ClientAnswer, OpenRequest } from "./ask-desk.ts";
import type { Audience } from "./audience.ts";
import type { ThreadServices } from "./services.ts";

/** What a wire thread hands on to the one who holds the agent. */
export interface WireThreadEvents {
  /** The ask is settled: by a client, or by what a client said earlier. */
  onAnswer(thread: WireThread, ask: RecordedAsk, outcome: AskOutcome): void;
  /** What the user said earlier that answers this ask too; null when he must be asked. */
  earlierAnswer(ask: RecordedAsk): AskOutcome | null;
  onTurnEnded(thread: WireThread, turn: TurnRecord): void;
}

/**
 * A thread as clients know it: its turns, told to its subscribers as they happen and written to its
 * journal.
 */
export class WireThread implements RecorderSink {
  readonly recorder: ThreadRecorder;
  /** The finished turns. */
  readonly turns: TurnRecord[];
  readonly audience: Audience;
  #meta: ThreadMeta;
  #closed = false;
  readonly #services: ThreadServices;
  readonly #events: WireThreadEvents;
  /** Take back what waits for a client only as long as the turn runs. */
  readonly #inTurn = new Set<() => void>();
  readonly #asks = new Map<
    string,
    { readonly ask: RecordedAsk; readonly request: OpenRequest | null }
  >();

  constructor(
    services: ThreadServices,
    meta: ThreadMeta,
    turns: readonly TurnRecord[],
    audience: Audience,
    events: WireThreadEvents,
  ) {
    this.#services = services;
    this.#meta = meta;
    this.turns = [...turns];
    this.audience = audience;
    this.#events = events;
    const cwd = (): string => this.#meta.cwd;
    const { clientToolServer, adapter } = services;
    this.recorder = new ThreadRecorder(
      {
        threadId: meta.id,
        cwd,
        clientToolServer,
        used: meta.used ?? null,
        turns: () => this.turns,
        goesOn: goesOn(adapter),
      },
      this,
    );
  }

  get meta(): ThreadMeta {
    return this.#meta;
  }

  /** Asks that wait for an answer, oldest first. */
  get pendingAsks(): readonly RecordedAsk[] {
    return [...this.#asks.values()].map(({ ask }) => ask);
  }

  /** All turns, the running one last. */
  get allTurns(): readonly TurnRecord[] {
    const open = this.recorder.openTurn;
    return open === null ? this.turns : [...this.turns, open];
  }

  /**
   * Changes what is kept of the thread; a thread that is never kept (`ephemeral`) changes in memory
   * only.
   */
  update(change: Partial<ThreadMeta>): void {
    this.#meta = { ...this.#meta, ...change };
    // Codex shows a thread only after its first message; an empty one leaves nothing behind.
    if (this.#isKept && this.#meta.preview !== "") this.#services.store.save(this.#meta);
  }

  /**
   * Nothing is written any more: what still comes in would bring back a thread that was deleted.
   */
  close(): void {
    this.#closed = true;
  }

  get adapter(): BridgeAdapter {
    return this.#services.adapter;
  }

  /** Takes back the turns from `index` on; `from` is how the agent will forget them. */
  revert(index: number, from: ThreadMeta["from"]): void {
    const first = this.turns[index];
    if (first === undefined) return;
    // Turns that only the agent's storage knows would come back with the next reading of it.
    for (const turn of this.turns) this.#journal({ type: "inherit", turn });
    this.#journal({ type: "revert", before: first.id });
    this.turns.splice(index);
    this.update({ from });
  }

  /** Keeps a turn that was over before anybody here could follow it. */
  adopt(turn: TurnRecord): void {
    this.turns.push(turn);
    this.#journal({ type: "inherit", turn });
  }

  /** {@link update}, and tells the subscribers when the settings differ now. */
  changeSettings(change: Partial<ThreadMeta>): void {
    const { adapter, defaultModel } = this.#services;
    const before = JSON.stringify(wireSettings(adapter.id, this.#meta, ""));
    this.update(change);
    if (JSON.stringify(wireSettings(adapter.id, this.#meta, "")) === before) return;
    const threadSettings = wireSettings(adapter.id, this.#meta, defaultModel());
    this.notify("thread/settings/updated", { threadId: this.#meta.id, threadSettings });
  }

  /** Gives the thread a title, the user's or the agent's. */
  rename(name: string): void {
    this.update({ name });
    const params = { threadId: this.#meta.id, threadName: name };
    this.#services.everyone.notify("thread/name/updated", params);
  }

  /** Tells every client that the thread exists. */
  announce(): void {
    this.#services.everyone.notify("thread/started", { thread: this.wireThread([]) });
  }

  wireThread(turns: readonly Turn[]): Thread {
    return wireThread(this.#services.adapter.id, this.#meta, this.recorder.threadStatus, turns);
  }

  /** Forgets an ask without telling the agent; the caller answers it. */
  dropAsk(id: string): void {
    const open = this.#asks.get(id);
    this.#asks.delete(id);
    open?.request?.withdraw();
    this.recorder.answered(id);
  }

  notify<M extends ServerNotificationMethod>(method: M, params: ServerNotifications[M]): void {
    this.audience.notify(method, params);
  }

  status(status: ThreadStatus): void {
    this.#services.everyone.notify("thread/status/changed", { threadId: this.#meta.id, status });
  }

  turnStarted({ id, keys, startedAtMs }: TurnRecord): void {
    this.#journal({ type: "begin", id, keys, startedAtMs });
  }

  itemCompleted(turnId: string, item: ThreadItem): void {
    this.#journal({ type: "item", turnId, item });
  }

  /**
   * Puts a request of core's own that makes sense only while the running turn lasts. Gets null when
   * the turn ends first.
   */
  askInTurn(request: AskRequest, onAnswer: (answer: ClientAnswer | null) => void): OpenRequest {
    const open = this.#services.desk.open(this.#meta.id, request, this.audience, (answer) => {
      this.#inTurn.delete(withdraw);
      onAnswer(answer);
    });
    const withdraw = (): void => {
      if (!this.#inTurn.delete(withdraw)) return;
      open.withdraw();
      onAnswer(null);
    };
    this.#inTurn.add(withdraw);
    return { withdraw };
  }

  turnEnded(turn: TurnRecord): void {
    for (const withdraw of this.#inTurn) withdraw();
    const { items, ...rest } = turn;
    this.turns.push(turn);
    this.#journal({ type: "end", turn: rest, items: items.map((item) => item.id) });
    this.update({ updatedAtMs: turn.completedAtMs ?? turn.startedAtMs });
    this.#events.onTurnEnded(this, turn);
  }

  used(used: Tokens): void {
    this.update({ used });
  }

  joined(turnId: string, key: string): void {
    const index = this.turns.findIndex((turn) => turn.keys.includes(turnId));
    const turn = this.turns[index];
    if (turn !== undefined) this.turns[index] = { ...turn, keys: [...turn.keys, key] };
    this.#journal({ type: "key", turnId: turn?.id ?? turnId, key });
  }

  ask(ask: RecordedAsk): void {
    const known = this.#events.earlierAnswer(ask);
    if (known !== null) {
      this.#asks.set(ask.id, { ask, request: null });
      // Behind the op that asked, which is still being recorded.
      queueMicrotask(() => this.#settle(ask, known));
      return;
    }
    const { id, cwd } = this.#meta;
    const { desk } = this.#services;
    const request = desk.open(id, askRequest(id, cwd, ask), this.audience, (answer) => {
      this.#settle(ask, answer.type === "result" ? askOutcome(ask.ask, answer.result) : refused);
    });
    this.#asks.set(ask.id, { ask, request });
  }

  withdrawn(askId: string): void {
    const open = this.#asks.get(askId);
    this.#asks.delete(askId);
    open?.request?.withdraw();
  }

  stray(op: ThreadOp): void {
    this.#services.log(
      "debug",
      `thread ${this.#meta.id}: op ${op.op} fits no open turn or item`,
      op,
    );
  }

  #settle(ask: RecordedAsk, outcome: AskOutcome): void {
    const { id } = ask;
    // Another one under the same name is not what was answered.
    if (this.#asks.get(id)?.ask !== ask) return;
    this.#asks.delete(id);
    this.recorder.answered(id);
    this.#events.onAnswer(this, ask, outcome);
    this.recorder.settled(this.#services.now());
  }

  #journal(entry: Parameters<ThreadServices["store"]["append"]>[1]): void {
    if (this.#isKept) this.#services.store.append(this.#meta.id, entry);
  }

  get #isKept(): boolean {
    return !this.#meta.ephemeral && !this.#closed;
  }
}
