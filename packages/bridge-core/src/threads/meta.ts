import type {
  DynamicToolSpec,
  GitInfo,
  SessionSource,
  Thread,
  ThreadSettings,
  ThreadStartResponse,
  ThreadStatus,
  Turn,
} from "@fairlead/codex-proto";
import { codexVersion } from "@fairlead/codex-proto";
import type { McpServer, OpenThread, Settings } from "../adapter.ts";
import type { Tokens } from "../ops.ts";
import { activeProfile, bridgePolicy, type ThreadPolicy } from "../policy.ts";
import { localEnvironmentId } from "./local-environment.ts";

/** What core keeps of a thread beside its turns. */
export interface ThreadMeta {
  readonly id: string;
  /** The agent's conversation that goes on with the next prompt; null before the first one. */
  readonly nativeId: string | null;
  /** Every conversation that ever was this thread: rollbacks and compactions leave some behind. */
  readonly nativeIds: readonly string[];
  /** How to open the agent next, when it is not a plain resume of `nativeId`. */
  readonly from: OpenThread["from"];
  readonly cwd: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** First user message; empty before it. */
  readonly preview: string;
  readonly name: string | null;
  readonly archived: boolean;
  readonly ephemeral: boolean;
  readonly source: SessionSource;
  readonly threadSource: string | null;
  readonly originator: string | null;
  readonly forkedFromId: string | null;
  readonly parentThreadId: string | null;
  readonly gitInfo: GitInfo | null;
  readonly model: string | null;
  readonly effort: string | null;
  readonly mode: Settings["mode"];
  readonly policy: ThreadPolicy;
  readonly instructions: string | null;
  readonly dynamicTools: readonly DynamicToolSpec[];
  /** Servers the client asked for in `config.mcp_servers`, beside the agent's own. */
  readonly mcpServers: readonly McpServer[];
  /** What it has used so far, as its clients were told. Absent or null: nothing. */
  readonly used?: Tokens | null;
}

/** The settings of the thread's next prompt. */
export function bridgeSettings(meta: ThreadMeta): Settings {
  const { model, effort, mode } = meta;
  return { model, effort, mode, ...bridgePolicy(meta.policy) };
}

/** The wire form; `turns` only where the method says so. */
export function wireThread(
  agent: string,
  meta: ThreadMeta,
  status: ThreadStatus,
  turns: readonly Turn[] = [],
): Thread {
  const loaded = status.type !== "notLoaded";
  return {
    id: meta.id,
    environments: loaded ? [environment(meta)] : null,
    extra: null,
    sessionId: meta.id,
    forkedFromId: meta.forkedFromId,
    attachedToThreadId: null,
    parentThreadId: meta.parentThreadId,
    preview: meta.preview,
    ephemeral: meta.ephemeral,
    section: null,
    sectionEnteredAt: null,
    projectId: null,
    historyMode: "paginated",
    modelProvider: agent,
    model: meta.model,
    reasoningEffort: meta.effort,
    createdAt: Math.floor(meta.createdAtMs / 1000),
    updatedAt: Math.floor(meta.updatedAtMs / 1000),
    recencyAt: Math.floor(meta.updatedAtMs / 1000),
    status,
    path: null,
    cwd: meta.cwd,
    cliVersion: codexVersion,
    originator: meta.originator,
    source: meta.source,
    canAcceptDirectInput: loaded ? true : null,
    threadSource: meta.threadSource,
    agentNickname: null,
    agentRole: null,
    gitInfo: meta.gitInfo,
    name: meta.name,
    daybreakEnabled: null,
    turns: [...turns],
  };
}

/**
 * What start, resume and fork answer beside the thread. `model` names the agent's default where
 * none is chosen.
 */
export function wireOpening(
  agent: string,
  meta: ThreadMeta,
  defaultModel: string,
): Omit<ThreadStartResponse, "thread"> {
  return {
    model: meta.model ?? defaultModel,
    modelProvider: agent,
    serviceTier: null,
    disabledPluginIds: [],
    cwd: meta.cwd,
    runtimeWorkspaceRoots: [meta.cwd],
    instructionSources: [],
    approvalPolicy: meta.policy.approvalPolicy,
    approvalsReviewer: "user",
    sandbox: meta.policy.sandbox,
    activePermissionProfile: activeProfile(meta.policy.sandbox),
    reasoningEffort: meta.effort,
    multiAgentMode: "explicitRequestOnly",
  };
}

/** The settings as `thread/settings/updated` tells them. */
export function wireSettings(
  agent: string,
  meta: ThreadMeta,
  defaultModel: string,
): ThreadSettings {
  const model = meta.model ?? defaultModel;
  return {
    disabledPluginIds: [],
    cwd: meta.cwd,
    environments: [environment(meta)],
    approvalPolicy: meta.policy.approvalPolicy,
    approvalsReviewer: "user",
    sandboxPolicy: meta.policy.sandbox,
    activePermissionProfile: activeProfile(meta.policy.sandbox),
    model,
    modelProvider: agent,
    serviceTier: null,
    effort: meta.effort,
    summary: null,
    collaborationMode: {
      mode: meta.mode,
      settings: { model, reasoning_effort: meta.effort, developer_instructions: null },
    },
    multiAgentMode: "explicitRequestOnly",
    personality: null,
  };
}

function environment(meta: ThreadMeta) {
  return { environmentId: localEnvironmentId, cwd: meta.cwd, runtimeWorkspaceRoots: [meta.cwd] };
}
