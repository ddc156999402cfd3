/** A queue with one reader: pushed from outside, pulled as an async iterable. */
export interface OpChannel<T> {
  readonly items: AsyncIterable<T>;
  /** Does nothing after the close. */
  push(item: T): void;
  /** Ends the iteration once everything pushed was read. */
  close(): void;
}

/** Makes the `ops` of an agent thread that is fed by callbacks. */
export function opChannel<T>(): OpChannel<T> {
  let queue: T[] = [];
  let closed = false;
  let wake: (() => void) | null = null;
  async function* read(): AsyncGenerator<T> {
    for (;;) {
      const batch = queue;
      queue = [];
      yield* batch;
      if (queue.length > 0) continue;
      if (closed) return;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  }
  const rouse = (): void => {
    wake?.();
    wake = null;
  };
  return {
    items: read(),
    push(item) {
      if (closed) return;
      queue.push(item);
      rouse();
    },
    close() {
      closed = true;
      rouse();
    },
  };
}
