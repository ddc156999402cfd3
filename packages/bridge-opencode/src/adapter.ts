import type { BridgeFactory, InFolder } from "@fairlead/bridge-core";
import {
  loggedOut,
  probed,
  SessionChanges,
  SharedBackends,
  usable,
  type HttpClient,
} from "@fairlead/bridge-core/parts";
import { clientIn, commandsOf, modelsOf } from "./folder.ts";
import { executableIn, notInstalled, openServer } from "./server.ts";
import { sessionsOf } from "./sessions.ts";
import { OpenCodeThread } from "./thread.ts";

/** The bridge to OpenCode: one server for all threads of an environment, started by the first. */
export const openCodeBridge: BridgeFactory = (host) => {
  const living = new Set<AsyncDisposable>();
  const changes = new SessionChanges();
  const servers = new SharedBackends({
    host,
    start: (cwd, environment) =>
      openServer(host, cwd, environment, (session) => changes.tell(session)),
  });

  const asking = <T>(folder: InFolder, ask: (client: HttpClient) => Promise<T>): Promise<T> =>
    servers.use(folder, (server) => ask(clientIn(server, folder.cwd)));

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

    openThread: (spec, { signal }) =>
      servers.open(spec.cwd, signal, (lease) => OpenCodeThread.open({ host, lease, spec, living })),

    listModels: (folder) => asking(folder, modelsOf),
    listCommands: (folder) => asking(folder, commandsOf),
    // Every request starts OpenCode's instance of the folder.
    warm: (folder) => asking(folder, async (client) => void (await client.ask("/config"))),
    sessions: sessionsOf({ lease: (signal) => servers.anyLease(null, signal), changes }),

    async [Symbol.asyncDispose]() {
      await Promise.all([...living].map((thread) => thread[Symbol.asyncDispose]()));
      await servers[Symbol.asyncDispose]();
    },
  };
};
