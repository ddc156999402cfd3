/** Why a transport ended. `code` is a WebSocket close code where the transport has one. */
export interface CloseReason {
  readonly code: number | null;
  readonly reason: string;
}

/** What the peer wants to hear of its transport. */
export interface TransportEvents {
  /** One whole frame, as text. */
  onFrame(text: string): void;
  /**
   * Something came that is not a text frame and was left out. `reason` is a sentence for the
   * sender.
   */
  onUnreadable?(reason: string): void;
  /**
   * The other side has taken everything that was sent. Called each time after `bufferedBytes` had
   * reached 64 KiB; more often is allowed.
   */
  onDrain?(): void;
  /** Called once, after which no frame is delivered. */
  onClose(reason: CloseReason): void;
}

/**
 * One connection that carries whole text frames in order: stdio lines, WebSocket messages, a pair
 * in memory. Implementations enforce their frame limit themselves and close with 1009 when it is
 * broken.
 */
export interface FrameTransport {
  /** Called once by the peer; frames that came before are delivered then. */
  start(events: TransportEvents): void;
  /** Never throws; after the close it does nothing. */
  send(text: string): void;
  /** Bytes accepted by `send` that the other side has not taken yet. */
  readonly bufferedBytes: number;
  /**
   * True: no frame is delivered until it is false again, so that the other side sees that what it
   * sends is not taken. Absent = this transport delivers always.
   */
  hold?(isHeld: boolean): void;
  /** Idempotent. */
  close(code?: number, reason?: string): void;
}
