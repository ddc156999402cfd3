import type { CloseReason, FrameTransport, TransportEvents } from "../rpc/transport.ts";

/**
 * Two transports of one connection inside the process: what one sends the other receives, in order,
 * in a later microtask. For embedding a server and for tests. Frames have no size limit.
 */
export function memoryPair(): readonly [FrameTransport, FrameTransport] {
  const left = new MemoryTransport();
  const right = new MemoryTransport();
  left.link(right);
  right.link(left);
  return [left, right];
}

class MemoryTransport implements FrameTransport {
  #other: MemoryTransport | null = null;
  #events: TransportEvents | null = null;
  #inbox: string[] = [];
  #inboxLength = 0;
  #end: CloseReason | null = null;
  #state: "open" | "ending" | "ended" = "open";
  #scheduled = false;
  #isHeld = false;
  /** The other side has read everything before this one began to listen. */
  #hasDrained = false;

  link(other: MemoryTransport): void {
    this.#other = other;
  }

  start(events: TransportEvents): void {
    this.#events = events;
    if (this.#hasDrained) queueMicrotask(() => this.drained());
    this.#schedule();
  }

  send(text: string): void {
    if (this.#end === null) this.#other?.receive(text);
  }

  /** In UTF-16 units: nothing here is ever encoded. */
  get bufferedBytes(): number {
    return this.#other?.unreadLength ?? 0;
  }

  get unreadLength(): number {
    return this.#inboxLength;
  }

  close(code = 1000, reason = ""): void {
    if (this.#state !== "open") return;
    this.#state = "ending";
    this.#inboxLength = 0;
    this.finish({ code, reason });
    this.#other?.finish({ code, reason });
  }

  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    if (!isHeld) this.#schedule();
  }

  receive(text: string): void {
    this.#inbox.push(text);
    this.#inboxLength += text.length;
    this.#schedule();
  }

  drained(): void {
    if (this.#events === null) this.#hasDrained = true;
    else if (this.#state === "open") this.#events.onDrain?.();
  }

  finish(reason: CloseReason): void {
    this.#end ??= reason;
    // What came before the end is delivered before it.
    this.#isHeld = false;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled || this.#isHeld || this.#events === null) return;
    this.#scheduled = true;
    queueMicrotask(() => this.#deliver());
  }

  #deliver(): void {
    const events = this.#events;
    this.#scheduled = false;
    if (events === null || this.#state === "ended") return;
    const batch = this.#inbox;
    this.#inbox = [];
    let taken = 0;
    for (const text of batch) {
      // This side may close, or hold the rest, in the middle of its own frame handler.
      if (this.#state !== "open" || this.#isHeld) break;
      taken += 1;
      this.#inboxLength -= text.length;
      events.onFrame(text);
    }
    if (this.#isHeld) {
      this.#inbox = [...batch.slice(taken), ...this.#inbox];
      return;
    }
    if (batch.length > 0 && this.#inboxLength === 0) this.#other?.drained();
    if (this.#end === null || this.#scheduled) return;
    this.#state = "ended";
    events.onClose(this.#end);
  }
}
