import { sequenceKey } from "@fairlead/codex-proto/wire";
import type { RequestId } from "../rpc/frames.ts";
import { Attachment, type SessionLink } from "./attachment.ts";
import type { SessionLimits } from "./limits.ts";
import type { NotificationFrame } from "./notification-frame.ts";
import { Questions, type Question } from "./questions.ts";
import { newTicket, RequestCache, type Remembered, type RequestKey } from "./request-cache.ts";
import { Ring, textOf, type RingEntry } from "./ring.ts";

/** What becomes of a request that came in. */
export type RequestOutcome =
  /** Run it, and give what comes of it to {@link SessionState.respond} with this ticket. */
  | { readonly do: "run"; readonly ticket: Remembered }
  /** It ran or runs already; its answer is sent, or will be. */
  | { readonly do: "nothing" }
  /** It ran, and its answer is gone. */
  | { readonly do: "refuse"; readonly reason: string };

/** How a session begins. */
export interface SessionStart {
  /** Number before its first frame. Null: its frames carry none, and it ends with its connection. */
  readonly base: number | null;
  readonly limits: SessionLimits;
}

/**
 * One session, without clock, ids or IO: events are its methods, effects go to the attached
 * {@link SessionLink}. Every frame gets the next number. The ring is both what a client that comes
 * back is given and the queue of one that is slow.
 */
export class SessionState {
  readonly #limits: SessionLimits;
  readonly #isNumbered: boolean;
  readonly #ring = new Ring();
  readonly #questions = new Questions();
  readonly #requests: RequestCache;
  readonly #base: number;
  #head: number;
  /** Who has seen less cannot be given the rest. */
  #floor: number;
  /** Highest number ever handed over: later frames may still change. */
  #sent: number;
  #attachment: Attachment | null = null;
  /** Its newest connection, which may be gone. */
  #link: SessionLink | null = null;
  #attachments = 0;
  /** Infinity while it has a connection. */
  #detachedAtMs: number;

  constructor({ base, limits }: SessionStart, nowMs: number) {
    this.#isNumbered = base !== null;
    this.#base = base ?? 0;
    this.#head = this.#base;
    this.#floor = this.#base;
    this.#sent = this.#base;
    this.#limits = limits;
    this.#requests = new RequestCache(limits);
    this.#detachedAtMs = nowMs;
  }

  /** The number of the newest frame. */
  get head(): number {
    return this.#head;
  }

  /** The lowest cursor that can be resumed from. */
  get floor(): number {
    return this.#floor;
  }

  get isAttached(): boolean {
    return this.#attachment !== null;
  }

  /** When its last connection was lost; Infinity while it has one. */
  get detachedAtMs(): number {
    return this.#detachedAtMs;
  }

  /** What it holds in memory: frames of the ring, and lengths in UTF-16 units. */
  get held(): {
    readonly frames: number;
    readonly ring: number;
    readonly outbox: number;
    readonly answers: number;
  } {
    const frames = this.#ring.end - this.#ring.start;
    const outbox = this.#attachment?.outboxLength ?? 0;
    return { frames, ring: this.#ring.length, outbox, answers: this.#requests.length };
  }

  /**
   * More waits for its connection than should: who can be made to wait is to. False without a
   * connection: then the ring keeps the newest.
   */
  get isBehind(): boolean {
    const attachment = this.#attachment;
    if (attachment === null) return false;
    const { ringFrames, ringLength } = this.#limits;
    const frames = this.#ring.end - attachment.next;
    const length = this.#ring.pushedLength - attachment.passed + attachment.outboxLength;
    return frames > ringFrames / 8 || length > ringLength / 32;
  }

  /** Whether a number is one of this session's. */
  owns(seq: number): boolean {
    return seq >= this.#base && seq <= this.#head;
  }

  canResume(cursor: number): boolean {
    return cursor >= this.#floor && cursor <= this.#sent;
  }

  /** Long enough without a connection. */
  isOver(nowMs: number, idleMs: number): boolean {
    return nowMs - this.#detachedAtMs >= idleMs;
  }

  /**
   * A connection takes the session over, and gets what its client has not seen. `cursor` must be
   * one that can be resumed from.
   */
  attach(link: SessionLink, cursor: number): void {
    this.#drop(4001, "another connection of this client took the session over");
    this.#requests.resume(cursor);
    this.#attachments += 1;
    const number = this.#attachments;
    const next = this.#ring.after(cursor);
    const replayedUntil = this.#head;
    const passed = this.#ring.lengthBefore(next);
    const attachment = new Attachment(link, { number, cursor, replayedUntil, next, passed });
    this.#attachment = attachment;
    this.#link = link;
    this.#detachedAtMs = Infinity;
    this.#pump(attachment);
    // Seen, and not answered over the old connection. Behind the replay, which must not be pushed out.
    for (const question of this.#questions.seen(cursor)) {
      if (this.#attachment === attachment) this.#put(question);
    }
  }

  /** A connection is gone. Late words of one that was taken over change nothing. */
  detach(link: SessionLink, nowMs: number): void {
    if (this.#link !== link) return;
    this.#attachment = null;
    this.#detachedAtMs = nowMs;
  }

  /** A connection has handed everything on. */
  drained(link: SessionLink): void {
    const attachment = this.#attachment;
    if (attachment?.link !== link) return;
    attachment.isFull = false;
    this.#pump(attachment);
  }

  /** Ends its connection. */
  close(code: number, reason: string): void {
    this.#drop(code, reason);
  }

  notify(frame: NotificationFrame): void {
    const { last } = this.#ring;
    // Nobody has been sent it, and nothing came behind it.
    const isTail = last !== undefined && last.seq === this.#head && last.seq > this.#sent;
    if (isTail && this.#ring.join(frame, this.#limits.mergedLength)) {
      this.#bound();
      return;
    }
    const seq = this.#nextSeq();
    this.#emit({ kind: "notification", seq, frame, length: frame.text.length, parts: null });
  }

  /** Puts a question, until {@link answered} or {@link withdraw}. */
  ask(id: RequestId, text: string): void {
    const next = this.#head + 1;
    const question: Question = { id, text, first: next, last: next };
    this.#questions.open(question);
    this.#put(question);
  }

  /** A client answered a question, or it is withdrawn. False when it was not open. */
  settle(id: RequestId): boolean {
    return this.#questions.settle(id);
  }

  /** A request came over a connection. */
  request(link: SessionLink, key: RequestKey): RequestOutcome {
    const attachment = this.#attachment;
    if (attachment?.link !== link) return { do: "nothing" };
    const { number } = attachment;
    if (!this.#isNumbered) return { do: "run", ticket: newTicket(key, number) };
    const known = this.#requests.earlier(key, number);
    if (known === undefined) return { do: "run", ticket: this.#requests.start(key, number) };
    known.asker = number;
    if (!known.done) return { do: "nothing" };
    if (known.answer !== null) {
      known.seq = this.#send(attachment, known.answer);
      return { do: "nothing" };
    }
    if (known.repeatable) return { do: "run", ticket: this.#requests.start(key, number) };
    return { do: "refuse", reason: "this request ran, and its answer is no longer kept" };
  }

  /** A request has its answer, as text. */
  respond(ticket: Remembered, text: string): void {
    const attachment = this.#attachment;
    const asked = attachment?.number === ticket.asker ? attachment : null;
    if (asked !== null) ticket.seq = this.#send(asked, text);
    if (!this.#isNumbered) return;
    for (const { seq } of this.#requests.finish(ticket, text)) {
      // One that nobody was sent, or that was lost on the way: no cursor proves that it was seen.
      this.#floor = Math.max(this.#floor, seq ?? this.#head);
    }
  }

  /** Answers a connection outside of what is remembered. */
  answer(link: SessionLink, text: string): void {
    if (this.#attachment?.link === link) this.#send(this.#attachment, text);
  }

  #nextSeq(): number {
    this.#head += 1;
    return this.#head;
  }

  #put(question: Question): void {
    const seq = this.#nextSeq();
    question.last = seq;
    const { id, text, first } = question;
    this.#emit({ kind: "question", seq, id, first, text, length: text.length });
  }

  /** Sends what the ring never holds. */
  #send(attachment: Attachment, text: string): number {
    const seq = this.#nextSeq();
    attachment.put(seq, text);
    this.#pump(attachment);
    if (attachment.outboxLength > this.#limits.outboxLength) this.#overflow();
    return seq;
  }

  #emit(entry: RingEntry): void {
    const attachment = this.#attachment;
    // Too much for the ring: whoever does not get it now must be told that something is missing.
    if (entry.length > this.#limits.ringLength / 4) {
      this.#floor = entry.seq;
      if (attachment === null) return;
      attachment.put(entry.seq, entry.kind === "question" ? entry.text : entry.frame.text);
      this.#pump(attachment);
      if (attachment.outboxLength > this.#limits.outboxLength) this.#overflow();
      return;
    }
    this.#ring.push(entry);
    if (attachment !== null) this.#pump(attachment);
    this.#bound();
  }

  /** Hands over what waits, in the order of the numbers, as far as the connection takes it. */
  #pump(attachment: Attachment): void {
    const ring = this.#ring;
    while (!attachment.isFull && this.#attachment === attachment) {
      const entry = ring.at(attachment.next);
      const { waiting } = attachment;
      if (entry !== undefined && (waiting === undefined || entry.seq < waiting.seq)) {
        attachment.next += 1;
        attachment.passed += entry.length;
        const isLeftOut = this.#questions.leavesOut(entry, attachment.cursor);
        if (!isLeftOut) this.#hand(attachment, entry.seq, textOf(entry));
      } else if (waiting !== undefined) {
        attachment.take();
        this.#hand(attachment, waiting.seq, waiting.text);
      } else break;
    }
    if (this.#isNumbered) return;
    while (ring.start < attachment.next) this.#shift();
  }

  #hand(attachment: Attachment, seq: number, text: string): void {
    if (seq > this.#sent) this.#sent = seq;
    const numbered = this.#isNumbered ? `${text.slice(0, -1)},"${sequenceKey}":${seq}}` : text;
    attachment.isFull = attachment.link.send(numbered) >= this.#limits.windowBytes;
  }

  /** Takes the oldest frame out of the ring. */
  #shift(): void {
    const entry = this.#ring.shift();
    if (entry === undefined) return;
    if (this.#isNumbered) this.#floor = Math.max(this.#floor, entry.seq);
    this.#questions.forget(entry);
  }

  /** Closes a connection that is too far behind, and lets the oldest frames go. */
  #bound(): void {
    const { ringFrames, ringLength } = this.#limits;
    const ring = this.#ring;
    const attachment = this.#attachment;
    if (attachment !== null) {
      const frames = ring.end - attachment.next;
      const length = ring.pushedLength - attachment.passed;
      // A replay may be as long as the ring; what comes behind it waits with it.
      const replays = (ring.at(attachment.next)?.seq ?? Infinity) <= attachment.replayedUntil;
      const isBehind = frames > ringFrames / 2 || length > ringLength / 2;
      if (isBehind && !replays) this.#overflow();
    }
    while (ring.end - ring.start > ringFrames || ring.length > ringLength) {
      if (this.#attachment !== null && this.#attachment.next <= ring.start) this.#overflow();
      this.#shift();
    }
  }

  /** The client keeps the session: it is given what is left when it comes back. */
  #overflow(): void {
    this.#drop(1013, "this client reads too slowly: connect again to go on where it was");
  }

  #drop(code: number, reason: string): void {
    const attachment = this.#attachment;
    this.#attachment = null;
    attachment?.link.close(code, reason);
  }
}
