import { stat } from "node:fs/promises";
import { RpcError } from "../errors.ts";
import type { LiveMethods } from "../methods/live-methods.ts";
import { requireAbsolute } from "./absolute-path.ts";
import { ClientResources } from "./client-resources.ts";
import { PathWatch } from "./path-watch.ts";

/** Watches are a scarce resource of the system. */
const maxWatchesPerClient = 256;

/**
 * `fs/watch` and `fs/unwatch`, with `fs/changed`: a folder tells of its direct children, anything
 * else (a file, a path that does not exist yet) of itself. Watches end with the client.
 */
export function watchMethods(): LiveMethods {
  const watches = new ClientResources<PathWatch>(
    maxWatchesPerClient,
    `a client may have ${maxWatchesPerClient} watches; end one with fs/unwatch`,
  );
  return {
    handlers: {
      "fs/watch": async ({ watchId, path }, { client }) => {
        const target = requireAbsolute("path", path);
        const isFolder = await stat(target).then(
          (found) => found.isDirectory(),
          () => false,
        );
        if (watches.get(client, watchId) !== undefined) {
          throw RpcError.invalidRequest(`watchId already exists: ${watchId}`);
        }
        watches.add(
          client,
          watchId,
          () =>
            new PathWatch(target, isFolder, (changedPaths) =>
              client.notify("fs/changed", { watchId, changedPaths }),
            ),
        );
        return { path: target };
      },
      "fs/unwatch": ({ watchId }, { client }) => {
        watches.remove(client, watchId);
        return {};
      },
    },
    dispose: () => {
      watches[Symbol.dispose]();
      return Promise.resolve();
    },
  };
}
