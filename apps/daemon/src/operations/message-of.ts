/** The words of an error; of one that only wraps another, as those of `fetch` do, the other's. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? messageOf(error.cause) : error.message;
}
