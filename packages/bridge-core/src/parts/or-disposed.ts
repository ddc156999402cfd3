/** The first work of something, which is disposed of when that fails or the signal aborts. */
export async function orDisposed<T>(
  it: AsyncDisposable,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const stop = (): void => void it[Symbol.asyncDispose]();
  signal.addEventListener("abort", stop, { once: true });
  try {
    signal.throwIfAborted();
    return await work();
  } catch (error) {
    await it[Symbol.asyncDispose]();
    throw error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
