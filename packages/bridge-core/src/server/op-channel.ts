/** A queue with one reader: pushed from outside, pulled as an async iterable. */
export interface OpChannel<T> {
  readonly items: AsyncIterable<T>;
  /** Does nothing after the close. */
  push(item: T): void;
  /**
   * Ends the iteration once everything pushed was read; an error is thrown to the reader then. The
   * first call counts.
   */
  close(error?: unknown): void;
}

/** Makes the `ops` of an agent thread that is fed by callbacks. */
export function opChannel<T>(): OpChannel<T> {
  let queue: T[] = [];
  let closed: { readonly error: unknown } | null = null;
  let wake: (() => void) | null = null;
  async function* read(): AsyncGenerator<T> {
    for (;;) {
      const batch = queue;
      queue = [];
      // `yield*` would wait for each item of the list as if it were a promise.
      for (const item of batch) yield item;
      if (queue.length > 0) continue;
      if (closed?.error !== undefined) throw closed.error;
      if (closed !== null) return;
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
      if (closed !== null) return;
      queue.push(item);
      rouse();
    },
    close(error) {
      closed ??= { error };
      rouse();
    },
  };
}
