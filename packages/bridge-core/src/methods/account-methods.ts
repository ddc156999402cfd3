import type { Handlers } from "./handler.ts";

/**
 * What is true of accounts where every agent keeps its own login: there is none to choose or verify
 * here.
 */
export function accountMethods(): Handlers {
  return {
    "account/read": () => ({
      account: null,
      userId: null,
      requiresOpenaiAuth: false,
      workspaceRouting: null,
    }),
    getAuthStatus: () => ({ authMethod: null, authToken: null, requiresOpenaiAuth: false }),
    "account/bedrock/checkGovCloudRequirements": () => ({ isGovCloud: false, shouldWarn: false }),
    "userVerification/status": () => ({
      credentialId: null,
      unavailableReason: "providerUnavailable",
      unavailableMessage: "Fairlead verifies no users.",
    }),
  };
}
