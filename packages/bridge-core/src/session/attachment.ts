/** A connection as the session uses it. The only way out of the core. */
export interface SessionLink {
  /** Hands a frame over. Returns the bytes that the connection holds now. Never throws. */
  send(text: string): number;
  /** Ends the connection. May call back. */
  close(code: number, reason: string): void;
}

/** A frame that waits outside of the ring. */
export interface Waiting {
  readonly seq: number;
  readonly text: string;
}

/** A connection that a session has, and how far it has come. */
export class Attachment {
  readonly link: SessionLink;
  /** Counts the attachments of a session. */
  readonly number: number;
  /** The client has seen everything up to here from earlier attachments. */
  readonly cursor: number;
  /** Newest number when it came: what lies before is replay, and may be long. */
  readonly replayedUntil: number;
  /** Position in the ring of the next frame it gets. */
  next: number;
  /** Length of all that the ring ever held before `next`. */
  passed: number;
  /** It holds as much as it may; nothing is handed over until it says that it has drained. */
  isFull = false;
  readonly #outbox: Waiting[] = [];
  #outboxLength = 0;

  constructor(
    link: SessionLink,
    start: {
      readonly number: number;
      readonly cursor: number;
      readonly replayedUntil: number;
      readonly next: number;
      readonly passed: number;
    },
  ) {
    this.link = link;
    this.number = start.number;
    this.cursor = start.cursor;
    this.replayedUntil = start.replayedUntil;
    this.next = start.next;
    this.passed = start.passed;
  }

  /** Length of what waits outside of the ring. */
  get outboxLength(): number {
    return this.#outboxLength;
  }

  get waiting(): Waiting | undefined {
    return this.#outbox[0];
  }

  put(seq: number, text: string): void {
    this.#outbox.push({ seq, text });
    this.#outboxLength += text.length;
  }

  take(): void {
    this.#outboxLength -= this.#outbox.shift()?.text.length ?? 0;
  }
}
