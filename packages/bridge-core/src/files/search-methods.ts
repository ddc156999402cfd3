import { randomUUID } from "node:crypto";
import { RpcError } from "../errors.ts";
import type { ProcessSurroundings } from "../exec/process-environment.ts";
import type { LiveMethods } from "../methods/live-methods.ts";
import { requireAbsolute } from "./absolute-path.ts";
import { Cancellation } from "./cancellation.ts";
import { ClientResources } from "./client-resources.ts";
import { listFiles } from "./file-list.ts";
import { SearchSession } from "./search-session.ts";
import { SearchableFiles } from "./searchable-files.ts";

/** A session holds the paths of its roots in memory. */
const maxSessionsPerClient = 8;
const maxSearchesPerClient = 32;

/**
 * `fuzzyFileSearch`, where a later request with the same cancellation token ends the earlier one
 * with no files, and `fuzzyFileSearch/sessionStart`, `/sessionUpdate` and `/sessionStop` with
 * their notifications. Roots are absolute; one that cannot be read has no files. Searches end with
 * the client.
 */
export function searchMethods({
  environment,
  groups,
}: Omit<ProcessSurroundings, "defaultCwd">): LiveMethods {
  const searches = new ClientResources<Cancellation>(
    maxSearchesPerClient,
    `a client may run ${maxSearchesPerClient} searches at once; wait for one or reuse its token`,
  );
  const sessions = new ClientResources<SearchSession>(
    maxSessionsPerClient,
    `a client may have ${maxSessionsPerClient} search sessions; end one with ` +
      "fuzzyFileSearch/sessionStop",
  );

  const listRoots = async (roots: string[], signal: AbortSignal): Promise<SearchableFiles> => {
    const lists = await Promise.all(
      roots.map(async (root) => {
        const env = await environment(root).catch(() => ({}));
        const paths = await listFiles({ cwd: root, env, signal, groups });
        return paths.map((found) => ({ ...found, root }));
      }),
    );
    return new SearchableFiles(lists.flat());
  };

  return {
    handlers: {
      fuzzyFileSearch: async ({ query, roots, cancellationToken }, { client }) => {
        const folders = absoluteRoots(roots);
        const id = cancellationToken ?? randomUUID();
        const mine = searches.add(client, id, () => new Cancellation());
        try {
          const files = await listRoots(folders, mine.signal);
          return { files: await files.search(query, mine.signal) };
        } finally {
          if (searches.get(client, id) === mine) searches.remove(client, id);
        }
      },
      "fuzzyFileSearch/sessionStart": ({ sessionId, roots }, context) => {
        const { client } = context;
        if (sessionId === "") throw RpcError.invalidRequest("sessionId must not be empty");
        const folders = absoluteRoots(roots);
        const session = sessions.add(
          client,
          sessionId,
          () =>
            new SearchSession((signal) => listRoots(folders, signal), {
              updated: (query, files) =>
                client.notify("fuzzyFileSearch/sessionUpdated", { sessionId, query, files }),
              completed: () => client.notify("fuzzyFileSearch/sessionCompleted", { sessionId }),
            }),
        );
        context.afterResponse(() => void session.search(""));
        return {};
      },
      "fuzzyFileSearch/sessionUpdate": ({ sessionId, query }, context) => {
        const session = sessions.get(context.client, sessionId);
        if (session === undefined) {
          throw RpcError.invalidRequest(`fuzzy file search session not found: ${sessionId}`);
        }
        context.afterResponse(() => void session.search(query));
        return {};
      },
      "fuzzyFileSearch/sessionStop": ({ sessionId }, { client }) => {
        sessions.remove(client, sessionId);
        return {};
      },
    },
    dispose: () => {
      searches[Symbol.dispose]();
      sessions[Symbol.dispose]();
      return Promise.resolve();
    },
  };
}

function absoluteRoots(roots: readonly string[]): string[] {
  return roots.map((root, index) => requireAbsolute(`roots[${index}]`, root));
}
