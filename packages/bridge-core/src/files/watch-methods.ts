import { type FSWatcher, watch } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { RpcError, rpcCode } from "../errors.ts";
import type { ClientHandle } from "../methods/handler.ts";
import type { LiveMethods } from "../methods/live-methods.ts";
import { requireAbsolute } from "./absolute-path.ts";
import { osErrorText } from "./os-error.ts";

/** Changes within this time go into one notification. */
const gatherMs = 200;
/** Watches are a scarce resource of the system. */
const maxWatchesPerClient = 256;

/**
 * `fs/watch` and `fs/unwatch`, with `fs/changed`: a folder tells of its direct children, anything else (a file, a path
 * that does not exist yet) of itself. Watches end with the client.
 */
export function watchMethods(): LiveMethods {
  const watches = new Map<ClientHandle, Map<string, () => void>>();

  const watchesOf = (client: ClientHandle): Map<string, () => void> => {
    const known = watches.get(client);
    if (known !== undefined) return known;
    const own = new Map<string, () => void>();
    watches.set(client, own);
    const end = (): void => {
      for (const stop of own.values()) stop();
      watches.delete(client);
    };
    client.closed.addEventListener("abort", end, { once: true });
    return own;
  };

  return {
    handlers: {
      "fs/watch": async ({ watchId, path }, { client }) => {
        const target = requireAbsolute("path", path);
        const isFolder = await stat(target).then(
          (found) => found.isDirectory(),
          () => false,
        );
        if (client.closed.aborted) throw RpcError.invalidRequest("the connection is closed");
        const own = watchesOf(client);
        if (own.has(watchId)) throw RpcError.invalidRequest(`watchId already exists: ${watchId}`);
        if (own.size >= maxWatchesPerClient) {
          throw RpcError.invalidRequest(
            `a client may have ${maxWatchesPerClient} watches; end one with fs/unwatch`,
          );
        }
        const stop = startWatch(target, isFolder, (changedPaths) =>
          client.notify("fs/changed", { watchId, changedPaths }),
        );
        own.set(watchId, stop);
        return { path: target };
      },
      "fs/unwatch": ({ watchId }, { client }) => {
        const own = watches.get(client);
        own?.get(watchId)?.();
        own?.delete(watchId);
        return {};
      },
    },
    dispose: () => {
      for (const own of watches.values()) for (const stop of own.values()) stop();
      watches.clear();
      return Promise.resolve();
    },
  };
}

function startWatch(
  target: string,
  isFolder: boolean,
  onChange: (paths: string[]) => void,
): () => void {
  const folder = isFolder ? target : dirname(target);
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    timer = undefined;
    const paths = [...changed].toSorted();
    changed.clear();
    onChange(paths);
  };
  const note = (_event: string, name: string | null): void => {
    if (!isFolder && name !== basename(target)) return;
    changed.add(isFolder && name !== null ? join(target, name) : target);
    timer ??= setTimeout(flush, gatherMs);
  };
  const watcher = openWatcher(folder, note);
  // A folder that goes away ends its own watch; there is nothing more to tell.
  watcher.on("error", () => watcher.close());
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}

function openWatcher(
  folder: string,
  listener: (event: string, name: string | null) => void,
): FSWatcher {
  try {
    return watch(folder, { persistent: false }, listener);
  } catch (error) {
    throw new RpcError(rpcCode.internalError, `${osErrorText(error)}: ${folder}`);
  }
}
