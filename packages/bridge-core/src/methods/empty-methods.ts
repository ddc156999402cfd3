import type { Handlers } from "./handler.ts";

/** What the empty lists need to be asked about the right things. */
export interface EmptyMethodParts {
  /** The folder a client means that names none. */
  readonly defaultCwd: string;
  /** Rejects when there is no thread of that id. */
  readonly requireThread: (threadId: string) => Promise<void>;
}

/**
 * Lists that are empty and true: nothing of the kind can come to be here, because the methods that
 * would make it are refused or because it belongs to codex's own service. An agent's own hooks,
 * plugins and MCP servers live inside the agent and are not Fairlead's to list.
 */
export function emptyMethods({ defaultCwd, requireThread }: EmptyMethodParts): Handlers {
  const lastPage = () => ({ data: [], nextCursor: null });
  const lastPageOfThread = async ({ threadId }: { readonly threadId: string }) => {
    await requireThread(threadId);
    return lastPage();
  };

  return {
    "accountSession/list": () => ({ activeSessionId: null, sessions: [] }),
    "account/securitySetup/read": () => ({ notice: null }),
    "account/workspaceMessages/read": () => ({ featureEnabled: false, messages: [] }),
    "app/installed": () => ({ apps: [] }),
    "app/list": lastPage,
    "app/read": ({ appIds }) => ({ apps: [], missingAppIds: appIds }),
    "experimentalFeature/list": lastPage,
    "externalAgentConfig/import/readHistories": () => ({ data: [], connectors: [] }),
    "hooks/list": ({ cwds }) => {
      const folders = cwds === undefined || cwds.length === 0 ? [defaultCwd] : cwds;
      return { data: folders.map((cwd) => ({ cwd, hooks: [], warnings: [], errors: [] })) };
    },
    "mcpServerStatus/list": lastPage,
    "memory/status": () => ({ v2ConsolidatedThreads: 0, v2Ready: false }),
    "plugin/installed": () => ({ marketplaces: [], marketplaceLoadErrors: [] }),
    "plugin/list": () => ({ marketplaces: [], marketplaceLoadErrors: [], featuredPluginIds: [] }),
    "plugin/search": lastPage,
    "plugin/share/list": () => ({ data: [] }),
    "project/list": lastPage,
    "skills/remote/list": () => ({ data: [] }),
    "thread/attachment/list": lastPageOfThread,
    "thread/attachmentOwner/list": lastPage,
    "thread/goal/get": async ({ threadId }) => {
      await requireThread(threadId);
      return { goal: null };
    },
    "thread/memory/read": async ({ threadId }) => {
      await requireThread(threadId);
      return { summary: null };
    },
    "thread/queue/list": lastPageOfThread,
    "threadSection/list": lastPage,
  };
}
