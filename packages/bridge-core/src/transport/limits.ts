/** Largest frame taken from the other side unless told otherwise: 16 MiB, as codex's own. */
export const defaultMaxFrameBytes: number = 16 * 1024 * 1024;

/** The sentence of a close with code 1009. */
export function frameTooLarge(maxFrameBytes: number): string {
  return `a frame is larger than the limit of ${maxFrameBytes} bytes`;
}
