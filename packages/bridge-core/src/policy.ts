import { isDeepStrictEqual } from "node:util";
import type {
  ActivePermissionProfile,
  AskForApproval,
  PermissionProfileSummary,
  SandboxMode,
  SandboxPolicy,
} from "@fairlead/codex-proto";
import type { Settings } from "./adapter.ts";
import { RpcError } from "./errors.ts";

/**
 * The most a client may ask for, set by the operator. Above it a thread opens at the ceiling and the client is warned.
 */
export interface OperatorPolicy {
  /** `ask`: no client can switch approvals off. */
  readonly approvals: Settings["approvals"];
  readonly sandbox: SandboxMode;
  /** Absolute folders that threads, commands and files must lie in. Default null: anywhere. */
  readonly roots?: readonly string[] | null;
}

/** Approvals on, writes in the workspace: what holds when the operator says nothing. */
export const defaultPolicy: OperatorPolicy = { approvals: "ask", sandbox: "workspace-write" };

/** The policy of one thread in the words of the wire. */
export interface ThreadPolicy {
  readonly approvalPolicy: AskForApproval;
  readonly sandbox: SandboxPolicy;
}

/** What a request says of the policy; null and absent keep what is. */
export interface PolicyRequest {
  readonly approvalPolicy?: AskForApproval | null | undefined;
  /** Of `thread/start`, `thread/resume` and `thread/fork`. */
  readonly sandbox?: SandboxMode | null | undefined;
  /** Of `turn/start`. */
  readonly sandboxPolicy?: SandboxPolicy | null | undefined;
  /** The sandbox by the id of its profile, as `permissionProfile/list` has it. */
  readonly permissions?: string | null | undefined;
}

const order: readonly SandboxMode[] = ["read-only", "workspace-write", "danger-full-access"];

/** The policy of a thread whose client asked for none. */
export function initialPolicy(ceiling: OperatorPolicy): ThreadPolicy {
  const sandbox = sandboxPolicy(lower("workspace-write", ceiling.sandbox));
  return { approvalPolicy: "on-request", sandbox };
}

/**
 * The policy in force after a request, never above the ceiling. `lowered` is the sentence for the client when it got
 * less than it asked for.
 */
export function applyPolicy(
  current: ThreadPolicy,
  request: PolicyRequest,
  ceiling: OperatorPolicy,
): { readonly policy: ThreadPolicy; readonly lowered: string | null } {
  const asked = request.approvalPolicy ?? current.approvalPolicy;
  const askedMode = profileMode(request) ?? request.sandbox;
  const askedSandbox =
    request.sandboxPolicy ?? (askedMode == null ? current.sandbox : sandboxPolicy(askedMode));
  const approvalPolicy = asked === "never" && ceiling.approvals === "ask" ? "on-request" : asked;
  const mode = sandboxMode(askedSandbox);
  const allowed = lower(mode, ceiling.sandbox);
  const sandbox = allowed === mode ? askedSandbox : sandboxPolicy(allowed);
  const lowered = [
    ...(approvalPolicy === asked ? [] : ["approvals stay on (`never` is not allowed here)"]),
    ...(allowed === mode
      ? []
      : [`the sandbox is \`${allowed}\` (\`${mode}\` is not allowed here)`]),
  ];
  return {
    policy: { approvalPolicy, sandbox },
    lowered:
      lowered.length === 0
        ? null
        : `The operator's policy limits this thread: ${lowered.join("; ")}.`,
  };
}

/** The sandboxes as codex's built-in permission profiles. Called for `permissionProfile/list`. */
export function permissionProfiles(ceiling: OperatorPolicy): PermissionProfileSummary[] {
  const allowed = allowedSandboxes(ceiling);
  return order.map((mode) => ({
    id: profileId(mode),
    description: null,
    allowed: allowed.includes(mode),
  }));
}

/** The profile that is just this sandbox; null for one that a client put together itself. */
export function activeProfile(sandbox: SandboxPolicy): ActivePermissionProfile | null {
  const mode = sandboxMode(sandbox);
  return isDeepStrictEqual(sandbox, sandboxPolicy(mode))
    ? { id: profileId(mode), extends: null }
    : null;
}

/** What the bridge obeys. */
export function bridgePolicy(policy: ThreadPolicy): Pick<Settings, "approvals" | "sandbox"> {
  return {
    approvals: policy.approvalPolicy === "never" ? "auto" : "ask",
    sandbox: sandboxMode(policy.sandbox),
  };
}

/** The sandbox modes a client may ask for. */
export function allowedSandboxes({ sandbox }: OperatorPolicy): SandboxMode[] {
  return order.filter((mode) => lower(mode, sandbox) === mode);
}

function profileMode(request: PolicyRequest): SandboxMode | null {
  const { permissions, sandbox, sandboxPolicy: policy } = request;
  if (permissions == null) return null;
  if (sandbox != null || policy != null) {
    throw RpcError.invalidParams("permissions: cannot be combined with a sandbox");
  }
  const mode = order.find((known) => profileId(known) === permissions);
  if (mode !== undefined) return mode;
  const known = order.map(profileId).join(", ");
  throw RpcError.invalidParams(`permissions: unknown profile ${permissions}; there are ${known}`);
}

function profileId(mode: SandboxMode): string {
  return mode === "workspace-write" ? ":workspace" : `:${mode}`;
}

function lower(mode: SandboxMode, ceiling: SandboxMode): SandboxMode {
  return order.indexOf(mode) <= order.indexOf(ceiling) ? mode : ceiling;
}

function sandboxMode(policy: SandboxPolicy): SandboxMode {
  switch (policy.type) {
    case "readOnly":
      return "read-only";
    case "workspaceWrite":
      return "workspace-write";
    // An external sandbox is the client's claim; nothing here can check it.
    case "externalSandbox":
    case "dangerFullAccess":
      return "danger-full-access";
  }
}

function sandboxPolicy(mode: SandboxMode): SandboxPolicy {
  switch (mode) {
    case "read-only":
      return { type: "readOnly", networkAccess: false };
    case "workspace-write":
      return {
        type: "workspaceWrite",
        writableRoots: [],
        networkAccess: false,
        excludeTmpdirEnvVar: false,
        excludeSlashTmp: false,
      };
    case "danger-full-access":
      return { type: "dangerFullAccess" };
  }
}
