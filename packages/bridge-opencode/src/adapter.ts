import { BridgeError, messageOf, type BridgeFactory } from "@fairlead/bridge-core";
import { printedBy } from "@fairlead/bridge-core/parts";
import { commandsOf, folderOf, modelsOf } from "./folder.ts";
import { executableIn, notInstalled } from "./server.ts";
import { Servers } from "./servers.ts";
import { Session } from "./session.ts";
import { OpenCodeThread } from "./thread.ts";

const probeMs = 4500;

/** The bridge to OpenCode: one server for all threads of an environment, started by the first. */
export const openCodeBridge: BridgeFactory = (host) => {
  const servers = new Servers(host);
  const threads = new Set<OpenCodeThread>();

  return {
    contract: 1,
    id: "opencode",
    displayName: "OpenCode",
    capabilities: {
      gating: "all",
      from: "forkAtTurn",
      spare: true,
      input: ["text", "image", "localImage", "skill", "mention"],
    },

    async probe({ signal }) {
      try {
        const environment = await host.environment(null);
        const timed = AbortSignal.any([signal, AbortSignal.timeout(probeMs)]);
        const [file, cwd] = [executableIn(environment), environment["HOME"] ?? "/"];
        const version = await printedBy(host, { file, args: ["--version"], cwd }, timed);
        return { available: true, version: /\d+\.\d+\.\d+\S*/.exec(version)?.[0] ?? null };
      } catch (error) {
        const missing = BridgeError.is(error) && error.kind === "not-installed";
        const detail = missing ? notInstalled : messageOf(error);
        return { available: false, reason: missing ? error.kind : "error", detail, login: null };
      }
    },

    async openThread(spec, { signal }) {
      const server = await servers.of(spec.cwd, signal);
      const folder = await folderOf(server.client, spec.cwd);
      const place = { host, server, folder, spec };
      const session = spec.from === null ? null : await Session.open(place, spec.from);
      const onDisposed = (thread: OpenCodeThread): void => void threads.delete(thread);
      const thread = new OpenCodeThread({ ...place, session, onDisposed });
      threads.add(thread);
      return thread;
    },

    async listModels({ cwd, signal }) {
      return modelsOf((await servers.of(cwd, signal)).client, cwd);
    },

    async listCommands({ cwd, signal }) {
      return commandsOf((await servers.of(cwd, signal)).client, cwd);
    },

    async warm({ cwd, signal }) {
      await folderOf((await servers.of(cwd, signal)).client, cwd);
    },

    async [Symbol.asyncDispose]() {
      await Promise.all([...threads].map((thread) => thread[Symbol.asyncDispose]()));
      await servers[Symbol.asyncDispose]();
    },
  };
};
