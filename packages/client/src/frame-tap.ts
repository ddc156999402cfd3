import type { FrameTransport } from "@fairlead/bridge-core/peer";

/**
 * Sees every frame of a connection, parsed, in the order of the wire. Text that is no JSON stays
 * text.
 */
export type FrameTap = (direction: "send" | "receive", frame: unknown) => void;

/** The same transport with a tap on it. */
export function tapped(transport: FrameTransport, tap: FrameTap): FrameTransport {
  return {
    start: (events) =>
      transport.start({
        onFrame(text) {
          tap("receive", parsed(text));
          events.onFrame(text);
        },
        onClose: (reason) => events.onClose(reason),
      }),
    send(text) {
      tap("send", parsed(text));
      transport.send(text);
    },
    get bufferedBytes() {
      return transport.bufferedBytes;
    },
    close: (code, reason) => transport.close(code, reason),
  };
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return text;
  }
}
