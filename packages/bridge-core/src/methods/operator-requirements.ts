import type { AskForApproval, ConfigRequirements } from "@fairlead/codex-proto";
import { allowedSandboxes, type OperatorPolicy } from "../policy.ts";

const asking: AskForApproval[] = ["untrusted", "on-request"];

/**
 * The operator's limits in the words of the wire: clients do not offer what is not allowed. Called
 * for `configRequirements/read`.
 */
export function operatorRequirements(policy: OperatorPolicy): ConfigRequirements {
  return {
    ...unset,
    allowedApprovalsReviewers: ["user"],
    allowedApprovalPolicies: policy.approvals === "ask" ? asking : null,
    allowedSandboxModes: allowedSandboxes(policy),
  };
}

const unset: ConfigRequirements = {
  modelProvider: null,
  modelProviders: null,
  allowedLoginMethods: null,
  cliAuthCredentialsStore: null,
  chatgptBaseUrl: null,
  additionalDeveloperInstructions: null,
  allowedApprovalPolicies: null,
  allowedApprovalsReviewers: null,
  allowedSandboxModes: null,
  allowedWindowsSandboxImplementations: null,
  allowedPermissionProfiles: null,
  defaultPermissions: null,
  allowedWebSearchModes: null,
  allowManagedHooksOnly: null,
  allowBrowserAndComputerUse: null,
  allowAppshots: null,
  allowRemoteControl: null,
  computerUse: null,
  browserUse: null,
  inAppBrowser: null,
  featureRequirements: null,
  hooks: null,
  enforceResidency: null,
  network: null,
  application: null,
  autoReview: null,
  models: null,
  sqliteHome: null,
  logDir: null,
  modelCatalogJson: null,
  checkForUpdateOnStartup: null,
  allowLoginShell: null,
  feedback: null,
  otel: null,
};
