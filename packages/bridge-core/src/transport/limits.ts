/** Largest frame taken from the other side unless told otherwise: 16 MiB, as codex's own. */
export const defaultMaxFrameBytes: number = 16 * 1024 * 1024;

/** How long a connection may be without its first frame unless told otherwise. */
export const defaultFirstFrameTimeoutMs = 10_000;

/** Wrong tokens of one address within a minute, unless told otherwise. */
export const defaultMaxFailures = 10;

/** How long the decision about a connection may take unless told otherwise. */
export const defaultPatienceMs = 30_000;

/** The sentence of a close with code 1009. */
export function frameTooLarge(maxFrameBytes: number): string {
  return `a frame is larger than the limit of ${maxFrameBytes} bytes`;
}
