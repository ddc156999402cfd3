import type { AskForApproval, ConfigRequirements } from "@fairlead/codex-proto";
import { allowedSandboxes, type OperatorPolicy } from "../policy.ts";

const asking: AskForApproval[] = ["untrusted", "on-request"];

/** The operator's limits in the words of the wire; null when there is none. Called for `configRequirements/read`. */
export function operatorRequirements(policy: OperatorPolicy): ConfigRequirements | null {
  if (policy.approvals === "auto" && policy.sandbox === "danger-full-access") return null;
  return {
    ...unset,
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
