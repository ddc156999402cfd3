import type { BridgeFactory, InFolder } from "@fairlead/bridge-core";
import {
  AgentServers,
  loggedOut,
  probed,
  usable,
  type HttpClient,
} from "@fairlead/bridge-core/parts";
import { clientIn, commandsOf, modelsOf } from "./folder.ts";
import { executableIn, notInstalled, openServer } from "./server.ts";
import { sessionsOf } from "./sessions.ts";
import { OpenCodeThread } from "./thread.ts";

/** The bridge to OpenCode: one server for all threads of an environment, started by the first. */
export const openCodeBridge: BridgeFactory = (host) => {
  const servers = new AgentServers(host, (...started) => openServer(host, ...started));
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

    openThread: (spec, call) =>
      servers.openThread(spec, call, (options) => OpenCodeThread.open(options)),
    listModels: (folder) => asking(folder, modelsOf),
    listCommands: (folder) => asking(folder, commandsOf),
    // Every request starts OpenCode's instance of the folder.
    warm: (folder) => asking(folder, async (client) => void (await client.ask("/config"))),
    sessions: sessionsOf(servers),
    [Symbol.asyncDispose]: () => servers[Symbol.asyncDispose](),
  };
};
