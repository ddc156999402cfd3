import { encodeNotification, messageOf, type RequestId } from "@fairlead/bridge-core/session";
import type { AgentEntry } from "../agents/agent-entry.ts";
import { CutTurns } from "./cut-turns.ts";
import { type Fields, fieldsOf, rawMember, textOf } from "./fields.ts";
import { FollowedThreads } from "./followed-threads.ts";
import type { LinkClient } from "./link-client.ts";
import { LinkQuestions, type LinkQuestion } from "./link-questions.ts";
import type { LostLink } from "./lost-links.ts";
import { openLine } from "./open-line.ts";
import type { GatewayParts } from "./parts.ts";
import type { AgentProcess } from "./request-ids.ts";
import { RunningTurns, type Told, turnThatRuns } from "./running-turns.ts";
import { followedThread, namesThreads, threadOf, threadsInResult } from "./thread-names.ts";
import { turnsInResult } from "./turns-in-result.ts";
import { failedAnswer, Upstream, type UpstreamAnswer } from "./upstream.ts";

type Call = readonly [method: string, params: unknown, settle: (answer: UpstreamAnswer) => void];

/** Time an agent has to take a connection. */
const openTimeoutMs = 60_000;
/** Requests that wait for a connection. */
const maxWaiting = 1000;

/**
 * One client's way to one agent: connects when something is asked, again after a loss, and ends what
 * a lost agent left open.
 */
export class AgentLink implements LostLink {
  readonly agent: string;
  /** As it was last found. */
  #entry: AgentEntry;
  readonly #parts: GatewayParts;
  readonly #client: LinkClient;
  readonly #ended = new AbortController();
  readonly #turns = new RunningTurns();
  readonly #questions: LinkQuestions;
  readonly #followed = new FollowedThreads();
  readonly #cut = new CutTurns();
  /** Its connection, also while it is being opened: answers go there. */
  #line: Upstream | null = null;
  /** The same once requests may be sent over it. */
  #upstream: Upstream | null = null;
  #process: AgentProcess | null = null;
  #waiting: Call[] = [];
  #isOpening = false;

  constructor(entry: AgentEntry, client: LinkClient, parts: GatewayParts) {
    this.agent = entry.name;
    this.#entry = entry;
    this.#client = client;
    this.#parts = parts;
    this.#questions = new LinkQuestions({
      agent: entry.name,
      client,
      parts,
      respond: (nativeId, answer) => this.#line?.respond(nativeId, answer),
    });
  }

  /** Questions that wait for the client. */
  get openQuestions(): readonly LinkQuestion[] {
    return this.#questions.open;
  }

  get turns(): RunningTurns["all"] {
    return this.#turns.all;
  }

  /** The client knows of a turn that runs, and has not seen it start here. */
  runs(threadId: string, turn: Fields): void {
    this.#turnStarted(threadId, turn);
  }

  /** A turn that was known to run has ended unseen, and its client was told. */
  missed(threadId: string, turnId: string): void {
    if (!this.#turns.completed(threadId, turnId)) return;
    const { ledger } = this.#parts;
    const { seat, toldUpTo: at } = this.#client;
    ledger.apply({ type: "turnEnded", seat: seat.seat, agent: this.agent, threadId, turnId, at });
    ledger.ended({ agent: this.agent, threadId, turnId }, null);
  }

  /** Sends a request. `settle` is called once, in the order of the agent's frames. */
  call(method: string, params: unknown, settle: (answer: UpstreamAnswer) => void): void {
    if (this.#ended.signal.aborted) return settle(failedAnswer("this client is gone"));
    if (this.#upstream !== null) return this.#send(this.#upstream, [method, params, settle]);
    if (this.#waiting.length >= maxWaiting) {
      return settle(failedAnswer(`${this.agent} takes too long to start: wait for it.`));
    }
    this.#waiting.push([method, params, settle]);
    if (!this.#isOpening) void this.#open();
  }

  /**
   * What a terminal prints waits there while the client is behind: nothing else could slow it down. An
   * agent is never held up. To be called whenever either may have changed.
   */
  keepPace(): void {
    if (this.#entry.isTerminal === true) this.#line?.hold(this.#client.isBehind);
  }

  /** Puts what is open to a client that lost the session it was put in. */
  askAgain(): void {
    this.#questions.askAgain();
  }

  /** The client is gone for good. Idempotent. */
  end(): void {
    if (this.#ended.signal.aborted) return;
    this.#ended.abort(new Error("the client is gone"));
    this.#parts.lostLinks.forget(this);
    const line = this.#line;
    this.#line = null;
    this.#upstream = null;
    line?.close();
    if (this.#process !== null) this.#parts.requestIds.leave(this.#process);
    this.#process = null;
    this.#fail("this client is gone");
  }

  /** Somebody uses the agent again: what the client followed there it follows again. */
  reopen(): void {
    const isUp = this.#upstream !== null || this.#isOpening;
    if (!isUp && !this.#ended.signal.aborted) void this.#open();
  }

  async #open(): Promise<void> {
    const { signal } = this.#ended;
    const { agents, requestIds, lostLinks, log } = this.#parts;
    this.#isOpening = true;
    lostLinks.forget(this);
    lostLinks.wake(this.agent);
    let opened: Upstream | null = null;
    const late = new AbortController();
    const timer = setTimeout(() => {
      late.abort(new Error("it takes too long to answer"));
      // One that takes the connection and says nothing is given up too.
      opened?.close();
    }, openTimeoutMs);
    timer.unref();
    try {
      // Not the one of before: its settings may have changed since.
      const entry = agents.find(this.agent);
      if (entry === undefined) throw new Error("it is switched off");
      this.#entry = entry;
      const transport = await openLine(entry, {
        signal: AbortSignal.any([signal, late.signal]),
        mayAnswer: (method) => this.#client.mayAnswer(method),
      });
      if (signal.aborted) return transport.close();
      this.#process = requestIds.join(this.agent);
      const upstream = new Upstream(transport, {
        onDelta: (method, text) => this.#onDelta(method, text),
        onNotification: (method, params, text) => this.#onNotification(method, params, text),
        onRequest: (id, method, params) => this.#onRequest(id, method, params),
        onUnreadable: (reason) => this.#onUnreadable(reason),
        onLost: (reason) => this.#onLost(reason),
      });
      opened = upstream;
      this.#line = upstream;
      await upstream.ask("initialize", this.#client.introduction);
      upstream.notify("initialized", undefined);
      // Before anything else is asked.
      await this.#followed.again(upstream, (message) => log("warn", `${this.agent}: ${message}`));
      this.#isOpening = false;
      if (upstream.isClosed) throw new Error("it was lost again at once");
      this.#upstream = upstream;
      for (const call of this.#waiting.splice(0)) this.#send(upstream, call);
    } catch (error) {
      this.#isOpening = false;
      opened?.close();
      this.#line = null;
      if (opened !== null && this.#process !== null) {
        requestIds.leave(this.#process);
        this.#process = null;
      }
      this.#waitForOthers();
      this.#fail(`${this.#entry.displayName} cannot be reached: ${messageOf(error)}`);
    } finally {
      clearTimeout(timer);
    }
  }

  #waitForOthers(): void {
    const { lostLinks } = this.#parts;
    if (this.#followed.size > 0 && !this.#ended.signal.aborted) lostLinks.wait(this);
  }

  #fail(reason: string): void {
    for (const [, , settle] of this.#waiting.splice(0)) settle(failedAnswer(reason));
  }

  #send(upstream: Upstream, [method, params, settle]: Call): void {
    upstream.request(method, params, (answer) => {
      if (answer.kind === "result" && (namesThreads(method) || method === "turn/start")) {
        this.#learn(method, params, answer.result());
      }
      if (method === "thread/unsubscribe" && answer.kind === "result") {
        this.#followed.delete(textOf(params, "threadId") ?? "");
      }
      settle(answer);
    });
  }

  #learn(method: string, params: unknown, result: unknown): void {
    for (const id of threadsInResult(method, result)) this.#parts.directory.learn(id, this.agent);
    const followed = followedThread(method, params, result);
    if (followed === null) return;
    this.#followed.add(followed);
    // Its start was before this client came.
    for (const turn of this.#runningIn(followed, result)) {
      this.#cut.revive(textOf(turn, "id") ?? "");
      this.#turnStarted(followed, turn);
    }
  }

  /** The turns that run on a thread, as its answer shows them or, without turns, as others know. */
  #runningIn(threadId: string, result: unknown): readonly Fields[] {
    const shown = turnsInResult(result);
    const { status } = fieldsOf(fieldsOf(result)["thread"]);
    if (shown.length > 0 || fieldsOf(status)["type"] !== "active") return shown;
    const running = this.#parts.ledger.runningOn(this.agent, threadId);
    return running === undefined ? [] : [turnThatRuns(running)];
  }

  /** Whether a notification is not told, because its turn is over for the client. */
  #isOver(threadId: string | null, covered: ReturnType<CutTurns["covers"]>): boolean {
    if (covered === "first") {
      const message = `${this.#entry.displayName} goes on with a turn that was told as failed: load its thread again with thread/resume.`;
      this.#say({ method: "warning", params: { threadId, message } });
    }
    return covered !== "no";
  }

  #onDelta(method: string, text: string): void {
    if (this.#isOver(rawMember(text, "threadId"), this.#cut.coversDelta(text))) return;
    this.#turns.delta(text);
    const { ledger, now } = this.#parts;
    if (ledger.awaitsFirstDelta) {
      const [threadId, turnId] = [rawMember(text, "threadId"), rawMember(text, "turnId")];
      if (threadId !== null && turnId !== null) ledger.spoke(this.agent, threadId, turnId, now());
    }
    this.#client.tell(method, this.#client.shownDelta(this.agent, text));
  }

  #onNotification(method: string, params: unknown, text: string): void {
    const fields = fieldsOf(params);
    const threadId = threadOf(params) ?? "";
    if (this.#isOver(threadOf(params), this.#cut.covers(params))) return;
    switch (method) {
      case "turn/started":
        this.#turnStarted(threadId, fieldsOf(fields["turn"]));
        break;
      case "turn/completed":
        this.#tell(method, params, text);
        return this.#turnCompleted(threadId, fieldsOf(fields["turn"]));
      case "item/started":
        this.#turns.itemStarted(threadId, fieldsOf(fields["item"]));
        break;
      case "item/completed":
        this.#turns.itemCompleted(threadId, textOf(fields["item"], "id") ?? "");
        break;
      case "thread/started":
        this.#parts.directory.learn(threadId, this.agent);
        break;
      case "thread/deleted":
        this.#parts.directory.forget(threadId);
        this.#followed.delete(threadId);
        break;
      case "thread/closed":
        this.#followed.delete(threadId);
        break;
      case "serverRequest/resolved":
        return this.#resolved(fields);
      default:
    }
    this.#tell(method, params, text);
  }

  #tell(method: string, params: unknown, text: string): void {
    const shown = this.#client.shown(this.agent, method, params);
    if (shown === null) return;
    if (shown === params) {
      this.#client.tell(method, text);
      return this.keepPace();
    }
    const [, time] = /"emittedAtMs":(\d+)\}$/u.exec(text) ?? [];
    const emittedAtMs = time === undefined ? undefined : Number(time);
    this.#client.tell(method, encodeNotification(method, shown, emittedAtMs));
  }

  /** Tells what no agent said. */
  #say({ method, params }: Told): void {
    this.#tell(method, params, encodeNotification(method, params, this.#parts.now()));
  }

  #turnStarted(threadId: string, turn: Fields): void {
    const { ledger, now } = this.#parts;
    const nowMs = now();
    const turnId = textOf(turn, "id");
    if (turnId === null || !this.#turns.started(threadId, turn, nowMs)) return;
    const running = { agent: this.agent, threadId, turnId };
    ledger.apply({ type: "turnStarted", ...this.#client.seat, ...running, atMs: nowMs });
    ledger.started({ ...running, startedAtMs: nowMs });
  }

  #turnCompleted(threadId: string, turn: Fields): void {
    const turnId = textOf(turn, "id") ?? "";
    this.#turns.completed(threadId, turnId);
    const { status } = turn;
    const isEnd = status === "completed" || status === "interrupted" || status === "failed";
    this.#turnEnded({ threadId, turnId }, isEnd ? status : "failed");
  }

  #turnEnded(
    turn: { readonly threadId: string; readonly turnId: string },
    status: "completed" | "interrupted" | "failed",
  ): void {
    const { ledger } = this.#parts;
    const { seat, toldUpTo: at } = this.#client;
    const ended = { agent: this.agent, threadId: turn.threadId, turnId: turn.turnId };
    ledger.apply({ type: "turnEnded", seat: seat.seat, ...ended, at });
    ledger.ended(ended, status);
  }

  #onRequest(nativeId: RequestId, method: string, params: unknown): void {
    if (this.#process === null) return;
    this.#process = this.#questions.ask(this.#process, nativeId, method, params);
  }

  #resolved({ requestId: nativeId, ...params }: Fields): void {
    if (typeof nativeId !== "string" && typeof nativeId !== "number") return;
    const question = this.#questions.resolve(nativeId);
    // The end of what was never asked here is nothing to this client.
    if (question === undefined) return;
    const told = { ...params, requestId: question.name };
    this.#say({ method: "serverRequest/resolved", params: told });
  }

  #onUnreadable(reason: string): void {
    this.#parts.observer.framesDropped?.(1);
    this.#parts.log("warn", `${this.agent}: a frame was left out: ${reason}`);
  }

  #onLost(reason: string): void {
    const { requestIds, observer, now } = this.#parts;
    this.#line = null;
    this.#upstream = null;
    const process = this.#process;
    this.#process = null;
    const why = reason === "" ? "its connection ended" : reason;
    if (process !== null && requestIds.lose(process)) observer.agentLost?.(this.agent, why);
    for (const { name: requestId, threadId } of this.#questions.resolveAll()) {
      if (threadId === null) continue;
      this.#say({ method: "serverRequest/resolved", params: { threadId, requestId } });
    }
    this.#client.lost(this.agent);
    this.#waitForOthers();
    const turns = this.#turns.all;
    for (const { turnId } of turns) this.#cut.add(turnId);
    const message = `${this.#entry.displayName} was lost while this turn ran: ${why}`;
    const told = this.#turns.cut(message, now());
    for (const one of told) this.#say(one);
    for (const turn of turns) this.#turnEnded(turn, "failed");
  }
}
