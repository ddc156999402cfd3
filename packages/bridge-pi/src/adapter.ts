import type { BridgeFactory, OpenThread } from "@fairlead/bridge-core";
import { isSameFolder, probed, saidBy } from "@fairlead/bridge-core/parts";
import { executableIn, versionOf, type Conversation, type PiVersion } from "./command.ts";
import { commandsOf, modelsOf } from "./models.ts";
import { notInstalled, Program } from "./program.ts";
import { SessionStore } from "./sessions/store.ts";
import { PiThread } from "./thread.ts";

/** The bridge to Pi: one process per live thread, none before a method is called. */
export const piBridge: BridgeFactory = (host) => {
  const threads = new Set<PiThread>();
  const store = new SessionStore(host);
  /** What each program last said of its version. */
  const versions = new Map<string, PiVersion>();

  async function versionIn(cwd: string, signal: AbortSignal): Promise<PiVersion> {
    const file = executableIn(await host.environment(cwd));
    const known = versions.get(file);
    if (known !== undefined) return known;
    const version = versionOf(await saidBy(host, { file, args: ["--version"], cwd }, signal));
    versions.set(file, version);
    return version;
  }

  async function launchIn(cwd: string, conversation: Conversation, signal: AbortSignal) {
    const version = await versionIn(cwd, signal);
    const executable = executableIn(await host.environment(cwd));
    const nothing = { model: null, effort: null, instructions: null, mcpServers: [] };
    return { executable, version, cwd, conversation, ...nothing };
  }

  /** Which conversation to start with, and the entry of it to go back before. */
  async function conversationOf(
    { threadId, from, cwd }: OpenThread,
    signal: AbortSignal,
  ): Promise<readonly [Conversation, string | null]> {
    const ownIds = (await versionIn(cwd, signal)).has("sessionId");
    const id = ownIds ? await store.unusedId(threadId) : null;
    if (from === null) return [{ kind: "new", id }, null];
    const { nativeId, fork, before: turn } = from;
    const isOurs = ownIds && !fork && nativeId.startsWith(threadId);
    const isUnsaid = isOurs && (await store.find(nativeId)) === null;
    if (isUnsaid) return [{ kind: "new", id: nativeId }, null];
    const path = await store.pathOf(nativeId);
    // Pi works in the folder that a session names: in another one goes a copy.
    const isHere = await isSameFolder(host, cwd, await store.folderOf(path));
    if (turn === null && isHere && !fork) return [{ kind: "resume", path }, null];
    if (turn === null) return [{ kind: "fork", id, path }, null];
    const { entry, first } = await store.turnEntry(nativeId, turn, signal);
    if (first) return [{ kind: "new", id }, null];
    return [isHere ? { kind: "resume", path } : { kind: "fork", id: null, path }, entry];
  }

  /** Starts a program that only answers requests, and leaves no session behind. */
  async function startIn(cwd: string, conversation: Conversation, signal: AbortSignal) {
    const sink = { frame: (): void => {}, ended: (): void => {} };
    return Program.start(host, await launchIn(cwd, conversation, signal), sink, signal);
  }

  return {
    contract: 1,
    id: "pi",
    displayName: "Pi",
    capabilities: {
      gating: "all",
      from: "forkAtTurn",
      spare: true,
      input: ["text", "image", "localImage", "skill", "mention"],
    },

    probe: ({ signal: asked }) =>
      probed(host, { notInstalled, signal: asked }, async ({ cwd, signal }) => {
        versions.clear();
        return { available: true, version: (await versionIn(cwd, signal)).text };
      }),

    async openThread(spec, { signal }) {
      const { cwd, settings, instructions, mcpServers } = spec;
      const [conversation, before] = await conversationOf(spec, signal);
      const launch = await launchIn(cwd, conversation, signal);
      // Going back first reads the session as it is: it must not be changed by that.
      const { model, effort } = before === null ? settings : launch;
      const thread = await PiThread.open({
        host,
        launch: { ...launch, model, effort, instructions, mcpServers },
        settings,
        before,
        signal,
        fileOf: (id) => store.find(id),
        onDisposed: (thread) => threads.delete(thread),
      });
      threads.add(thread);
      return thread;
    },

    async listModels({ cwd, signal }) {
      const { program, state } = await startIn(cwd, { kind: "none" }, signal);
      await using asking = program;
      return modelsOf((await asking.request("get_available_models"))["models"], state);
    },

    async listCommands({ cwd, signal }) {
      const { program } = await startIn(cwd, { kind: "none" }, signal);
      await using asking = program;
      return commandsOf((await asking.request("get_commands"))["commands"]);
    },

    sessions: {
      list: ({ cwd, signal }) => store.list(cwd, signal),
      read: (id, { after, signal }) => store.read(id, after, signal),
      async rename(id, title) {
        const live = [...threads].find(({ nativeId }) => nativeId === id);
        if (live !== undefined) return live.rename(title);
        const path = await store.pathOf(id);
        const { signal } = new AbortController();
        const cwd = await store.folderOf(path);
        const { program } = await startIn(cwd, { kind: "resume", path }, signal);
        await using renaming = program;
        await renaming.request("set_session_name", { name: title });
      },
    },

    async [Symbol.asyncDispose]() {
      await Promise.all([...threads].map((thread) => thread[Symbol.asyncDispose]()));
    },
  };
};
