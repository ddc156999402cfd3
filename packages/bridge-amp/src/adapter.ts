import type { BridgeFactory } from "@fairlead/bridge-core";
import { loggedOut, probed, usable } from "@fairlead/bridge-core/parts";
import { executableIn, models } from "./command.ts";
import { notInstalled } from "./failures.ts";
import { isLoggedIn, requireLogin } from "./login.ts";
import { nativeSessions } from "./sessions/sessions.ts";
import { AmpThread } from "./thread.ts";

/** The bridge to Amp: one process per thread that works, none before the first prompt. */
export const ampBridge: BridgeFactory = (host) => {
  const threads = new Set<AmpThread>();
  const trust = { broken: null };
  return {
    contract: 1,
    id: "amp",
    displayName: "Amp",
    capabilities: {
      gating: "all",
      from: "resume",
      spare: true,
      input: ["text", "image", "localImage", "skill", "mention"],
    },

    probe: ({ signal }) =>
      probed(host, { notInstalled, signal }, async ({ environment, print }) => {
        const status = usable(await print(executableIn(environment), "version"));
        if (await isLoggedIn(host, environment)) return status;
        return loggedOut("Amp is not logged in", [executableIn(environment), "login"]);
      }),

    async openThread(spec) {
      await requireLogin(host, await host.environment(spec.cwd));
      const onDisposed = (thread: AmpThread): void => void threads.delete(thread);
      const thread = new AmpThread({ host, spec, trust, onDisposed });
      threads.add(thread);
      return thread;
    },

    listModels: () => Promise.resolve(models),

    sessions: nativeSessions(host),

    async [Symbol.asyncDispose]() {
      await Promise.all([...threads].map((thread) => thread[Symbol.asyncDispose]()));
    },
  };
};
