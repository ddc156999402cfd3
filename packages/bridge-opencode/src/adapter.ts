import { BridgeError, messageOf, type BridgeFactory } from "@fairlead/bridge-core";
import { printedBy, SharedBackends } from "@fairlead/bridge-core/parts";
import { commandsOf, folderOf, modelsOf } from "./folder.ts";
import { addServers } from "./mcp.ts";
import { executableIn, notInstalled, Server } from "./server.ts";
import { Session } from "./session.ts";
import { sessionsOf } from "./sessions.ts";
import { OpenCodeThread } from "./thread.ts";

const probeMs = 4500;
const login = ["opencode", "auth", "login"];

/** The bridge to OpenCode: one server for all threads of an environment, started by the first. */
export const openCodeBridge: BridgeFactory = (host) => {
  const threads = new Set<OpenCodeThread>();
  const strangers = new Set<(session: string) => void>();
  const servers = new SharedBackends({
    host,
    start: (cwd, environment) =>
      Server.open(host, cwd, environment, (session) => {
        for (const changed of strangers) changed(session);
      }),
  });

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
        const [version, models] = await Promise.all([
          printedBy(host, { file, args: ["--version"], cwd }, timed),
          // Slow on a busy machine, and then nothing is said against it.
          printedBy(host, { file, args: ["models"], cwd }, timed).catch(() => null),
        ]);
        if (models === null || /^\S+\/\S+$/m.test(models)) {
          return { available: true, version: /\d+\.\d+\.\d+\S*/.exec(version)?.[0] ?? null };
        }
        const detail = `OpenCode has no provider with a key: run \`${login.join(" ")}\``;
        return { available: false, reason: "unauthenticated", detail, login };
      } catch (error) {
        const missing = BridgeError.is(error) && error.kind === "not-installed";
        const detail = missing ? notInstalled : messageOf(error);
        return { available: false, reason: missing ? error.kind : "error", detail, login: null };
      }
    },

    async openThread(spec, { signal }) {
      const lease = await servers.lease(spec.cwd, signal);
      try {
        const server = lease.backend;
        const folder = await folderOf(server.client, spec.cwd);
        const place = { server, folder, spec };
        const session = spec.from === null ? null : await Session.open(place, spec.from);
        const { names, notices } = await addServers(server.client, spec);
        const thread = new OpenCodeThread({
          host,
          lease,
          folder,
          spec,
          session,
          servers: names,
          notices: [...notices, ...subAgentNotice(folder.unsafe)],
          onDisposed: (disposed) => threads.delete(disposed),
        });
        threads.add(thread);
        return thread;
      } catch (error) {
        lease[Symbol.dispose]();
        throw error;
      }
    },

    async listModels({ cwd, signal }) {
      using lease = await servers.lease(cwd, signal);
      return await modelsOf(lease.backend.client, cwd);
    },

    async listCommands({ cwd, signal }) {
      using lease = await servers.lease(cwd, signal);
      return await commandsOf(lease.backend.client, cwd);
    },

    async warm({ cwd, signal }) {
      using lease = await servers.lease(cwd, signal);
      await folderOf(lease.backend.client, cwd);
    },

    sessions: sessionsOf({ lease: (signal) => servers.anyLease(null, signal), strangers }),

    async [Symbol.asyncDispose]() {
      await Promise.all([...threads].map((thread) => thread[Symbol.asyncDispose]()));
      await servers[Symbol.asyncDispose]();
    },
  };
};

function subAgentNotice(unsafe: readonly string[]): string[] {
  if (unsafe.length === 0) return [];
  const why = "the permissions of their own would let them act unasked";
  return [`These agents cannot be used as sub-agents, since ${why}: ${unsafe.join(", ")}`];
}
