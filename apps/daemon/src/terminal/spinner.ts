/** Shorter waits need no explanation. */
const defaultDelayMs = 300;
const frameMs = 80;
const glyphs = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/** A terminal to turn on. */
export interface SpinnerStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Where and when to show it. */
export interface SpinnerOptions {
  /** Default: stderr, so that what is piped stays clean. */
  readonly stream?: SpinnerStream;
  /** How long the wait must last before anything is shown. Default: 300 ms. */
  readonly delayMs?: number;
}

/** Changes what the spinner says while it turns. */
export type SayOnSpinner = (text: string) => void;

/**
 * Says what is waited for, with something that turns, while `work` runs; only on a terminal, and
 * only when it takes a while. The line is gone at the end, also when the work fails.
 */
export async function withSpinner<T>(
  text: string,
  work: (say: SayOnSpinner) => Promise<T>,
  { stream = process.stderr, delayMs = defaultDelayMs }: SpinnerOptions = {},
): Promise<T> {
  if (stream.isTTY !== true) return work(() => {});
  let said = text;
  let frame = 0;
  let shown = false;
  let turning: NodeJS.Timeout | undefined;
  const draw = (): void => {
    shown = true;
    stream.write(`\r\u001B[2K${glyphs[frame % glyphs.length]} ${said}`);
    frame += 1;
  };
  const delay = setTimeout(() => {
    draw();
    turning = setInterval(draw, frameMs);
  }, delayMs);
  try {
    return await work((next) => {
      said = next;
    });
  } finally {
    clearTimeout(delay);
    clearInterval(turning);
    if (shown) stream.write("\r\u001B[2K");
  }
}
