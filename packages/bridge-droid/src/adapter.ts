import type { BridgeFactory } from "@fairlead/bridge-core";
import { probed, usable } from "@fairlead/bridge-core/parts";
import { commandsOf, modelsOf } from "./models.ts";
import { notInstalled, Program } from "./program.ts";
import { SessionStore } from "./sessions/store.ts";
import { DroidThread } from "./thread.ts";

/** The bridge to Factory Droid: one process per live thread, none before a method is called. */
export const droidBridge: BridgeFactory = (host) => {
  const threads = new Set<DroidThread>();
  const store = new SessionStore(host);

  async function executableIn(cwd: string | null): Promise<string> {
    return (await host.environment(cwd))["FAIRLEAD_DROID"] || "droid";
  }

  /** A program without a session, which only answers requests and leaves nothing behind. */
  async function asking(cwd: string): Promise<Program> {
    return new Program(host, { file: await executableIn(cwd), cwd });
  }

  return {
    contract: 1,
    id: "droid",
    displayName: "Factory Droid",
    capabilities: {
      gating: "all",
      from: "forkAtTurn",
      spare: false,
      input: ["text", "image", "localImage", "skill", "mention"],
    },

    probe: ({ signal }) =>
      probed(host, { notInstalled, signal }, async ({ print }) =>
        usable(await print(await executableIn(null), "--version")),
      ),

    async openThread(spec, { signal }) {
      const { threadId, from } = spec;
      // A session may have the thread's id from an earlier life.
      const isFree = (await store.find(threadId)) === null;
      const isUnsaid = isFree && from?.nativeId === threadId;
      const thread = await DroidThread.open({
        host,
        executable: await executableIn(spec.cwd),
        spec,
        session: isUnsaid ? null : (from?.nativeId ?? null),
        id: isFree ? threadId : null,
        signal,
        read: (id, from) => store.read(id, from),
        onDisposed: (gone) => threads.delete(gone),
      });
      threads.add(thread);
      return thread;
    },

    async listModels({ cwd, signal }) {
      await using program = await asking(cwd);
      const { models } = await program.open("list_models", {}, signal);
      return modelsOf(models, await store.defaultModel(cwd));
    },

    async listCommands({ cwd, signal }) {
      await using program = await asking(cwd);
      const { commands } = await program.open("list_commands", {}, signal);
      const { skills } = await program.request("list_skills");
      return commandsOf(commands, skills);
    },

    sessions: {
      list: ({ cwd, signal }) => store.list(cwd, signal),
      read: (id, from) => store.read(id, from),
      async rename(id, title) {
        const live = [...threads].find(({ nativeId }) => nativeId === id);
        if (live !== undefined) return live.rename(title);
        await using program = await asking("/");
        await program.open("load_session", { sessionId: id }, new AbortController().signal);
        await program.request("rename_session", { title });
      },
    },

    async [Symbol.asyncDispose]() {
      await Promise.all([...threads].map((thread) => thread[Symbol.asyncDispose]()));
    },
  };
};
