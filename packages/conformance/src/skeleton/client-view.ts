import { type FrameId, idKey } from "../frame.ts";
import { field, isRecord, stringField } from "../read.ts";
import { resultFacts } from "./result-facts.ts";
import { type AskView, byText } from "./turn-view.ts";
import type { ClientSkeleton, RequestSkeleton } from "./shape.ts";
import { ThreadView, childrenIn, threadSkeletons } from "./thread-view.ts";

interface RequestView {
  readonly method: string;
  outcome: RequestSkeleton["outcome"];
  facts: RequestSkeleton["facts"];
}

/** One connection while its stream is read. */
export class ClientView {
  readonly #requests: RequestView[] = [];
  readonly #pending = new Map<string, RequestView>();
  readonly #threads = new Map<string, ThreadView>();
  readonly #asks = new Map<string, AskView>();
  readonly #notifications = new Set<string>();

  send(frame: unknown): void {
    if (!isRecord(frame)) return;
    const { id, method } = frame;
    if (!isFrameId(id)) return;
    if (typeof method === "string") {
      const request: RequestView = { method, outcome: "unanswered", facts: [] };
      this.#requests.push(request);
      this.#pending.set(idKey(id), request);
      return;
    }
    const ask = this.#asks.get(idKey(id));
    if (ask === undefined || ask.isOver) return;
    ask.outcome = "error" in frame ? "error" : decisionOf(frame["result"]);
    ask.isOver = true;
  }

  receive(frame: unknown): void {
    if (!isRecord(frame)) return;
    const { id, method, params } = frame;
    if (typeof method !== "string") {
      if (isFrameId(id)) this.#response(id, frame);
    } else if (isFrameId(id)) {
      const threadId = stringField(params, "threadId") ?? stringField(params, "conversationId");
      if (threadId === undefined) this.#notifications.add(`asked ${method}`);
      else this.#asks.set(idKey(id), this.#thread(threadId).ask(method, params));
    } else {
      this.#notification(method, params);
    }
  }

  skeleton(): ClientSkeleton {
    return {
      requests: this.#requests.map(({ method, outcome, facts }) => ({ method, outcome, facts })),
      threads: threadSkeletons(this.#threads),
      notifications: [...this.#notifications].toSorted(byText),
    };
  }

  #response(id: FrameId, frame: Readonly<Record<string, unknown>>): void {
    const request = this.#pending.get(idKey(id));
    if (request === undefined) return;
    this.#pending.delete(idKey(id));
    request.outcome = "error" in frame ? "error" : "ok";
    if (request.outcome === "ok") request.facts = resultFacts(request.method, frame["result"]);
    if (opensThread.has(request.method)) this.#meet(field(frame["result"], "thread"));
  }

  #notification(method: string, params: unknown): void {
    if (method === "thread/started") this.#meet(field(params, "thread"));
    if (method === "serverRequest/resolved") this.#resolved(field(params, "requestId"));
    const threadId = stringField(params, "threadId") ?? stringField(params, "thread", "id");
    if (threadId === undefined) {
      this.#notifications.add(method);
      return;
    }
    this.#relate(threadId, params);
    this.#thread(threadId).notification(method, params);
  }

  #resolved(id: unknown): void {
    const ask = isFrameId(id) ? this.#asks.get(idKey(id)) : undefined;
    if (ask === undefined || ask.isOver) return;
    ask.outcome = "resolved without this client's answer";
    ask.isOver = true;
  }

  #meet(thread: unknown): void {
    const id = stringField(thread, "id");
    if (id === undefined) return;
    const view = this.#thread(id);
    view.parent ??= stringField(thread, "parentThreadId");
  }

  /** Learns whose sub-agent a thread is, from any of the places that tell. */
  #relate(threadId: string, params: unknown): void {
    for (const child of childrenIn(field(params, "item"))) this.#thread(child).parent ??= threadId;
    const root = stringField(params, "turn", "rootTurnId");
    if (root === undefined || root === stringField(params, "turn", "id")) return;
    for (const [id, thread] of this.#threads) {
      const owns = id !== threadId && [...thread.turnIds()].includes(root);
      if (owns) this.#thread(threadId).parent ??= id;
    }
  }

  #thread(id: string): ThreadView {
    const known = this.#threads.get(id);
    if (known !== undefined) return known;
    const thread = new ThreadView();
    this.#threads.set(id, thread);
    return thread;
  }
}

const opensThread: ReadonlySet<string> = new Set(["thread/start", "thread/resume", "thread/fork"]);

/** The word of a decision; a decision with details is named by its key. */
function decisionOf(result: unknown): string {
  const decision = field(result, "decision") ?? field(result, "action");
  if (typeof decision === "string") return decision;
  return isRecord(decision) ? (Object.keys(decision)[0] ?? "answered") : "answered";
}

function isFrameId(value: unknown): value is FrameId {
  return typeof value === "string" || typeof value === "number";
}
