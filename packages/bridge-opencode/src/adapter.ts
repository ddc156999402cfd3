import type { BridgeFactory } from "@fairlead/bridge-core";
import {
  loggedOut,
  probed,
  SessionChanges,
  SharedBackends,
  usable,
  type HttpClient,
} from "@fairlead/bridge-core/parts";
import { clientIn, commandsOf, folderOf, modelsOf } from "./folder.ts";
import { addServers } from "./mcp.ts";
import { tagOf } from "./permissions.ts";
import { executableIn, notInstalled, openServer } from "./server.ts";
import { openSession } from "./session.ts";
import { sessionsOf } from "./sessions.ts";
import { OpenCodeThread } from "./thread.ts";

/** The bridge to OpenCode: one server for all threads of an environment, started by the first. */
export const openCodeBridge: BridgeFactory = (host) => {
  const threads = new Set<OpenCodeThread>();
  const changes = new SessionChanges();
  const servers = new SharedBackends({
    host,
    start: (cwd, environment) =>
      openServer(host, cwd, environment, (session) => changes.tell(session)),
  });

  async function asking<T>(
    { cwd, signal }: { readonly cwd: string; readonly signal: AbortSignal },
    ask: (client: HttpClient) => Promise<T>,
  ): Promise<T> {
    using lease = await servers.lease(cwd, signal);
    return await ask(clientIn(lease.backend, cwd));
  }

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

    probe: ({ signal }) =>
      probed(host, { notInstalled, signal }, async ({ environment, print }) => {
        const file = executableIn(environment);
        const [version, models] = await Promise.all([
          print(file, "--version"),
          // Slow on a busy machine, and then nothing is said against it.
          print(file, "models").catch(() => "any/model"),
        ]);
        if (/^\S+\/\S+$/m.test(models)) return usable(version);
        return loggedOut("OpenCode has no provider with a key", ["opencode", "auth", "login"]);
      }),

    async openThread(spec, { signal }) {
      const lease = await servers.lease(spec.cwd, signal);
      try {
        const folder = await folderOf(lease.backend, spec.cwd);
        const tag = tagOf(spec.threadId);
        return await lease.backend.events.making(async () => {
          const { from, mcpServers } = spec;
          const session = from === null ? null : await openSession(folder, tag, from);
          const { names, notices } = await addServers(folder.client, tag, mcpServers);
          const onDisposed = (disposed: OpenCodeThread): void => void threads.delete(disposed);
          const servers = {
            servers: names,
            notices: [...notices, ...subAgentNotice(folder.unsafe)],
          };
          const thread = new OpenCodeThread({ host, lease, folder, spec, onDisposed, ...servers });
          if (session !== null) thread.resume(session);
          threads.add(thread);
          return thread;
        });
      } catch (error) {
        lease[Symbol.dispose]();
        throw error;
      }
    },

    listModels: (folder) => asking(folder, modelsOf),
    listCommands: (folder) => asking(folder, commandsOf),
    // Every request starts OpenCode's instance of the folder.
    warm: (folder) => asking(folder, async (client) => void (await client.ask("/config"))),
    sessions: sessionsOf((signal) => servers.anyLease(null, signal), changes),

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
