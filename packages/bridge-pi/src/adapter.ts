import { BridgeError, messageOf, type BridgeFactory, type OpenThread } from "@fairlead/bridge-core";
import { executableIn, versionOf, type Conversation, type PiVersion } from "./command.ts";
import { notInstalled } from "./program.ts";
import { PiThread } from "./thread.ts";

const probeMs = 4500;

/** The bridge to Pi: one process per live thread, none before a method is called. */
export const piBridge: BridgeFactory = (host) => {
  const threads = new Set<PiThread>();
  /** What each program last said of its version. */
  const versions = new Map<string, PiVersion>();

  async function versionIn(cwd: string, signal: AbortSignal): Promise<PiVersion> {
    const file = executableIn(await host.environment(cwd));
    const known = versions.get(file);
    if (known !== undefined) return known;
    await using program = host.spawn({ file, args: ["--version"], cwd });
    const stop = (): void => void program[Symbol.asyncDispose]();
    signal.addEventListener("abort", stop, { once: true });
    program.end();
    const lines: string[] = [];
    for await (const line of program.lines) if ("text" in line) lines.push(line.text);
    signal.removeEventListener("abort", stop);
    signal.throwIfAborted();
    // Older versions say it on the other stream.
    const version = versionOf([...lines, (await program.exited).stderr].join("\n"));
    versions.set(file, version);
    return version;
  }

  async function conversationOf(spec: OpenThread, version: PiVersion): Promise<Conversation> {
    return { kind: "new", id: version.takesSessionId ? spec.threadId : null };
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

    async probe({ signal }) {
      try {
        const { HOME: cwd = "/" } = await host.environment(null);
        const timed = AbortSignal.any([signal, AbortSignal.timeout(probeMs)]);
        return { available: true, version: (await versionIn(cwd, timed)).text };
      } catch (error) {
        const missing = BridgeError.is(error) && error.kind === "not-installed";
        const detail = missing ? notInstalled : messageOf(error);
        return { available: false, reason: missing ? error.kind : "error", detail, login: null };
      }
    },

    async openThread(spec, { signal }) {
      const { cwd, settings, instructions, mcpServers } = spec;
      const { model, effort } = settings;
      const version = await versionIn(cwd, signal);
      const executable = executableIn(await host.environment(cwd));
      const conversation = await conversationOf(spec, version);
      const thread = await PiThread.open({
        host,
        launch: { executable, version, cwd, conversation, model, effort, instructions, mcpServers },
        settings,
        before: null,
        signal,
        fileOf: async () => null,
        onDisposed: (thread) => threads.delete(thread),
      });
      threads.add(thread);
      return thread;
    },

    async [Symbol.asyncDispose]() {
      await Promise.all([...threads].map((thread) => thread[Symbol.asyncDispose]()));
    },
  };
};
