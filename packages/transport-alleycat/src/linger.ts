import type { Duplex } from "node:stream";

/** How long a client may take for the rest that was written. */
const lingerMs = 5000;

/** Lets go of a stream that is ended: when its last bytes are written, or nobody takes them. */
export function linger(stream: Duplex): void {
  if (stream.destroyed) return;
  if (!stream.writableEnded) stream.end();
  if (stream.writableFinished) {
    stream.destroy();
    return;
  }
  const timer = setTimeout(() => stream.destroy(), lingerMs);
  stream.once("finish", () => stream.destroy());
  stream.once("close", () => clearTimeout(timer));
}
