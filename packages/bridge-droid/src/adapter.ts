import type { BridgeFactory } from "@fairlead/bridge-core";
import { probed, usable } from "@fairlead/bridge-core/parts";
import { notInstalled } from "./program.ts";
import { DroidThread } from "./thread.ts";

/** The bridge to Factory Droid: one process per live thread, none before a method is called. */
export const droidBridge: BridgeFactory = (host) => {
  const threads = new Set<DroidThread>();

  async function executableIn(cwd: string | null): Promise<string> {
    return (await host.environment(cwd))["FAIRLEAD_DROID"] || "droid";
  }

  return {
    contract: 1,
    id: "droid",
    displayName: "Droid",
    capabilities: {
      gating: "some",
      from: "forkAtTurn",
      spare: true,
      input: ["text", "image", "localImage", "skill", "mention"],
    },

    probe: ({ signal }) =>
      probed(host, { notInstalled, signal }, async ({ print }) =>
        usable(await print(await executableIn(null), "--version")),
      ),

    async openThread(spec, { signal }) {
      const executable = await executableIn(spec.cwd);
      const thread = await DroidThread.open({
        host,
        executable,
        spec,
        session: spec.from?.nativeId ?? null,
        id: spec.threadId,
        signal,
        onDisposed: (gone) => threads.delete(gone),
      });
      threads.add(thread);
      return thread;
    },

    async [Symbol.asyncDispose]() {
      await Promise.all([...threads].map((thread) => thread[Symbol.asyncDispose]()));
    },
  };
};
