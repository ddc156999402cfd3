import { sequenceKey } from "@fairlead/codex-proto";
import { notificationFrame } from "../../src/session/notification-frame.ts";
import { SessionState } from "../../src/session/session-state.ts";
import {
  epochSize,
  fieldsOf,
  idleMs,
  limits,
  ModelLink,
  must,
  questionText,
  type ModelClient,
  type ModelSession,
  type Pending,
} from "./session-model.ts";

/** A daemon, two clients of one thread, and all that may go wrong between them. */
export class SessionWorld {
  readonly clients: readonly ModelClient[] = ["phone", "laptop"].map((device) => ({
    device,
    cursor: null,
    link: null,
    session: null,
    heard: [],
    asked: new Set(),
    shown: new Set(),
    answers: new Set(),
    pending: new Map(),
    nextId: 1,
  }));
  drifts = 0;
  resumes = 0;
  #sessions: ModelSession[] = [];
  #late: { readonly session: ModelSession; readonly link: ModelLink }[] = [];
  readonly #open = new Set<number>();
  readonly #everAsked = new Set<number>();
  readonly #prints = new Map<unknown, string>();
  #nowMs = 0;
  #epoch = 1;
  #nextQuestion = epochSize;
  #count = 0;

  /** A piece of an item's text. */
  delta(item: number): void {
    this.#count += 1;
    const piece = `<${item}.${this.#count}>`;
    const params = { threadId: "t", turnId: "u", itemId: `item-${item}`, delta: piece };
    this.#tell(piece, notificationFrame("item/agentMessage/delta", params, this.#nowMs));
  }

  notification(length: number): void {
    this.#count += 1;
    const piece = `<n.${this.#count}>`;
    const message = piece.padEnd(length, "x");
    this.#tell(piece, notificationFrame("warning", { threadId: "t", message }, this.#nowMs));
  }

  ask(): void {
    const id = this.#nextQuestion;
    this.#nextQuestion += 1;
    must(!this.#everAsked.has(id), "the id of a question was used again");
    this.#everAsked.add(id);
    this.#open.add(id);
    for (const { state } of this.#sessions) state.ask(id, questionText(id));
    this.#checkBounds();
  }

  answer(who: number, arrives: boolean): void {
    const client = this.#client(who);
    const [id] = client.shown;
    if (id === undefined || client.link === null || client.link.closed !== null) return;
    client.shown.delete(id);
    if (arrives) this.#settle(id);
    else this.drop(who, false);
  }

  /** Settled by nobody's answer: the turn was interrupted. */
  withdraw(): void {
    const [id] = this.#open;
    if (id !== undefined) this.#settle(id);
  }

  request(who: number, arrives: boolean): void {
    const client = this.#client(who);
    const id = client.nextId;
    client.nextId += 1;
    this.#count += 1;
    const print = `method ${this.#count % 2}`;
    const pending: Pending = { uid: `request ${this.#count}`, print, firstOver: null };
    this.#prints.set(pending.uid, print);
    client.pending.set(id, pending);
    if (arrives) this.#send(client, id, pending);
    else this.drop(who, true);
  }

  /** More requests than are remembered, answered while the client reads nothing. */
  flood(who: number, count: number): void {
    for (let left = count; left > 0; left -= 1) {
      this.request(who, true);
      this.finish(who, 20 * left);
    }
  }

  /**
   * A request is sent once more, over a later connection than the first time. Not when its answer
   * is behind so many others: within one connection nobody asks again for what came long ago.
   */
  duplicate(who: number): void {
    const client = this.#client(who);
    for (const [id, pending] of client.pending) {
      if (pending.firstOver === null || pending.firstOver === client.link) continue;
      const isRecent = client.session?.finished.slice(1 - limits.answers).includes(pending.uid);
      const isAnswered = client.session?.finished.includes(pending.uid);
      if (isAnswered === true && isRecent !== true) continue;
      this.#send(client, id, pending);
      return;
    }
  }

  finish(who: number, length: number): void {
    for (const session of this.#sessions) {
      if (session.device !== this.#client(who).device) continue;
      const run = session.running.shift();
      if (run === undefined) continue;
      const text = JSON.stringify({ id: run.ticket.id, result: run.uid, pad: "y".repeat(length) });
      session.state.respond(run.ticket, text);
      session.finished.push(run.uid);
    }
    this.#checkBounds();
  }

  /** The client gets frames that are under way. */
  deliver(who: number, count: number): void {
    const client = this.#client(who);
    const { link, session } = client;
    if (link === null || session === null) return;
    for (let left = count; left > 0 && link.closed === null; left -= 1) {
      const text = link.take();
      if (text === undefined) break;
      this.#hear(client, session, text);
      if (link.flight.length === 0) session.state.drained(link);
    }
    this.#checkBounds();
  }

  /** The connection is lost with all that is under way; the server may hear of it later. */
  drop(who: number, late: boolean): void {
    const client = this.#client(who);
    const { link, session } = client;
    client.link = null;
    if (link === null || session === null) return;
    if (late) this.#late.push({ session, link });
    else session.state.detach(link, this.#nowMs);
  }

  /** The server hears of connections that were lost some time ago. */
  lateClose(): void {
    for (const { session, link } of this.#late.splice(0)) session.state.detach(link, this.#nowMs);
  }

  /** Connects, hears something, and is lost again before its own words arrive. */
  glimpse(who: number, count: number): void {
    this.connect(who, false);
    this.deliver(who, count);
    this.drop(who, false);
  }

  connect(who: number, asksAgain = true): void {
    const client = this.#client(who);
    this.drop(who, true);
    const { device, cursor } = client;
    const link = new ModelLink((text) => this.#checkSent(text));
    client.link = link;
    const own = this.#sessions.find(
      (session) => session.device === device && cursor !== null && session.state.owns(cursor),
    );
    if (own !== undefined && cursor !== null && own.state.canResume(cursor)) {
      this.resumes += 1;
      client.session = own;
      own.state.attach(link, cursor);
      // One client forgets what it showed with every connection, the other never does.
      if (who === 0) client.shown.clear();
      if (!asksAgain) return;
      for (const [id, pending] of client.pending) this.#send(client, id, pending);
      return;
    }
    if (own !== undefined && cursor !== null) this.#checkNeedful(own, cursor);
    if (cursor !== null) this.drifts += 1;
    this.#sessions = this.#sessions.filter((session) => session !== own);
    const base = this.#epoch * epochSize;
    this.#epoch += 1;
    const session: ModelSession = {
      state: new SessionState({ base, limits }, this.#nowMs),
      device,
      told: [],
      running: [],
      runs: new Map(),
      finished: [],
      oversizedAt: 0,
    };
    this.#sessions.push(session);
    session.state.attach(link, base);
    // The client is told of the drift: it starts anew, and asks for the thread and its questions.
    Object.assign(client, { session, heard: [], cursor: base });
    client.asked.clear();
    client.shown.clear();
    client.pending.clear();
    for (const id of this.#open) session.state.ask(id, questionText(id));
  }

  /** The program of the client starts again and counts its requests from 1; its cursor was kept. */
  restartClient(who: number): void {
    this.drop(who, false);
    const client = this.#client(who);
    client.pending.clear();
    client.shown.clear();
    client.nextId = 1;
    this.connect(who);
  }

  idle(): void {
    this.#nowMs += idleMs / 2 + 1;
    this.#sessions = this.#sessions.filter(({ state }) => !state.isOver(this.#nowMs, idleMs));
  }

  /** Epochs are all that a daemon keeps of its sessions. Its questions are asked under new ids. */
  restartDaemon(): void {
    for (const client of this.clients) client.link = null;
    this.#sessions = [];
    this.#late = [];
    const waiting = this.#open.size;
    this.#open.clear();
    this.#nextQuestion = this.#epoch * epochSize;
    this.#epoch += 1;
    for (let left = waiting; left > 0; left -= 1) this.ask();
  }

  /** Everybody is there and reads: what holds then is what the user sees. */
  settle(): void {
    this.lateClose();
    for (const [who, client] of this.clients.entries()) {
      for (let round = 0; ; round += 1) {
        must(round < 200, `${client.device} never catches up`);
        if (round === 0 || client.link === null || client.link.closed !== null) this.connect(who);
        this.finish(who, 1);
        this.deliver(who, 1000);
        const { link, session } = client;
        const isQuiet = link?.closed === null && link.flight.length === 0;
        if (isQuiet && session?.running.length === 0) {
          if (client.pending.size === 0) break;
        }
      }
      must(
        client.heard.join("") === (client.session?.told ?? []).join(""),
        `${client.device} has not heard everything`,
      );
      const isRight =
        client.shown.size === this.#open.size &&
        [...this.#open].every((id) => client.shown.has(id));
      must(isRight, `${client.device} shows other questions`);
    }
  }

  #client(who: number): ModelClient {
    const client = this.clients[who];
    must(client !== undefined, "no such client");
    return client;
  }

  #tell(piece: string, frame: Parameters<SessionState["notify"]>[0]): void {
    for (const session of this.#sessions) {
      session.told.push(piece);
      session.state.notify(frame);
      if (frame.text.length > limits.ringLength / 4) session.oversizedAt = session.state.head;
    }
    this.#checkBounds();
  }

  #settle(id: number): void {
    const wasOpen = this.#open.delete(id);
    for (const { state } of this.#sessions) {
      const settled = state.settle(id);
      must(wasOpen || !settled, "an answer to a settled question settled another one");
    }
    if (!wasOpen) return;
    const params = { threadId: "t", requestId: id };
    const frame = notificationFrame("serverRequest/resolved", params, this.#nowMs);
    for (const { state } of this.#sessions) state.notify(frame);
    this.#checkBounds();
  }

  #send(client: ModelClient, id: number, pending: Pending): void {
    const { link, session } = client;
    if (link === null || session === null || link.closed !== null) return;
    pending.firstOver ??= link;
    const key = { id, print: pending.print, repeatable: false };
    const outcome = session.state.request(link, key);
    if (outcome.do === "refuse") client.pending.delete(id);
    if (outcome.do !== "run") return;
    const runs = (session.runs.get(pending.uid) ?? 0) + 1;
    session.runs.set(pending.uid, runs);
    must(runs === 1, `${pending.uid} ran twice`);
    session.running.push({ ticket: outcome.ticket, uid: pending.uid });
  }

  #hear(client: ModelClient, session: ModelSession, text: string): void {
    const frame = fieldsOf(JSON.parse(text));
    const seq = frame[sequenceKey];
    must(typeof seq === "number", "a frame has no number");
    must(client.cursor !== null && seq > client.cursor, "the numbers do not increase");
    client.cursor = seq;
    const { id, method, result } = frame;
    const params = fieldsOf(frame["params"]);
    if (method === undefined) {
      must(typeof id === "number", "a response without an id");
      const pending = client.pending.get(id);
      // What was asked before the client's restart answers the same question, if nobody heard it yet.
      const isSame = pending?.uid === result;
      const fits = isSame || this.#prints.get(result) === pending?.print;
      const isHeard = !isSame && client.answers.has(result);
      must(pending === undefined || (fits && !isHeard), "an old answer met a new request");
      client.answers.add(result);
      client.pending.delete(id);
    } else if (id !== undefined) {
      must(typeof id === "number", "a question without an id");
      must(this.#everAsked.has(id), "a question nobody asked");
      must(client.link?.asked.has(id) === false, "a question was asked twice");
      client.link.asked.add(id);
      client.asked.add(id);
      client.shown.add(id);
    } else if (method === "serverRequest/resolved") {
      const { requestId } = params;
      must(typeof requestId === "number", "a settled question without an id");
      must(client.asked.has(requestId), "a question that was never seen is settled");
      client.shown.delete(requestId);
    } else {
      const said = typeof params["delta"] === "string" ? params["delta"] : params["message"];
      for (const [piece] of String(said).matchAll(/<[^>]*>/g)) {
        const expected = session.told[client.heard.length];
        must(piece === expected, `heard ${piece} where ${String(expected)} was next`);
        client.heard.push(piece);
      }
    }
  }

  #checkSent(text: string): void {
    const { id, method } = fieldsOf(JSON.parse(text));
    const isSettled = method !== undefined && typeof id === "number" && !this.#open.has(id);
    must(!isSettled, "a question was sent that is settled");
  }

  #checkBounds(): void {
    for (const { state } of this.#sessions) {
      const { frames, ring, outbox, answers } = state.held;
      must(frames <= limits.ringFrames, `the ring holds ${frames} frames`);
      must(ring <= limits.ringLength, `the ring holds ${ring}`);
      must(outbox <= limits.outboxLength, `${outbox} wait outside of the ring`);
      must(answers <= limits.answersLength, `the answers hold ${answers}`);
    }
  }

  /** A few small frames are never a reason to lose a session. */
  #checkNeedful({ state, oversizedAt, finished }: ModelSession, cursor: number): void {
    // Answers that were never seen, more than are kept, are one.
    if (finished.length > limits.answers) return;
    const isLittle = state.head - cursor < limits.answers && cursor >= oversizedAt;
    must(!isLittle, `${state.head - cursor} frames were taken for a drift`);
  }
}
