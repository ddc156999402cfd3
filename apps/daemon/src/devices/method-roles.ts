import type { ClientMethod, ServerRequestMethod } from "@fairlead/codex-proto";
import { type Role, roles } from "./principal.ts";

/**
 * The least role of every codex method, decided by the most it can cause:
 *
 * - `view` changes nothing and reads threads and catalogues, but not the files of the machine: a
 *   viewer who could read any file would read the keys of the agents and of this daemon.
 *   `thread/resume` is a subscription that may load a thread and starts no turn; what it could change
 *   is taken out, see {@link paramsFor}.
 * - `approve` also decides what an agent was stopped for, and stops it.
 * - `drive` also prompts agents, runs commands and touches files, so it can do what the user can.
 * - `admin` also changes the machine's configuration and logins, or sends data to somebody else.
 */
const roleOf: Readonly<Record<ClientMethod, Role>> = {
  "account/bedrock/checkGovCloudRequirements": "admin",
  "account/bedrock/discover": "admin",
  "account/bedrock/setup": "admin",
  "account/gatewayOAuth/cancel": "admin",
  "account/gatewayOAuth/login": "admin",
  "account/gatewayOAuth/read": "admin",
  "account/gcp/setup": "admin",
  "account/login/cancel": "admin",
  "account/login/start": "admin",
  "account/logout": "admin",
  "account/rateLimitResetCredit/consume": "admin",
  "account/rateLimits/read": "view",
  "account/read": "view",
  "account/securitySetup/read": "view",
  "account/sendAddCreditsNudgeEmail": "admin",
  "account/usage/read": "view",
  "account/workspaceMessages/read": "view",
  "accountSession/list": "view",
  "accountSession/switch": "admin",
  "app/installed": "view",
  "app/list": "view",
  "app/read": "view",
  "collaborationMode/list": "view",
  "command/exec": "drive",
  "command/exec/resize": "drive",
  "command/exec/terminate": "drive",
  "command/exec/write": "drive",
  "config/batchWrite": "admin",
  "config/mcpServer/reload": "admin",
  // May hold the keys of MCP servers.
  "config/read": "drive",
  "config/value/write": "admin",
  "configRequirements/read": "view",
  "environment/add": "admin",
  "environment/info": "view",
  "environment/status": "view",
  "experimentalFeature/enablement/set": "admin",
  "experimentalFeature/list": "view",
  // Looks into folders the client names.
  "externalAgentConfig/detect": "drive",
  "externalAgentConfig/import": "admin",
  "externalAgentConfig/import/readHistories": "drive",
  "externalAgentConfig/import/recordHistory": "admin",
  "feedback/save": "admin",
  "feedback/upload": "admin",
  "fs/copy": "drive",
  "fs/createDirectory": "drive",
  "fs/getMetadata": "drive",
  "fs/readDirectory": "drive",
  "fs/readFile": "drive",
  "fs/remove": "drive",
  "fs/unwatch": "drive",
  "fs/watch": "drive",
  "fs/writeFile": "drive",
  fuzzyFileSearch: "drive",
  "fuzzyFileSearch/sessionStart": "drive",
  "fuzzyFileSearch/sessionStop": "drive",
  "fuzzyFileSearch/sessionUpdate": "drive",
  getAuthStatus: "view",
  getConversationSummary: "view",
  // The contents of any folder the client names.
  gitDiffToRemote: "drive",
  "hooks/list": "view",
  initialize: "view",
  "marketplace/add": "admin",
  "marketplace/remove": "admin",
  "marketplace/upgrade": "admin",
  "mcpServer/event/stream/start": "drive",
  "mcpServer/event/stream/stop": "drive",
  "mcpServer/oauth/login": "admin",
  "mcpServer/resource/read": "drive",
  "mcpServer/tool/call": "drive",
  "mcpServerStatus/list": "view",
  "memory/reset": "admin",
  "memory/status": "view",
  "mock/experimentalMethod": "admin",
  "model/list": "view",
  "modelProvider/capabilities/read": "view",
  "modelProvider/config/write": "admin",
  "modelProvider/list": "view",
  "permissionProfile/list": "view",
  "plugin/install": "admin",
  "plugin/installed": "view",
  "plugin/list": "view",
  "plugin/read": "view",
  "plugin/reconcile": "admin",
  "plugin/search": "view",
  "plugin/share/checkout": "admin",
  "plugin/share/delete": "admin",
  "plugin/share/list": "view",
  "plugin/share/save": "admin",
  "plugin/share/updateTargets": "admin",
  "plugin/skill/read": "view",
  "plugin/uninstall": "admin",
  "process/kill": "drive",
  "process/resizePty": "drive",
  "process/spawn": "drive",
  "process/writeStdin": "drive",
  "project/create": "drive",
  "project/delete": "drive",
  "project/import": "drive",
  "project/list": "view",
  "project/move": "drive",
  "project/read": "view",
  "project/update": "drive",
  "remoteControl/client/list": "admin",
  "remoteControl/client/revoke": "admin",
  "remoteControl/disable": "admin",
  "remoteControl/enable": "admin",
  "remoteControl/pairing/start": "admin",
  "remoteControl/pairing/status": "admin",
  "remoteControl/status/read": "view",
  "review/start": "drive",
  "rollout/compress": "drive",
  "server/diagnostics": "view",
  "skills/config/write": "admin",
  "skills/extraRoots/set": "admin",
  "skills/list": "view",
  "skills/remote/export": "admin",
  "skills/remote/list": "view",
  "thread/approveGuardianDeniedAction": "approve",
  "thread/archive": "drive",
  "thread/attachment/add": "drive",
  "thread/attachment/list": "view",
  "thread/attachment/remove": "drive",
  "thread/attachmentOwner/list": "view",
  "thread/backgroundTerminals/clean": "drive",
  "thread/backgroundTerminals/list": "view",
  "thread/backgroundTerminals/terminate": "drive",
  "thread/compact/start": "drive",
  "thread/decrement_elicitation": "approve",
  "thread/delete": "drive",
  "thread/fork": "drive",
  "thread/goal/clear": "drive",
  "thread/goal/get": "view",
  "thread/goal/set": "drive",
  "thread/guardianReview": "drive",
  "thread/increment_elicitation": "approve",
  "thread/inject_items": "drive",
  "thread/items/list": "view",
  "thread/items/read": "view",
  "thread/list": "view",
  "thread/loaded/list": "view",
  "thread/memory/read": "view",
  "thread/memoryMode/set": "drive",
  "thread/metadata/update": "drive",
  "thread/name/set": "drive",
  "thread/prediction/request": "drive",
  "thread/prepareApprovedPlan": "drive",
  "thread/queue/add": "drive",
  "thread/queue/delete": "drive",
  "thread/queue/list": "view",
  "thread/queue/reorder": "drive",
  "thread/queue/start": "drive",
  "thread/queue/update": "drive",
  "thread/read": "view",
  "thread/readState/update": "drive",
  "thread/realtime/appendAudio": "drive",
  "thread/realtime/appendSpeech": "drive",
  "thread/realtime/appendText": "drive",
  "thread/realtime/listVoices": "view",
  "thread/realtime/start": "drive",
  "thread/realtime/stop": "drive",
  "thread/resume": "view",
  "thread/revert": "drive",
  "thread/rollback": "drive",
  "thread/sample": "drive",
  "thread/sample/cancel": "drive",
  "thread/search": "view",
  "thread/searchOccurrences": "view",
  "thread/section/move": "drive",
  "thread/settings/update": "drive",
  "thread/shellCommand": "drive",
  "thread/start": "drive",
  "thread/timeline/list": "view",
  "thread/turns/list": "view",
  "thread/unarchive": "drive",
  "thread/unsubscribe": "view",
  "threadSection/create": "drive",
  "threadSection/delete": "drive",
  "threadSection/list": "view",
  "threadSection/update": "drive",
  "turn/interrupt": "approve",
  "turn/settings/update": "drive",
  "turn/start": "drive",
  "turn/steer": "drive",
  "userVerification/cancel": "approve",
  "userVerification/delete": "admin",
  "userVerification/enroll": "admin",
  "userVerification/status": "view",
  "userVerification/verify": "approve",
  "windowsSandbox/readiness": "view",
  "windowsSandbox/setupStart": "admin",
};

/** The least role whose devices may answer what an agent asks. */
const answerRoleOf: Readonly<Record<ServerRequestMethod, Role>> = {
  "account/chatgptAuthTokens/refresh": "admin",
  applyPatchApproval: "approve",
  "attestation/generate": "drive",
  "currentTime/read": "drive",
  execCommandApproval: "approve",
  "item/commandExecution/requestApproval": "approve",
  "item/fileChange/requestApproval": "approve",
  "item/permissions/requestApproval": "approve",
  // The client is the tool here: what it says goes into the conversation.
  "item/tool/call": "drive",
  "item/tool/requestUserInput": "approve",
  "mcpServer/elicitation/request": "approve",
};

const known: ReadonlyMap<string, Role> = new Map(Object.entries(roleOf));
const knownAnswers: ReadonlyMap<string, Role> = new Map(Object.entries(answerRoleOf));

/** What a `thread/resume` below `drive` may say: which thread, and how much of it to show. */
const resumeKeys: readonly string[] = ["threadId", "excludeTurns", "initialTurnsPage"];

/** The least role that may send a method. A method nobody knows needs `admin`. */
export function minimalRole(method: string): Role {
  return known.get(method) ?? "admin";
}

/** Whether a role includes another. */
export function includesRole(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}

/**
 * Null when the role may send the method, else the sentence for its client: which role is needed, and
 * what the operator types to give it. `device` is the name in that command.
 */
export function refusalOf(role: Role, method: string, device = "NAME"): string | null {
  const needed = minimalRole(method);
  return includesRole(role, needed) ? null : sentence(role, method, needed, device);
}

/**
 * Whether devices of a role may answer what an agent asks: approvals, questions. With a method,
 * whether they may answer that one: a tool the client runs needs `drive`, a login `admin`, and a
 * method nobody knows too.
 */
export function mayAnswer(role: Role, method?: string): boolean {
  return includesRole(role, method === undefined ? "approve" : answerRole(method));
}

/** The least role that may answer a server request. */
export function answerRole(method: string): Role {
  return knownAnswers.get(method) ?? "admin";
}

/**
 * The params a role may send with a method it may send; `dropped` names the fields that were taken
 * out. The answer tells what is in force, so the client is not told that they worked.
 *
 * Below `drive`, `thread/resume` keeps only which thread and how much of it: with its other fields a
 * viewer could change model, permissions and instructions, or open any file as a thread. Below
 * `admin`, `getAuthStatus` does not hand out the login's own token.
 */
export function paramsFor(
  role: Role,
  method: string,
  params: unknown,
): { readonly params: unknown; readonly dropped: readonly string[] } {
  const keep = keptKeys(role, method);
  if (keep === null || typeof params !== "object" || params === null)
    return { params, dropped: [] };
  const fields = Object.entries(params);
  const dropped = fields.filter(([key, value]) => value != null && !keep(key)).map(([key]) => key);
  if (dropped.length === 0) return { params, dropped };
  return { params: Object.fromEntries(fields.filter(([key]) => keep(key))), dropped };
}

/** Every method with its role, for documentation. */
export function methodRoles(): readonly (readonly [method: string, role: Role])[] {
  return [...known];
}

/** Every server request with the role that may answer it, for documentation. */
export function answerRoles(): readonly (readonly [method: string, role: Role])[] {
  return [...knownAnswers];
}

function keptKeys(role: Role, method: string): ((key: string) => boolean) | null {
  if (method === "thread/resume" && !includesRole(role, "drive")) {
    return (key) => resumeKeys.includes(key);
  }
  if (method === "getAuthStatus" && role !== "admin") return (key) => key !== "includeToken";
  return null;
}

function sentence(role: Role, method: string, needed: Role, device: string): string {
  const name = /^[\w.-]+$/u.test(device) ? device : `"${device}"`;
  return (
    `${method} needs the role \`${needed}\`, and this device has \`${role}\`: ` +
    `on the host, run \`fairlead devices role ${name} ${needed}\``
  );
}
