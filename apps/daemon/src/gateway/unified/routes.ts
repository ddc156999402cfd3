import type { ClientMethod, ClientRequests } from "@fairlead/codex-proto";

/** A method whose params need not name a thread. */
export type AgentlessMethod = {
  [M in ClientMethod]: ClientRequests[M]["params"] extends
    | { threadId: string }
    | { conversationId: string }
    ? never
    : M;
}[ClientMethod];

/** Who answers a request that names no thread. */
export type RouteTarget =
  /** The gateway itself. */
  | "gateway"
  /** Every agent; their answers are merged. */
  | "all"
  /** The default agent. */
  | "default"
  /** The agent of the model the request names, else the default agent. */
  | "model"
  /** The agent of the model the request names, else codex, else the default agent. */
  | "model or codex"
  /** codex where it is one of the agents, else the default agent, who says what it says alone. */
  | "codex"
  /**
   * A bridge, whose host utilities are Fairlead's own: the default agent if it is one, else the
   * first bridge that is up, else codex. What was started there goes on there: `handles.ts`.
   */
  | "bridge";

/** Where a request goes, and why there. */
export interface Route {
  readonly to: RouteTarget;
  readonly because: string;
}

const everywhere = (because: string): Route => ({ to: "all", because });
const byDefault = (because: string): Route => ({ to: "default", because });

const onlyCodex: Route = {
  to: "codex",
  because: "only codex has these; what bridges answer is empty, or says what to do instead",
};
const codexAccount: Route = {
  to: "codex",
  because: "the account is codex's: every other agent keeps its own login",
};
const codexSettings: Route = {
  to: "codex",
  because: "codex is the one agent whose configuration is written through the wire",
};
const host: Route = {
  to: "bridge",
  because: "a utility of this machine, the same for every agent and under Fairlead's own limits",
};
const started: Route = {
  to: "bridge",
  because: "goes to the server that started what its id names; nobody else knows that id",
};
const shownFirst: Route = {
  to: "default",
  because: "describes what a new thread begins with, and that is the default agent's",
};

/** Every method that can come without a thread. With a thread in its params, the thread decides. */
export const routes: Readonly<Record<AgentlessMethod, Route>> = {
  initialize: { to: "gateway", because: "one handshake, whatever agents are behind it" },

  "thread/start": { to: "model", because: "the chosen model says whose thread it is to be" },
  "thread/list": everywhere("one history of all agents, in the order asked for"),
  "thread/search": everywhere("what is looked for may be in any agent's threads"),
  "thread/loaded/list": everywhere("every agent has threads loaded"),
  "model/list": everywhere("a model is how a client chooses the agent"),
  "skills/list": everywhere("a thread of any agent may use its own"),
  "modelProvider/list": everywhere("threads of every agent name their provider"),

  "config/read": shownFirst,
  "configRequirements/read": byDefault("the operator's limits, which every bridge tells alike"),
  "permissionProfile/list": shownFirst,
  "collaborationMode/list": shownFirst,
  "account/read": byDefault(
    "a client that is told to log in shows nothing else, so only the default agent may say so",
  ),
  getAuthStatus: byDefault("older clients' account/read"),
  "account/bedrock/checkGovCloudRequirements": byDefault("asked at start beside account/read"),
  "environment/info": byDefault("this machine, as the default agent sees it"),
  "environment/status": byDefault("this machine, as the default agent sees it"),
  "server/diagnostics": byDefault("numbers of one server; those of a sum would mean nothing"),

  "command/exec": host,
  "command/exec/write": started,
  "command/exec/resize": started,
  "command/exec/terminate": started,
  "process/spawn": host,
  "process/writeStdin": started,
  "process/kill": started,
  "process/resizePty": started,
  "fs/readFile": host,
  "fs/writeFile": host,
  "fs/createDirectory": host,
  "fs/getMetadata": host,
  "fs/readDirectory": host,
  "fs/remove": host,
  "fs/copy": host,
  "fs/watch": host,
  "fs/unwatch": started,
  fuzzyFileSearch: host,
  "fuzzyFileSearch/sessionStart": host,
  "fuzzyFileSearch/sessionUpdate": started,
  "fuzzyFileSearch/sessionStop": started,
  gitDiffToRemote: host,

  "config/value/write": {
    to: "model or codex",
    because: "a default model is kept by its own agent; all else is codex's configuration",
  },
  "config/batchWrite": {
    to: "model or codex",
    because: "a default model is kept by its own agent; all else is codex's configuration",
  },
  "config/mcpServer/reload": codexSettings,
  "experimentalFeature/list": codexSettings,
  "experimentalFeature/enablement/set": codexSettings,
  "modelProvider/config/write": codexSettings,
  "modelProvider/capabilities/read": onlyCodex,
  "skills/config/write": codexSettings,
  "skills/extraRoots/set": codexSettings,
  "skills/remote/list": onlyCodex,
  "skills/remote/export": onlyCodex,

  "account/login/start": codexAccount,
  "account/login/cancel": codexAccount,
  "account/logout": codexAccount,
  "account/rateLimits/read": codexAccount,
  "account/rateLimitResetCredit/consume": codexAccount,
  "account/usage/read": codexAccount,
  "account/workspaceMessages/read": codexAccount,
  "account/sendAddCreditsNudgeEmail": codexAccount,
  "account/securitySetup/read": codexAccount,
  "account/bedrock/discover": codexAccount,
  "account/bedrock/setup": codexAccount,
  "account/gcp/setup": codexAccount,
  "account/gatewayOAuth/read": codexAccount,
  "account/gatewayOAuth/login": codexAccount,
  "account/gatewayOAuth/cancel": codexAccount,
  "accountSession/list": codexAccount,
  "accountSession/switch": codexAccount,

  "app/installed": onlyCodex,
  "app/list": onlyCodex,
  "app/read": onlyCodex,
  "environment/add": onlyCodex,
  "externalAgentConfig/detect": onlyCodex,
  "externalAgentConfig/import": onlyCodex,
  "externalAgentConfig/import/readHistories": onlyCodex,
  "externalAgentConfig/import/recordHistory": onlyCodex,
  "feedback/save": onlyCodex,
  "feedback/upload": onlyCodex,
  getConversationSummary: onlyCodex,
  "hooks/list": onlyCodex,
  "marketplace/add": onlyCodex,
  "marketplace/remove": onlyCodex,
  "marketplace/upgrade": onlyCodex,
  "mcpServer/event/stream/stop": onlyCodex,
  "mcpServer/oauth/login": onlyCodex,
  "mcpServer/resource/read": onlyCodex,
  "mcpServerStatus/list": onlyCodex,
  "memory/reset": onlyCodex,
  "memory/status": onlyCodex,
  "mock/experimentalMethod": onlyCodex,
  "plugin/install": onlyCodex,
  "plugin/installed": onlyCodex,
  "plugin/list": onlyCodex,
  "plugin/read": onlyCodex,
  "plugin/reconcile": onlyCodex,
  "plugin/search": onlyCodex,
  "plugin/share/checkout": onlyCodex,
  "plugin/share/delete": onlyCodex,
  "plugin/share/list": onlyCodex,
  "plugin/share/save": onlyCodex,
  "plugin/share/updateTargets": onlyCodex,
  "plugin/skill/read": onlyCodex,
  "plugin/uninstall": onlyCodex,
  "project/create": onlyCodex,
  "project/delete": onlyCodex,
  "project/import": onlyCodex,
  "project/list": onlyCodex,
  "project/move": onlyCodex,
  "project/read": onlyCodex,
  "project/update": onlyCodex,
  "remoteControl/client/list": onlyCodex,
  "remoteControl/client/revoke": onlyCodex,
  "remoteControl/disable": onlyCodex,
  "remoteControl/enable": onlyCodex,
  "remoteControl/pairing/start": onlyCodex,
  "remoteControl/pairing/status": onlyCodex,
  "remoteControl/status/read": onlyCodex,
  "rollout/compress": onlyCodex,
  "thread/attachmentOwner/list": onlyCodex,
  "thread/realtime/listVoices": onlyCodex,
  "thread/sample/cancel": onlyCodex,
  "threadSection/create": onlyCodex,
  "threadSection/delete": onlyCodex,
  "threadSection/list": onlyCodex,
  "threadSection/update": onlyCodex,
  "userVerification/cancel": onlyCodex,
  "userVerification/delete": onlyCodex,
  "userVerification/enroll": onlyCodex,
  "userVerification/status": onlyCodex,
  "userVerification/verify": onlyCodex,
  "windowsSandbox/readiness": onlyCodex,
  "windowsSandbox/setupStart": onlyCodex,
};
