import { RpcError } from "../errors.ts";
import { execMethods } from "../exec/exec-methods.ts";
import { processMethods } from "../exec/process-methods.ts";
import { fsMethods } from "../files/fs-methods.ts";
import { searchMethods } from "../files/search-methods.ts";
import { watchMethods } from "../files/watch-methods.ts";
import { gitMethods } from "../git/git-methods.ts";
import type { EnvironmentResolver } from "../process/environment.ts";
import { accountMethods } from "./account-methods.ts";
import { withinSandbox } from "./client-effects.ts";
import { catalogueMethods } from "./catalogue-methods.ts";
import { configMethods } from "./config-methods.ts";
import { diagnosticsMethods } from "./diagnostics-methods.ts";
import { emptyMethods } from "./empty-methods.ts";
import { environmentMethods } from "./environment-methods.ts";
import { withinRoots } from "./roots-gate.ts";
import { methodTable, type MethodTable } from "./table.ts";
import { threadContentMethods } from "./thread-content-methods.ts";
import { threadMethods } from "./thread-methods.ts";
import { threadSettingsMethods } from "./thread-settings-methods.ts";
import { threadStartMethods, type ThreadMethodParts } from "./thread-start-methods.ts";
import { turnMethods } from "./turn-methods.ts";

/** Every method, with the processes and watches that clients start through some of them. */
export interface AllMethods extends AsyncDisposable {
  readonly table: MethodTable;
}

/** What the methods work on. */
export interface AllMethodsParts extends ThreadMethodParts {
  readonly environment: EnvironmentResolver;
}

/** The table of one agent's server. Owns what its methods start; dispose ends it. */
export function allMethods(parts: AllMethodsParts): AllMethods {
  const { book, models, defaultCwd } = parts;
  const { adapter, policy, groups } = book.services;
  const environment = (cwd: string) => parts.environment(cwd);
  const live = [
    execMethods({ environment, defaultCwd, groups }),
    processMethods({ environment, defaultCwd, groups }),
    watchMethods(),
    searchMethods({ environment, groups }),
  ];
  const requireThread = async (id: string): Promise<void> => {
    if ((await book.find(id)) === undefined)
      throw RpcError.invalidRequest(`thread not found: ${id}`);
  };
  const table = methodTable({
    answered: [
      threadStartMethods(parts),
      threadMethods(parts),
      threadContentMethods(parts),
      threadSettingsMethods(parts),
      turnMethods(parts),
      catalogueMethods(parts),
      accountMethods(),
      configMethods({
        agent: adapter.id,
        displayName: adapter.displayName,
        model: () => models.defaultModel,
        policy,
      }),
      diagnosticsMethods(),
      environmentMethods({ environment, defaultCwd }),
      fsMethods(),
      gitMethods({ environment, groups }),
      ...live.map((group) => group.handlers),
    ],
    empty: [emptyMethods({ defaultCwd, requireThread })],
  });
  const folderOf = async (id: string): Promise<string | undefined> => (await book.find(id))?.cwd;
  return {
    table: withinRoots(withinSandbox(table, policy), {
      get roots() {
        return policy.roots ?? null;
      },
      defaultCwd,
      folderOf,
    }),
    async [Symbol.asyncDispose]() {
      await Promise.all(live.map((group) => group.dispose()));
    },
  };
}
