import type { FrameTransport } from "@fairlead/bridge-core";

/**
 * Passes every frame from each transport to the other until one of them ends, and ends the other
 * too.
 */
export function relay(one: FrameTransport, other: FrameTransport): Promise<void> {
  return new Promise((resolve) => {
    const pass = (from: FrameTransport, to: FrameTransport): void => {
      from.start({
        onFrame: (text) => to.send(text),
        onClose: () => {
          to.close();
          resolve();
        },
      });
    };
    pass(one, other);
    pass(other, one);
  });
}
