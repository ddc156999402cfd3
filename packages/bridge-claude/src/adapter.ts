import { BridgeError, type BridgeFactory, type OpenThread } from "@fairlead/bridge-core";
import {
  fieldsOf,
  listOf,
  loggedOut,
  probed,
  textOf,
  usable,
  type Fields,
} from "@fairlead/bridge-core/parts";
import { executableIn, type Conversation, type Launch } from "./command.ts";
import { permissionsOf } from "./permissions.ts";
import { notInstalled, Program } from "./program.ts";
import { SessionStore } from "./sessions/store.ts";
import { ClaudeThread } from "./thread.ts";
import { isTrusted } from "./trust.ts";

/** The bridge to Claude Code: one process per live thread, none before a method is called. */
export const claudeBridge: BridgeFactory = (host) => {
  const threads = new Set<ClaudeThread>();
  const ownPids = new Set<number>();
  const store = new SessionStore(host, ownPids);
  /** Folders the user trusted in this life of the bridge. */
  const trusted = new Set<string>();

  async function launchIn(cwd: string, conversation: Conversation): Promise<Launch> {
    const known = trusted.has(cwd) || (await isTrusted(host, cwd));
    return {
      executable: executableIn(await host.environment(cwd)),
      cwd,
      conversation,
      mode: "default",
      trusted: known ? true : null,
      instructions: null,
      mcpServers: [],
      outputSchema: null,
    };
  }

  async function conversationOf(spec: OpenThread, signal: AbortSignal): Promise<Conversation> {
    const { threadId, from } = spec;
    if (from === null) return { kind: "new", id: threadId };
    // A thread that was rolled back leaves its first session, and with it its id, behind.
    const newId = (await store.find(threadId)) === null ? threadId : null;
    const { nativeId: id, fork, before } = from;
    if (fork) {
      const at = before === null ? null : await store.answerBefore(id, before, signal);
      if (before !== null && at === null) return { kind: "new", id: newId };
      return { kind: "fork", id: newId, from: id, at };
    }
    await notBusy(id);
    // Opened once before, and never given a prompt.
    return id === newId ? { kind: "new", id } : { kind: "resume", id };
  }

  async function notBusy(id: string): Promise<void> {
    if (!(await store.busy()).has(id)) return;
    const message = `session ${id} is open in another Claude Code: close it there, or fork it`;
    throw new BridgeError("busy-elsewhere", message);
  }

  /** Starts a program that only answers requests. */
  async function startIn(cwd: string, conversation: Conversation, signal: AbortSignal) {
    const sink = { frame: (): void => {}, ended: (): void => {} };
    return Program.start(host, await launchIn(cwd, conversation), sink, signal);
  }

  /** What Claude says of itself in a folder; leaves no session behind. */
  async function infoIn(cwd: string, signal: AbortSignal): Promise<Fields> {
    const { program, info } = await startIn(cwd, { kind: "new", id: null }, signal);
    await program[Symbol.asyncDispose]();
    return info;
  }

  return {
    contract: 1,
    id: "claude",
    displayName: "Claude Code",
    capabilities: {
      gating: "all",
      from: "forkAtTurn",
      spare: true,
      input: ["text", "image", "localImage", "skill", "mention"],
    },

    probe: ({ signal }) =>
      probed(host, { notInstalled, signal }, async ({ environment, print }) => {
        const file = executableIn(environment);
        const [version, status] = await Promise.all([
          print(file, "--version"),
          print(file, "auth", "status"),
        ]);
        const account: unknown = JSON.parse(status);
        if (fieldsOf(account)["loggedIn"] === true) return usable(version);
        return loggedOut("Claude Code is not logged in", ["claude", "auth", "login"]);
      }),

    async openThread(spec, { signal }) {
      const { cwd, settings, instructions, mcpServers } = spec;
      const launch = await launchIn(cwd, await conversationOf(spec, signal));
      const { mode } = permissionsOf(settings);
      const thread = await ClaudeThread.open({
        host,
        launch: { ...launch, mode, instructions, mcpServers },
        settings,
        signal,
        onStarted: (pid) => ownPids.add(pid),
        onTrusted: () => trusted.add(cwd),
        onDisposed: (thread) => threads.delete(thread),
      });
      threads.add(thread);
      return thread;
    },

    async listModels({ cwd, signal }) {
      return listOf((await infoIn(cwd, signal))["models"]).map((model) => {
        const { value, displayName, supportedEffortLevels: levels } = model;
        const efforts = Array.isArray(levels) ? levels.map(textOf) : [];
        const [id, label] = [textOf(value), textOf(displayName)];
        return { id, label, efforts, defaultEffort: null, default: id === "default" };
      });
    },

    async listCommands({ cwd, signal }) {
      return listOf((await infoIn(cwd, signal))["commands"]).map((command) => {
        const [name, description] = [textOf(command["name"]), textOf(command["description"])];
        return { kind: "command", name, description, path: null };
      });
    },

    sessions: {
      list: ({ cwd, signal }) => store.list(cwd, signal),
      read: (id, { after, signal }) => store.read(id, after, signal),
      async rename(id, title) {
        const live = [...threads].find(({ nativeId }) => nativeId === id);
        if (live !== undefined) return live.rename(title);
        await notBusy(id);
        const { HOME: home = "/" } = await host.environment(null);
        const { signal } = new AbortController();
        const { program } = await startIn(home, { kind: "resume", id }, signal);
        await using renaming = program;
        await renaming.request({ subtype: "rename_session", title });
      },
    },

    async [Symbol.asyncDispose]() {
      await Promise.all([...threads].map((thread) => thread[Symbol.asyncDispose]()));
    },
  };
};
