import type {
  JsonValue,
  ServerNotificationMethod,
  ServerNotifications,
  ThreadItem,
  UserInput,
} from "@fairlead/codex-proto";
import { deriveId } from "../ids.ts";
import type { ThreadOp, Tokens } from "../ops.ts";
import { hasShown, hasShownInput, secondId } from "./continued-turn.ts";
import { patchDraft, reviewMark, userMessage, type ItemStatus } from "./items.ts";
import { OpenItem } from "./open-item.ts";
import { capOutput } from "./text-buffer.ts";
import { lastAnswer, type TurnRecord } from "./turn-record.ts";

/** What is fixed for a thread's recorder. */
export interface RecorderThread {
  readonly threadId: string;
  /** Its folder now, for commands that name none. */
  readonly cwd: () => string;
  /** Name of the MCP server through which core offers the client's own tools. */
  readonly clientToolServer: string;
  /** What the thread had used before. */
  readonly used?: Tokens | null;
  /** The turns that are over. */
  readonly turns: () => readonly TurnRecord[];
  /** The id of a native turn that has one already. */
  readonly turnIdOf?: (key: string) => string | undefined;
  /** The agent's turns may go on after core has cut them. */
  readonly goesOn: boolean;
}

/** What a turn tells of its items. */
export interface ItemSink {
  notify<M extends ServerNotificationMethod>(method: M, params: ServerNotifications[M]): void;
  itemCompleted(turnId: string, item: ThreadItem): void;
  /** An op that fits nothing: logged and counted, never thrown. */
  stray(op: ThreadOp): void;
}

type Op<K extends ThreadOp["op"]> = Extract<ThreadOp, { op: K }>;

/** The items of the running turn: started, streamed, completed, each once and in order. */
export class OpenTurn {
  readonly id: string;
  readonly startedAtMs: number;
  /** Native names that mean this turn. */
  readonly keys: string[];
  /** The native name whose `end` ends the turn. */
  primary: string;
  /** The agent has not said that it is over: what is open at its end is cut, not done. */
  isCut = false;
  #isReview = false;
  readonly #thread: RecorderThread;
  readonly #sink: ItemSink;
  /** In the order of their start; closed ones in their final form. */
  readonly #items: (OpenItem | ThreadItem)[] = [];
  readonly #byKey = new Map<
    string,
    { readonly item: OpenItem; readonly index: number; open: boolean }
  >();
  readonly #cut: string[] = [];
  /** Turns that are over and were native turns of this one too. */
  readonly #earlier: TurnRecord[] = [];

  constructor(
    thread: RecorderThread,
    sink: ItemSink,
    id: string,
    key: string,
    startedAtMs: number,
  ) {
    this.#thread = thread;
    this.#sink = sink;
    this.id = id;
    this.primary = key;
    this.keys = key === id ? [id] : [id, key];
    this.startedAtMs = startedAtMs;
  }

  /** Its native turn `key` has been a turn here before; what was shown whole then is not shown again. */
  continues(key: string): void {
    for (const turn of this.#thread.turns()) {
      if (turn.keys.includes(key) && !this.#earlier.includes(turn)) this.#earlier.push(turn);
    }
  }

  /** Whether the user's words that began the native turn `key` were shown with an earlier turn. */
  hasShownInput(key: string): boolean {
    return this.#continued.some((turn) => turn.keys.includes(key) && hasShownInput(turn));
  }

  /** The wire id of an item. */
  idOf(key: string): string {
    const id = deriveId(this.id, key);
    const isNative = id === key.toLowerCase();
    return isNative && this.#earlier.length > 0 ? secondId(this.id, key) : id;
  }

  /** It goes on with an earlier turn, and so far was all of that. */
  get isRepeating(): boolean {
    return this.#continued.length > 0 && this.#byKey.size === 0;
  }

  get hasOpenItems(): boolean {
    return [...this.#byKey.values()].some((entry) => entry.open);
  }

  find(key: string): OpenItem | undefined {
    return this.#byKey.get(key)?.item;
  }

  findToolCall(tool: string, args: JsonValue): string | null {
    const wanted = JSON.stringify(args);
    for (const { item, open } of this.#byKey.values()) {
      const { draft } = item;
      if (!open || draft.type !== "mcpTool" || draft.tool !== tool) continue;
      if (JSON.stringify(draft.arguments) === wanted) return item.id;
    }
    return null;
  }

  snapshotOf(item: OpenItem): ThreadItem {
    return item.snapshot(this.#thread, "inProgress", null, null);
  }

  user(key: string, input: readonly UserInput[], clientId: string | null, nowMs: number): void {
    this.#add(userMessage(deriveId(this.id, key), input, clientId, nowMs), nowMs);
  }

  /** The turn is a review of what `subject` names; its last answer will be the finding. */
  enterReview(subject: string, nowMs: number): void {
    this.#isReview = true;
    const id = deriveId(this.id, "entered review mode");
    this.#add(reviewMark("enteredReviewMode", id, subject, nowMs), nowMs);
  }

  open(op: Op<"open">, nowMs: number): void {
    const known = this.#byKey.get(op.key);
    if (known !== undefined) {
      if (known.open) known.item.draft = patchDraft(known.item.draft, op.item);
      return;
    }
    if (this.#continued.some((turn) => hasShown(turn, op.key))) return;
    const item = new OpenItem(op.key, this.idOf(op.key), op.item, nowMs);
    this.#byKey.set(op.key, { item, index: this.#items.length, open: true });
    this.#items.push(item);
    this.#started(this.snapshotOf(item), nowMs);
    if (op.item.type === "plan" && op.item.text !== undefined) {
      this.text({ op: "text", key: op.key, delta: op.item.text });
    }
  }

  text(op: Op<"text">): void {
    const entry = this.#byKey.get(op.key);
    if (entry === undefined || !entry.open) return this.#sink.stray(op);
    const { item } = entry;
    const { delta } = op;
    if (delta === "") return;
    const place = this.#place(item);
    switch (item.draft.type) {
      case "message":
        item.appendText(0, delta);
        return this.#sink.notify("item/agentMessage/delta", { ...place, delta });
      case "plan":
        item.appendText(0, delta);
        return this.#sink.notify("item/plan/delta", { ...place, delta });
      case "reasoning": {
        const summaryIndex = op.part ?? 0;
        while (item.parts <= summaryIndex) {
          this.#sink.notify("item/reasoning/summaryPartAdded", {
            ...place,
            summaryIndex: item.parts,
          });
          item.addPart();
        }
        item.appendText(summaryIndex, delta);
        return this.#sink.notify("item/reasoning/summaryTextDelta", {
          ...place,
          delta,
          summaryIndex,
        });
      }
      default:
        return this.#sink.stray(op);
    }
  }

  output(op: Op<"output">): void {
    const entry = this.#byKey.get(op.key);
    if (entry === undefined || !entry.open) return this.#sink.stray(op);
    const { item } = entry;
    const delta = "total" in op ? item.output.appendTotal(op.total) : item.output.append(op.delta);
    if (delta === "") return;
    const place = this.#place(item);
    switch (item.draft.type) {
      case "command":
        return this.#sink.notify("item/commandExecution/outputDelta", { ...place, delta });
      case "mcpTool":
        return this.#sink.notify("item/mcpToolCall/progress", { ...place, message: delta });
      default:
        return this.#sink.stray(op);
    }
  }

  close(op: Op<"close">, nowMs: number): void {
    const entry = this.#byKey.get(op.key);
    if (entry === undefined) return this.#sink.stray(op);
    if (!entry.open) return;
    const { item } = entry;
    if (op.item !== undefined) item.draft = patchDraft(item.draft, op.item);
    const status = op.status ?? "completed";
    const isDeclined = item.declined && (op.status === undefined || status === "failed");
    this.#complete(item, isDeclined ? "declined" : status, op.output ?? null, nowMs);
  }

  /** Closes what the agent left open with the status it truly has. */
  closeAll(status: "completed" | "failed", nowMs: number): void {
    for (const { item, open } of this.#byKey.values()) {
      if (!open) continue;
      this.#cut.push(item.id);
      this.#complete(item, item.declined ? "declined" : status, null, nowMs);
    }
    if (this.#isReview) this.#exitReview(nowMs);
  }

  /** The user refused what this item would do. */
  decline(itemId: string): void {
    for (const { item } of this.#byKey.values()) if (item.id === itemId) item.declined = true;
  }

  record(
    status: TurnRecord["status"],
    error: TurnRecord["error"],
    completedAtMs: number | null,
  ): TurnRecord {
    const { id, startedAtMs } = this;
    const items = this.#items.map((item) =>
      item instanceof OpenItem ? this.snapshotOf(item) : item,
    );
    const endedAtMs = completedAtMs === null ? null : Math.max(completedAtMs, startedAtMs);
    const cut = this.isCut ? { cut: [...this.#cut] } : {};
    return {
      id,
      keys: [...this.keys],
      status,
      error,
      startedAtMs,
      completedAtMs: endedAtMs,
      items,
      ...cut,
    };
  }

  /** Earlier turns that this one goes on with: the agent never said that they were over. */
  get #continued(): readonly TurnRecord[] {
    return this.#thread.goesOn ? this.#earlier.filter(({ cut }) => cut !== undefined) : [];
  }

  #exitReview(nowMs: number): void {
    const [answer] = lastAnswer(this.record("inProgress", null, null).items);
    const finding = answer?.type === "agentMessage" ? answer.text : "";
    const id = deriveId(this.id, "exited review mode");
    this.#add(reviewMark("exitedReviewMode", id, finding, nowMs), nowMs);
  }

  /** An item that is over as it starts. */
  #add(item: ThreadItem, nowMs: number): void {
    this.#items.push(item);
    this.#started({ ...item, completedAtMs: null }, nowMs);
    this.#completed(item, nowMs);
  }

  #place(item: OpenItem): {
    readonly threadId: string;
    readonly turnId: string;
    readonly itemId: string;
  } {
    return { threadId: this.#thread.threadId, turnId: this.id, itemId: item.id };
  }

  #complete(item: OpenItem, status: ItemStatus, output: string | null, nowMs: number): void {
    const entry = this.#byKey.get(item.key);
    if (entry === undefined) return;
    entry.open = false;
    const whole = output ?? (item.output.isEmpty ? null : item.output.toString());
    const capped = whole === null ? null : capOutput(whole);
    const final = item.snapshot(this.#thread, status, nowMs, capped);
    this.#items[entry.index] = final;
    this.#completed(final, nowMs);
  }

  #started(item: ThreadItem, startedAtMs: number): void {
    const { threadId } = this.#thread;
    this.#sink.notify("item/started", { item, threadId, turnId: this.id, startedAtMs });
  }

  #completed(item: ThreadItem, completedAtMs: number): void {
    const { threadId } = this.#thread;
    this.#sink.itemCompleted(this.id, item);
    this.#sink.notify("item/completed", {
      item,
      threadId,
      turnId: this.id,
      contentTokenCount: null,
      completedAtMs,
    });
  }
}
