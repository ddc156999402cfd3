import { field } from "../../read.ts";
import type { WayHooks } from "../scenario-run.ts";

/** Methods that are a piece of an item. */
const streams = /^item\/.*([dD]elta)$/;

/**
 * Every client loses its connection while an item streams, while a request of the server waits, and
 * after half of what real codex has to say, and comes back to its session.
 */
export function reattached(): WayHooks {
  let lost = 0;
  const seen = new Map<string, { frames: number; streamed: boolean; asked: boolean }>();
  return {
    resumable: true,
    onFrame({ golden }, client, frame) {
      const { name } = client;
      const so = seen.get(name) ?? { frames: 0, streamed: false, asked: false };
      seen.set(name, so);
      so.frames += 1;
      const received = golden.filter(
        ({ client: whose = "a", dir }) => whose === name && dir === "recv",
      );
      const method = String(field(frame, "method"));
      const asks = field(frame, "id") !== undefined && field(frame, "method") !== undefined;
      const streaming = streams.test(method) && !so.streamed;
      const asking = asks && !so.asked;
      so.streamed ||= streaming;
      so.asked ||= asking;
      if (!streaming && !asking && so.frames !== Math.ceil(received.length / 2)) return;
      lost += 1;
      client.lose();
    },
    async finish() {
      return lost === 0 ? ["no client ever lost its connection: this way shows nothing"] : [];
    },
  };
}
