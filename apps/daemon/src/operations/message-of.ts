/** The words of an error; of one that only wraps another, as those of `fetch` do, the other's. */
export function rootMessageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? rootMessageOf(error.cause) : error.message;
}
