import type { SandboxPolicy } from "@fairlead/codex-proto";
import { RpcError } from "../errors.ts";

const unrestrictedProfile = ":danger-full-access";

/** What a request asks its command to be confined by. */
export interface SandboxRequest {
  readonly sandboxPolicy?: SandboxPolicy | null;
  readonly permissionProfile?: string | null;
}

/**
 * Refuses a request that asks for a sandbox: Fairlead has none, and running the command anyway
 * would be worse. A request that names no policy runs with the user's own rights.
 */
export function refuseSandbox({ sandboxPolicy, permissionProfile }: SandboxRequest): void {
  const hasPolicy = sandboxPolicy !== null && sandboxPolicy !== undefined;
  const hasProfile = permissionProfile !== null && permissionProfile !== undefined;
  if (hasPolicy && hasProfile) {
    throw RpcError.invalidRequest("`permissionProfile` cannot be combined with `sandboxPolicy`");
  }
  if (hasProfile && permissionProfile !== unrestrictedProfile) {
    throw refusal(`permissionProfile "${permissionProfile}"`);
  }
  if (!hasPolicy) return;
  switch (sandboxPolicy.type) {
    case "dangerFullAccess":
    case "externalSandbox":
      return;
    case "readOnly":
    case "workspaceWrite":
      throw refusal(`sandboxPolicy "${sandboxPolicy.type}"`);
  }
}

function refusal(asked: string): RpcError {
  return RpcError.invalidRequest(
    `the command was not run: it asks for ${asked}, and Fairlead has no sandbox to enforce that. ` +
      'Omit it or send sandboxPolicy {"type":"dangerFullAccess"} to run with the user\'s rights.',
  );
}
