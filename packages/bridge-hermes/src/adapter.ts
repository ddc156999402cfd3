import { BridgeError, type BridgeFactory } from "@fairlead/bridge-core";
import { probed } from "@fairlead/bridge-core/parts";
import { GatewayThread } from "./gateway/thread.ts";
import { notInstalled, pythonOf } from "./install.ts";

/** The bridge to Hermes: one process per live thread, none before a method is called. */
export const hermesBridge: BridgeFactory = (host) => {
  const threads = new Set<AsyncDisposable>();

  return {
    contract: 1,
    id: "hermes",
    displayName: "Hermes",
    capabilities: {
      gating: "all",
      from: "resume",
      spare: true,
      input: ["text", "image", "localImage", "skill", "mention"],
    },

    probe: ({ signal: asked }) =>
      probed(host, { notInstalled, signal: asked }, async ({ environment, print }) => {
        const python = await pythonOf(host, environment);
        if (python === null) throw new BridgeError("not-installed", notInstalled);
        const code = "import importlib.metadata as m; print(m.version('hermes-agent'))";
        return { available: true, version: (await print(python, "-c", code)).trim() || null };
      }),

    async openThread(spec, { signal }) {
      const python = await pythonOf(host, await host.environment(spec.cwd));
      if (python === null) throw new BridgeError("not-installed", notInstalled);
      const onDisposed = (thread: GatewayThread): void => void threads.delete(thread);
      const thread = await GatewayThread.open({ host, python, spec, onDisposed }, signal);
      threads.add(thread);
      return thread;
    },

    async [Symbol.asyncDispose]() {
      await Promise.all([...threads].map((thread) => thread[Symbol.asyncDispose]()));
    },
  };
};
