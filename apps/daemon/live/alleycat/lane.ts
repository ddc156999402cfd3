import type { LiveLane } from "../lane.ts";
import { PhoneContext } from "./phone-context.ts";
import { scenarios } from "./scenarios.ts";

/** A phone on real iroh, as one made for Alleycat behaves, with a daemon on loopback. */
export const alleycatLane: LiveLane = {
  name: "alleycat",
  rows: scenarios,
  atOnce: 2,
  async open() {
    return {
      ok: true,
      title: "alleycat (a phone on iroh 1.1.0)",
      lane: {
        async run(id, signal) {
          const scenario = scenarios.find((candidate) => candidate.id === id);
          if (scenario === undefined) throw new Error(`there is no scenario ${id}`);
          await using context = await PhoneContext.open();
          // What hangs rejects once its phone and its host are gone.
          const stop = (): void => void context[Symbol.asyncDispose]();
          signal.addEventListener("abort", stop, { once: true });
          await scenario.run(context).finally(() => signal.removeEventListener("abort", stop));
        },
        async [Symbol.asyncDispose]() {},
      },
    };
  },
};
