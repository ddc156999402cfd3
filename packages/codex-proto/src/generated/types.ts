// generated from codex 0.169.0; do not edit
/* oxlint-disable */

export type AbsolutePathBuf = string;

export type Account =
  | { type: "apiKey" }
  | {
      type: "chatgpt";
      email: string | null;
      planType: PlanType;

      workspaceName: string | null;
    }
  | { type: "amazonBedrock"; usesCodexManagedCredentials: boolean }
  | { type: "gcp" };

export type AccountLoginCompletedNotification = {
  loginId: string | null;
  success: boolean;
  error: string | null;
  onboardingEntrypoint: DesktopOnboardingEntrypoint | null;
};

export type AccountRateLimitsUpdatedNotification = { rateLimits: RateLimitSnapshot };

export type AccountRoutingOverride = "NO_CONSTRAINT" | "us" | "us_cr";

export type AccountSecuritySetupAction = { label: string; url: string };

export type AccountSecuritySetupNotice = {
  accountId: string;
  userId: string;
  title: string;
  description: string;
  action: AccountSecuritySetupAction;
};

export type AccountSession = {
  sessionId: string;
  email: string | null;
  userId: string | null;
  displayName: string | null;
  imageUrl: string | null;
  lastUsedAt: number;
  isActive: boolean;
  selectedWorkspaceAccountId: string | null;
  workspaces: Array<AccountSessionWorkspace>;
};

export type AccountSessionWorkspace = {
  accountId: string;
  name: string | null;
  imageUrl: string | null;
  kind: AccountSessionWorkspaceKind | null;
};

export type AccountSessionWorkspaceKind = "personal" | "workspace";

export type AccountSessionsListParams = { refreshWorkspaceMetadata?: boolean };

export type AccountSessionsResponse = {
  activeSessionId: string | null;
  sessions: Array<AccountSession>;
};

export type AccountSessionsSwitchParams = {
  sessionId: string;

  accountId: string;

  allowBrowserLogin?: boolean;
};

export type AccountSessionsSwitchResponse =
  | { activeSessionId: string | null; sessions: Array<AccountSession> }
  | { loginId: string; authUrl: string };

export type AccountTokenUsageDailyBucket = { startDate: string; tokens: number };

export type AccountTokenUsageSummary = {
  lifetimeTokens: number | null;
  peakDailyTokens: number | null;
  longestRunningTurnSec: number | null;
  currentStreakDays: number | null;
  longestStreakDays: number | null;
};

export type AccountUpdatedNotification = { authMode: AuthMode | null; planType: PlanType | null };

export type ActivePermissionProfile = {
  id: string;

  extends: string | null;
};

export type AddCreditsNudgeCreditType = "credits" | "usage_limit";

export type AddCreditsNudgeEmailStatus = "sent" | "cooldown_active";

export type AdditionalContextEntry = {
  value: string;
  kind: AdditionalContextKind;

  name?: string | null;
};

export type AdditionalContextKind = "untrusted" | "application";

export type AdditionalFileSystemPermissions = {
  read: Array<LegacyAppPathString> | null;

  write: Array<LegacyAppPathString> | null;
  globScanMaxDepth?: number;
  entries?: Array<FileSystemSandboxEntry>;
};

export type AdditionalNetworkPermissions = { enabled: boolean | null };

export type AdditionalPermissionProfile = {
  network: AdditionalNetworkPermissions | null;
  fileSystem: AdditionalFileSystemPermissions | null;
};

export type AgentMessageDelivery = "async";

export type AgentMessageDeltaNotification = {
  threadId: string;
  turnId: string;
  itemId: string;
  delta: string;
};

export type AgentMessageDisplay = {
  action: string;
  blockType: string | null;
  cyberTrustedAccess: boolean | null;
  checkTrustedContacts: boolean | null;
};

export type AgentMessageInputContent =
  | { type: "input_text"; text: string }
  | { type: "encrypted_content"; encrypted_content: string };

export type AgentMessageModeration = { moderated: boolean; display: AgentMessageDisplay | null };

export type AgentPath = string;

export type AllowDenyRequirement = "allow" | "deny";

export type AnalyticsConfig = { enabled: boolean | null } & {
  [key in string]?:
    | number
    | string
    | boolean
    | Array<JsonValue>
    | { [key in string]?: JsonValue }
    | null;
};

export type AppBranding = {
  category: string | null;
  developer: string | null;
  website: string | null;
  privacyPolicy: string | null;
  termsOfService: string | null;
  isDiscoverableApp: boolean;
};

export type AppInfo = {
  id: string;
  name: string;
  description: string | null;
  logoUrl: string | null;
  logoUrlDark: string | null;
  iconAssets: { [key in string]?: string } | null;
  iconDarkAssets: { [key in string]?: string } | null;
  distributionChannel: string | null;
  branding: AppBranding | null;
  appMetadata: AppMetadata | null;
  labels: { [key in string]?: string } | null;
  installUrl: string | null;
  isAccessible: boolean;

  isEnabled: boolean;
  pluginDisplayNames: Array<string>;
};

export type AppLinksConfig = {
  [key in string]?: {
    approvals_reviewer: ApprovalsReviewer | null;
    default_tools_approval_mode: AppToolApproval | null;
  };
};

export type AppListUpdatedNotification = { data: Array<AppInfo> };

export type AppMetadata = {
  review: AppReview | null;
  categories: Array<string> | null;
  subCategories: Array<string> | null;
  seoDescription: string | null;
  screenshots: Array<AppScreenshot> | null;
  developer: string | null;
  version: string | null;
  versionId: string | null;
  versionNotes: string | null;
  firstPartyRequiresInstall: boolean | null;
  showInComposerWhenUnlinked: boolean | null;
};

export type AppReview = { status: string };

export type AppScreenshot = { url: string | null; fileId: string | null; userPrompt: string };

export type AppSummary = {
  id: string;
  name: string;
  description: string | null;
  installUrl: string | null;
  category: string | null;
};

export type AppTemplateSummary = {
  templateId: string;
  name: string;
  description: string | null;
  category: string | null;
  canonicalConnectorId: string | null;
  logoUrl: string | null;
  logoUrlDark: string | null;
  materializedAppIds: Array<string>;
  reason: AppTemplateUnavailableReason | null;
};

export type AppTemplateUnavailableReason = "NOT_CONFIGURED_FOR_WORKSPACE" | "NO_ACTIVE_WORKSPACE";

export type AppToolApproval = "auto" | "prompt" | "writes" | "approve";

export type AppToolSummary = {
  name: string;
  title: string | null;
  description: string;
  isEnabled: boolean;
  disabledReason: string | null;
  isReadOnly: boolean;
};

export type AppToolsConfig = {
  [key in string]?: { enabled: boolean | null; approval_mode: AppToolApproval | null };
};

export type ApplicationNetworkRequirements = {
  enabled: boolean;
  domains: { [key in string]?: NetworkDomainPermission };
};

export type ApplicationRequirements = {
  network: ApplicationNetworkRequirements | null;
  storage: ApplicationStorageRequirements | null;
};

export type ApplicationStorageRequirements = {
  defaultProjectParent: LegacyAppPathString | null;
  projectlessWorkspaceRoot: LegacyAppPathString | null;
};

export type ApplyPatchApprovalParams = {
  conversationId: ThreadId;

  callId: string;
  fileChanges: { [key in string]?: FileChange };

  reason: string | null;

  grantRoot: string | null;
};

export type ApplyPatchApprovalResponse = { decision: ReviewDecision };

export type ApprovalsReviewer = "user" | "auto_review" | "guardian_subagent";

export type AppsConfig = { _default: AppsDefaultConfig | null } & {
  [key in string]?: {
    enabled: boolean;

    omit_tools_from: Array<ToolExposureSurface> | null;
    approvals_reviewer: ApprovalsReviewer | null;
    destructive_enabled: boolean | null;
    open_world_enabled: boolean | null;
    default_tools_approval_mode: AppToolApproval | null;
    default_tools_enabled: boolean | null;
    tools: AppToolsConfig | null;

    links: AppLinksConfig | null;
  };
};

export type AppsDefaultConfig = {
  enabled: boolean;
  approvals_reviewer: ApprovalsReviewer | null;
  destructive_enabled: boolean;
  open_world_enabled: boolean;
  default_tools_approval_mode: AppToolApproval | null;
};

export type AppsInstalledParams = {
  threadId?: string | null;

  forceRefresh?: boolean;
};

export type AppsInstalledResponse = { apps: Array<InstalledApp> };

export type AppsListParams = {
  cursor?: string | null;

  limit?: number | null;

  threadId?: string | null;

  forceRefetch?: boolean;
};

export type AppsListResponse = {
  data: Array<AppInfo>;

  nextCursor: string | null;
};

export type AppsReadParams = {
  appIds: Array<string>;

  threadId?: string | null;

  includeTools?: boolean;
};

export type AppsReadResponse = { apps: Array<ConnectorMetadata>; missingAppIds: Array<string> };

export type AskForApproval =
  | "untrusted"
  | "on-request"
  | {
      granular: {
        sandbox_approval: boolean;
        rules: boolean;
        skill_approval: boolean;
        request_permissions: boolean;
        mcp_elicitations: boolean;
      };
    }
  | "never";

export type AsyncUserInputQuestion = { title: string; options: Array<string> | null };

export type AttestationGenerateParams = Record<string, never>;

export type AttestationGenerateResponse = {
  token: string;
};

export type AuthMode =
  | "apikey"
  | "chatgpt"
  | "chatgptAuthTokens"
  | "headers"
  | "agentIdentity"
  | "personalAccessToken"
  | "bedrockApiKey"
  | "bedrockAccessKeys";

export type AuthRecoveryNotification = {
  threadId: string;
  turnId: string;
  provider: string;
  message: string;
};

export type AutoCompactTokenLimitScope = "total" | "body_after_prefix";

export type AutoReviewDecisionSource = "agent";

export type AutoReviewRequirements = {
  requiredOnModels: Array<string> | null;
  ignoreRules: Array<string> | null;
};

export type AwsCredentialType = "accessKeys" | "bedrockApiKey";

export type BedrockAwsProfile = { name: string; region: string | null };

export type BedrockCheckGovCloudRequirementsParams = Record<string, never>;

export type BedrockCheckGovCloudRequirementsResponse = {
  isGovCloud: boolean;

  shouldWarn: boolean;
};

export type BedrockDiscoverParams = Record<string, never>;

export type BedrockDiscoverResponse = {
  profiles: Array<BedrockAwsProfile>;
  environmentCredentials: Array<BedrockEnvironmentCredential>;
};

export type BedrockEnvironmentCredential = { type: AwsCredentialType; region: string | null };

export type BedrockProviderId = "amazon-bedrock" | "amazon-bedrock-runtime";

export type BedrockSettingsParams = {
  providerId: BedrockProviderId;
  profile?: string | null;
  region?: string | null;
};

export type BedrockSetupParams =
  | { type: "profile"; profile: string; region: string }
  | { type: "environment"; region: string };

export type BedrockSetupResponse = Record<string, never>;

export type BrowserUseAccessApprovalLifetime = "turn" | "thread";

export type BrowserUseConfig = {
  allow_history_access: boolean | null;
  default_origin_policy: BrowserUseOriginPolicyConfig | null;
  origins: { [key in string]?: BrowserUseOriginPolicyConfig } | null;
};

export type BrowserUseExtensionRequirements = { requestHeaders: Array<RequestHeader> | null };

export type BrowserUseOriginPolicy = {
  access: AllowDenyRequirement | null;
  downloads: AllowDenyRequirement | null;
  uploads: AllowDenyRequirement | null;
  fullCdpAccess: AllowDenyRequirement | null;
  autoReview: AllowDenyRequirement | null;
  persistentApproval: boolean | null;
  accessApprovalLifetime: BrowserUseAccessApprovalLifetime | null;
};

export type BrowserUseOriginPolicyConfig = {
  access: AllowDenyRequirement | null;
  downloads: AllowDenyRequirement | null;
  uploads: AllowDenyRequirement | null;
  full_cdp_access: AllowDenyRequirement | null;
};

export type BrowserUseRequirements = {
  extension: BrowserUseExtensionRequirements | null;
  allowWebmcp: boolean | null;
  allowHistoryAccess: boolean | null;
  disableAutoReview: boolean | null;
  allowGlobalPersistentApproval: boolean | null;
  defaultOriginPolicy: BrowserUseOriginPolicy | null;
  origins: { [key in string]?: BrowserUseOriginPolicy } | null;
};

export type ByteRange = { start: number; end: number };

export type CancelLoginAccountParams = { loginId: string };

export type CancelLoginAccountResponse = { status: CancelLoginAccountStatus };

export type CancelLoginAccountStatus = "canceled" | "notFound";

export type CapabilityRootLocation = {
  type: "environment";
  environmentId: string;

  path: string;
};

export type ChatgptAuthTokensRefreshParams = {
  reason: ChatgptAuthTokensRefreshReason;

  previousAccountId?: string | null;
};

export type ChatgptAuthTokensRefreshReason = "unauthorized";

export type ChatgptAuthTokensRefreshResponse = {
  accessToken: string;
  chatgptAccountId: string;
  chatgptPlanType: string | null;
};

export type CliAuthCredentialsStoreMode = "file" | "keyring" | "auto" | "ephemeral";

export type ClientInfo = { name: string; title: string | null; version: string };

export type ClientNotification = { method: "initialized" };

export type ClientRequest =
  | { method: "initialize"; id: RequestId; params: InitializeParams }
  | { method: "server/diagnostics"; id: RequestId; params: ServerDiagnosticsParams }
  | { method: "userVerification/status"; id: RequestId; params: UserVerificationStatusParams }
  | { method: "userVerification/enroll"; id: RequestId; params: UserVerificationEnrollParams }
  | { method: "userVerification/delete"; id: RequestId; params: UserVerificationDeleteParams }
  | { method: "userVerification/verify"; id: RequestId; params: UserVerificationVerifyParams }
  | { method: "userVerification/cancel"; id: RequestId; params: UserVerificationCancelParams }
  | { method: "thread/start"; id: RequestId; params: ThreadStartParams }
  | { method: "thread/resume"; id: RequestId; params: ThreadResumeParams }
  | { method: "thread/fork"; id: RequestId; params: ThreadForkParams }
  | { method: "thread/sample"; id: RequestId; params: ThreadSampleParams }
  | { method: "thread/sample/cancel"; id: RequestId; params: ThreadSampleCancelParams }
  | { method: "thread/archive"; id: RequestId; params: ThreadArchiveParams }
  | { method: "thread/delete"; id: RequestId; params: ThreadDeleteParams }
  | { method: "thread/unsubscribe"; id: RequestId; params: ThreadUnsubscribeParams }
  | {
      method: "thread/increment_elicitation";
      id: RequestId;
      params: ThreadIncrementElicitationParams;
    }
  | {
      method: "thread/decrement_elicitation";
      id: RequestId;
      params: ThreadDecrementElicitationParams;
    }
  | { method: "thread/name/set"; id: RequestId; params: ThreadSetNameParams }
  | { method: "thread/prediction/request"; id: RequestId; params: ThreadPredictionRequestParams }
  | { method: "thread/goal/set"; id: RequestId; params: ThreadGoalSetParams }
  | { method: "thread/goal/get"; id: RequestId; params: ThreadGoalGetParams }
  | { method: "thread/goal/clear"; id: RequestId; params: ThreadGoalClearParams }
  | { method: "thread/queue/add"; id: RequestId; params: ThreadQueueAddParams }
  | { method: "thread/queue/list"; id: RequestId; params: ThreadQueueListParams }
  | { method: "thread/queue/update"; id: RequestId; params: ThreadQueueUpdateParams }
  | { method: "thread/queue/delete"; id: RequestId; params: ThreadQueueDeleteParams }
  | { method: "thread/queue/reorder"; id: RequestId; params: ThreadQueueReorderParams }
  | { method: "thread/queue/start"; id: RequestId; params: ThreadQueueStartParams }
  | { method: "thread/metadata/update"; id: RequestId; params: ThreadMetadataUpdateParams }
  | { method: "thread/attachment/add"; id: RequestId; params: ThreadAttachmentAddParams }
  | { method: "thread/attachment/list"; id: RequestId; params: ThreadAttachmentListParams }
  | {
      method: "thread/attachmentOwner/list";
      id: RequestId;
      params: ThreadAttachmentOwnerListParams;
    }
  | { method: "thread/attachment/remove"; id: RequestId; params: ThreadAttachmentRemoveParams }
  | { method: "thread/section/move"; id: RequestId; params: ThreadSectionMoveParams }
  | { method: "thread/settings/update"; id: RequestId; params: ThreadSettingsUpdateParams }
  | { method: "thread/memoryMode/set"; id: RequestId; params: ThreadMemoryModeSetParams }
  | { method: "thread/memory/read"; id: RequestId; params: ThreadMemoryReadParams }
  | { method: "memory/status"; id: RequestId; params: MemoryStatusParams }
  | { method: "memory/reset"; id: RequestId; params: undefined }
  | { method: "rollout/compress"; id: RequestId; params: undefined }
  | { method: "thread/unarchive"; id: RequestId; params: ThreadUnarchiveParams }
  | { method: "thread/compact/start"; id: RequestId; params: ThreadCompactStartParams }
  | { method: "thread/shellCommand"; id: RequestId; params: ThreadShellCommandParams }
  | {
      method: "thread/approveGuardianDeniedAction";
      id: RequestId;
      params: ThreadApproveGuardianDeniedActionParams;
    }
  | {
      method: "thread/backgroundTerminals/clean";
      id: RequestId;
      params: ThreadBackgroundTerminalsCleanParams;
    }
  | {
      method: "thread/backgroundTerminals/list";
      id: RequestId;
      params: ThreadBackgroundTerminalsListParams;
    }
  | {
      method: "thread/backgroundTerminals/terminate";
      id: RequestId;
      params: ThreadBackgroundTerminalsTerminateParams;
    }
  | { method: "thread/revert"; id: RequestId; params: ThreadRevertParams }
  | { method: "thread/list"; id: RequestId; params: ThreadListParams }
  | { method: "project/list"; id: RequestId; params: ProjectListParams }
  | { method: "project/read"; id: RequestId; params: ProjectReadParams }
  | { method: "project/create"; id: RequestId; params: ProjectCreateParams }
  | { method: "project/import"; id: RequestId; params: ProjectImportParams }
  | { method: "project/update"; id: RequestId; params: ProjectUpdateParams }
  | { method: "project/move"; id: RequestId; params: ProjectMoveParams }
  | { method: "project/delete"; id: RequestId; params: ProjectDeleteParams }
  | { method: "threadSection/list"; id: RequestId; params: ThreadSectionListParams }
  | { method: "threadSection/create"; id: RequestId; params: ThreadSectionCreateParams }
  | { method: "threadSection/update"; id: RequestId; params: ThreadSectionUpdateParams }
  | { method: "threadSection/delete"; id: RequestId; params: ThreadSectionDeleteParams }
  | { method: "thread/search"; id: RequestId; params: ThreadSearchParams }
  | { method: "thread/searchOccurrences"; id: RequestId; params: ThreadSearchOccurrencesParams }
  | { method: "thread/loaded/list"; id: RequestId; params: ThreadLoadedListParams }
  | { method: "thread/read"; id: RequestId; params: ThreadReadParams }
  | { method: "thread/readState/update"; id: RequestId; params: ThreadReadStateUpdateParams }
  | { method: "thread/turns/list"; id: RequestId; params: ThreadTurnsListParams }
  | { method: "thread/items/list"; id: RequestId; params: ThreadItemsListParams }
  | { method: "thread/items/read"; id: RequestId; params: ThreadItemsReadParams }
  | { method: "thread/guardianReview"; id: RequestId; params: ThreadGuardianReviewParams }
  | { method: "thread/inject_items"; id: RequestId; params: ThreadInjectItemsParams }
  | { method: "thread/prepareApprovedPlan"; id: RequestId; params: ThreadPrepareApprovedPlanParams }
  | { method: "skills/list"; id: RequestId; params: SkillsListParams }
  | { method: "skills/extraRoots/set"; id: RequestId; params: SkillsExtraRootsSetParams }
  | { method: "hooks/list"; id: RequestId; params: HooksListParams }
  | { method: "marketplace/add"; id: RequestId; params: MarketplaceAddParams }
  | { method: "marketplace/remove"; id: RequestId; params: MarketplaceRemoveParams }
  | { method: "marketplace/upgrade"; id: RequestId; params: MarketplaceUpgradeParams }
  | { method: "plugin/list"; id: RequestId; params: PluginListParams }
  | { method: "plugin/search"; id: RequestId; params: PluginSearchParams }
  | { method: "plugin/installed"; id: RequestId; params: PluginInstalledParams }
  | { method: "plugin/reconcile"; id: RequestId; params: PluginReconcileParams }
  | { method: "plugin/read"; id: RequestId; params: PluginReadParams }
  | { method: "plugin/skill/read"; id: RequestId; params: PluginSkillReadParams }
  | { method: "plugin/share/save"; id: RequestId; params: PluginShareSaveParams }
  | { method: "plugin/share/updateTargets"; id: RequestId; params: PluginShareUpdateTargetsParams }
  | { method: "plugin/share/list"; id: RequestId; params: PluginShareListParams }
  | { method: "plugin/share/checkout"; id: RequestId; params: PluginShareCheckoutParams }
  | { method: "plugin/share/delete"; id: RequestId; params: PluginShareDeleteParams }
  | { method: "app/read"; id: RequestId; params: AppsReadParams }
  | { method: "app/list"; id: RequestId; params: AppsListParams }
  | { method: "app/installed"; id: RequestId; params: AppsInstalledParams }
  | { method: "fs/readFile"; id: RequestId; params: FsReadFileParams }
  | { method: "fs/writeFile"; id: RequestId; params: FsWriteFileParams }
  | { method: "fs/createDirectory"; id: RequestId; params: FsCreateDirectoryParams }
  | { method: "fs/getMetadata"; id: RequestId; params: FsGetMetadataParams }
  | { method: "fs/readDirectory"; id: RequestId; params: FsReadDirectoryParams }
  | { method: "fs/remove"; id: RequestId; params: FsRemoveParams }
  | { method: "fs/copy"; id: RequestId; params: FsCopyParams }
  | { method: "fs/watch"; id: RequestId; params: FsWatchParams }
  | { method: "fs/unwatch"; id: RequestId; params: FsUnwatchParams }
  | { method: "skills/config/write"; id: RequestId; params: SkillsConfigWriteParams }
  | { method: "plugin/install"; id: RequestId; params: PluginInstallParams }
  | { method: "plugin/uninstall"; id: RequestId; params: PluginUninstallParams }
  | { method: "turn/start"; id: RequestId; params: TurnStartParams }
  | { method: "turn/settings/update"; id: RequestId; params: TurnSettingsUpdateParams }
  | { method: "turn/steer"; id: RequestId; params: TurnSteerParams }
  | { method: "turn/interrupt"; id: RequestId; params: TurnInterruptParams }
  | { method: "thread/realtime/start"; id: RequestId; params: ThreadRealtimeStartParams }
  | {
      method: "thread/realtime/appendAudio";
      id: RequestId;
      params: ThreadRealtimeAppendAudioParams;
    }
  | { method: "thread/realtime/appendText"; id: RequestId; params: ThreadRealtimeAppendTextParams }
  | {
      method: "thread/realtime/appendSpeech";
      id: RequestId;
      params: ThreadRealtimeAppendSpeechParams;
    }
  | { method: "thread/realtime/stop"; id: RequestId; params: ThreadRealtimeStopParams }
  | { method: "thread/timeline/list"; id: RequestId; params: ThreadTimelineListParams }
  | { method: "thread/realtime/listVoices"; id: RequestId; params: ThreadRealtimeListVoicesParams }
  | { method: "review/start"; id: RequestId; params: ReviewStartParams }
  | { method: "model/list"; id: RequestId; params: ModelListParams }
  | {
      method: "account/gatewayOAuth/read";
      id: RequestId;
      params?: GatewayOAuthReadParams | null | undefined;
    }
  | {
      method: "account/gatewayOAuth/login";
      id: RequestId;
      params?: GatewayOAuthLoginParams | null | undefined;
    }
  | { method: "account/gatewayOAuth/cancel"; id: RequestId; params: undefined }
  | { method: "modelProvider/list"; id: RequestId; params: ModelProviderListParams }
  | { method: "modelProvider/config/write"; id: RequestId; params: ModelProviderConfigWriteParams }
  | {
      method: "modelProvider/capabilities/read";
      id: RequestId;
      params: ModelProviderCapabilitiesReadParams;
    }
  | { method: "experimentalFeature/list"; id: RequestId; params: ExperimentalFeatureListParams }
  | { method: "permissionProfile/list"; id: RequestId; params: PermissionProfileListParams }
  | {
      method: "experimentalFeature/enablement/set";
      id: RequestId;
      params: ExperimentalFeatureEnablementSetParams;
    }
  | { method: "remoteControl/enable"; id: RequestId; params: RemoteControlEnableParams | null }
  | { method: "remoteControl/disable"; id: RequestId; params: RemoteControlDisableParams | null }
  | { method: "remoteControl/status/read"; id: RequestId; params: undefined }
  | {
      method: "remoteControl/pairing/start";
      id: RequestId;
      params: RemoteControlPairingStartParams;
    }
  | {
      method: "remoteControl/pairing/status";
      id: RequestId;
      params: RemoteControlPairingStatusParams;
    }
  | { method: "remoteControl/client/list"; id: RequestId; params: RemoteControlClientsListParams }
  | {
      method: "remoteControl/client/revoke";
      id: RequestId;
      params: RemoteControlClientsRevokeParams;
    }
  | { method: "collaborationMode/list"; id: RequestId; params: CollaborationModeListParams }
  | { method: "mock/experimentalMethod"; id: RequestId; params: MockExperimentalMethodParams }
  | { method: "environment/add"; id: RequestId; params: EnvironmentAddParams }
  | { method: "environment/info"; id: RequestId; params: EnvironmentInfoParams }
  | { method: "environment/status"; id: RequestId; params: EnvironmentStatusParams }
  | { method: "mcpServer/oauth/login"; id: RequestId; params: McpServerOauthLoginParams }
  | { method: "config/mcpServer/reload"; id: RequestId; params: undefined }
  | { method: "mcpServerStatus/list"; id: RequestId; params: ListMcpServerStatusParams }
  | { method: "mcpServer/resource/read"; id: RequestId; params: McpResourceReadParams }
  | {
      method: "mcpServer/event/stream/start";
      id: RequestId;
      params: McpServerEventStreamStartParams;
    }
  | { method: "mcpServer/event/stream/stop"; id: RequestId; params: McpServerEventStreamStopParams }
  | { method: "mcpServer/tool/call"; id: RequestId; params: McpServerToolCallParams }
  | { method: "windowsSandbox/setupStart"; id: RequestId; params: WindowsSandboxSetupStartParams }
  | { method: "windowsSandbox/readiness"; id: RequestId; params: undefined }
  | { method: "account/login/start"; id: RequestId; params: LoginAccountParams }
  | { method: "account/bedrock/discover"; id: RequestId; params: BedrockDiscoverParams }
  | { method: "account/bedrock/setup"; id: RequestId; params: BedrockSetupParams }
  | { method: "account/gcp/setup"; id: RequestId; params: GcpSetupParams }
  | {
      method: "account/bedrock/checkGovCloudRequirements";
      id: RequestId;
      params: BedrockCheckGovCloudRequirementsParams;
    }
  | { method: "account/login/cancel"; id: RequestId; params: CancelLoginAccountParams }
  | { method: "accountSession/list"; id: RequestId; params: AccountSessionsListParams }
  | { method: "accountSession/switch"; id: RequestId; params: AccountSessionsSwitchParams }
  | { method: "account/logout"; id: RequestId; params: undefined }
  | { method: "account/securitySetup/read"; id: RequestId; params: undefined }
  | {
      method: "account/rateLimits/read";
      id: RequestId;
      params?: GetAccountRateLimitsParams | undefined;
    }
  | {
      method: "account/rateLimitResetCredit/consume";
      id: RequestId;
      params: ConsumeAccountRateLimitResetCreditParams;
    }
  | { method: "account/usage/read"; id: RequestId; params?: GetAccountTokenUsageParams | undefined }
  | { method: "account/workspaceMessages/read"; id: RequestId; params: undefined }
  | {
      method: "account/sendAddCreditsNudgeEmail";
      id: RequestId;
      params: SendAddCreditsNudgeEmailParams;
    }
  | { method: "feedback/upload"; id: RequestId; params: FeedbackUploadParams }
  | { method: "feedback/save"; id: RequestId; params: FeedbackSaveParams }
  | { method: "command/exec"; id: RequestId; params: CommandExecParams }
  | { method: "command/exec/write"; id: RequestId; params: CommandExecWriteParams }
  | { method: "command/exec/terminate"; id: RequestId; params: CommandExecTerminateParams }
  | { method: "command/exec/resize"; id: RequestId; params: CommandExecResizeParams }
  | { method: "process/spawn"; id: RequestId; params: ProcessSpawnParams }
  | { method: "process/writeStdin"; id: RequestId; params: ProcessWriteStdinParams }
  | { method: "process/kill"; id: RequestId; params: ProcessKillParams }
  | { method: "process/resizePty"; id: RequestId; params: ProcessResizePtyParams }
  | { method: "config/read"; id: RequestId; params: ConfigReadParams }
  | { method: "externalAgentConfig/detect"; id: RequestId; params: ExternalAgentConfigDetectParams }
  | { method: "externalAgentConfig/import"; id: RequestId; params: ExternalAgentConfigImportParams }
  | {
      method: "externalAgentConfig/import/recordHistory";
      id: RequestId;
      params: ExternalAgentConfigImportHistoryRecordParams;
    }
  | { method: "externalAgentConfig/import/readHistories"; id: RequestId; params: undefined }
  | { method: "config/value/write"; id: RequestId; params: ConfigValueWriteParams }
  | { method: "config/batchWrite"; id: RequestId; params: ConfigBatchWriteParams }
  | { method: "configRequirements/read"; id: RequestId; params: undefined }
  | { method: "account/read"; id: RequestId; params: GetAccountParams }
  | { method: "getConversationSummary"; id: RequestId; params: GetConversationSummaryParams }
  | { method: "gitDiffToRemote"; id: RequestId; params: GitDiffToRemoteParams }
  | { method: "getAuthStatus"; id: RequestId; params: GetAuthStatusParams }
  | { method: "fuzzyFileSearch"; id: RequestId; params: FuzzyFileSearchParams }
  | {
      method: "fuzzyFileSearch/sessionStart";
      id: RequestId;
      params: FuzzyFileSearchSessionStartParams;
    }
  | {
      method: "fuzzyFileSearch/sessionUpdate";
      id: RequestId;
      params: FuzzyFileSearchSessionUpdateParams;
    }
  | {
      method: "fuzzyFileSearch/sessionStop";
      id: RequestId;
      params: FuzzyFileSearchSessionStopParams;
    };

export type CodexErrorInfo =
  | "contextWindowExceeded"
  | "sessionBudgetExceeded"
  | "usageLimitExceeded"
  | "rateLimitExceeded"
  | "flexUnavailable"
  | "serverOverloaded"
  | "modelNotFound"
  | "policyCapacityUnavailable"
  | "inferenceHookDenied"
  | "cyberPolicy"
  | "misalignmentPolicyViolation"
  | "tooManyDenials"
  | { httpConnectionFailed: { httpStatusCode: number | null } }
  | { responseStreamConnectionFailed: { httpStatusCode: number | null } }
  | "internalServerError"
  | "unauthorized"
  | "badRequest"
  | "threadRollbackFailed"
  | "sandboxError"
  | { responseStreamDisconnected: { httpStatusCode: number | null } }
  | { responseTooManyFailedAttempts: { httpStatusCode: number | null } }
  | { activeTurnNotSteerable: { turnKind: NonSteerableTurnKind } }
  | "other"
  | string
  | { [key: string]: unknown };

export type CodexResponseHandoffMode = "thinking" | "commentary" | "bemTags";

export type CollabAgentState = { status: CollabAgentStatus; message: string | null };

export type CollabAgentStatus =
  | "pendingInit"
  | "running"
  | "interrupted"
  | "completed"
  | "errored"
  | "shutdown"
  | "notFound";

export type CollabAgentTool =
  | "spawnAgent"
  | "sendInput"
  | "resumeAgent"
  | "wait"
  | "closeAgent"
  | "sendMessage"
  | "followupTask"
  | "interruptAgent"
  | "listAgents";

export type CollabAgentToolCallStatus = "inProgress" | "completed" | "failed" | "interrupted";

export type CollaborationMode = { mode: ModeKind; settings: Settings };

export type CollaborationModeListParams = Record<string, never>;

export type CollaborationModeListResponse = { data: Array<CollaborationModeMask> };

export type CollaborationModeMask = {
  name: string;
  mode: ModeKind | null;
  model: string | null;
  reasoning_effort: ReasoningEffort | null;
};

export type CommandAction =
  | { type: "read"; command: string; name: string; path: LegacyAppPathString }
  | { type: "listFiles"; command: string; path: string | null }
  | { type: "search"; command: string; query: string | null; path: string | null }
  | { type: "unknown"; command: string };

export type CommandExecOutputDeltaNotification = {
  processId: string;

  stream: CommandExecOutputStream;

  deltaBase64: string;

  capReached: boolean;
};

export type CommandExecOutputStream = "stdout" | "stderr";

export type CommandExecParams = {
  command: Array<string>;

  processId?: string | null;

  tty?: boolean;

  streamStdin?: boolean;

  streamStdoutStderr?: boolean;

  outputBytesCap?: number | null;

  disableOutputCap?: boolean;

  disableTimeout?: boolean;

  timeoutMs?: number | null;

  cwd?: string | null;

  env?: { [key in string]?: string | null } | null;

  size?: CommandExecTerminalSize | null;

  sandboxPolicy?: SandboxPolicy | null;

  permissionProfile?: string | null;
};

export type CommandExecResizeParams = {
  processId: string;

  size: CommandExecTerminalSize;
};

export type CommandExecResizeResponse = Record<string, never>;

export type CommandExecResponse = {
  exitCode: number;

  stdout: string;

  stderr: string;
};

export type CommandExecTerminalSize = {
  rows: number;

  cols: number;
};

export type CommandExecTerminateParams = {
  processId: string;
};

export type CommandExecTerminateResponse = Record<string, never>;

export type CommandExecWriteParams = {
  processId: string;

  deltaBase64?: string | null;

  closeStdin?: boolean;
};

export type CommandExecWriteResponse = Record<string, never>;

export type CommandExecutionApprovalDecision =
  | "accept"
  | "acceptForSession"
  | { acceptWithExecpolicyAmendment: { execpolicy_amendment: ExecPolicyAmendment } }
  | { applyNetworkPolicyAmendment: { network_policy_amendment: NetworkPolicyAmendment } }
  | "decline"
  | "cancel";

export type CommandExecutionApprovalKind = "command" | "humanCommand" | "writeStdin";

export type CommandExecutionOutputDeltaNotification = {
  threadId: string;
  turnId: string;
  itemId: string;
  delta: string;
};

export type CommandExecutionRequestApprovalParams = {
  kind: CommandExecutionApprovalKind;
  threadId: string;
  turnId: string;
  itemId: string;

  startedAtMs: number;

  approvalId?: string | null;

  environmentId: string | null;

  reason?: string | null;

  networkApprovalContext?: NetworkApprovalContext | null;

  command?: string | null;

  cwd?: LegacyAppPathString | null;

  commandActions?: Array<CommandAction> | null;

  additionalPermissions?: AdditionalPermissionProfile | null;

  proposedExecpolicyAmendment?: ExecPolicyAmendment | null;

  proposedNetworkPolicyAmendments?: Array<NetworkPolicyAmendment> | null;

  availableDecisions?: Array<CommandExecutionApprovalDecision> | null;
};

export type CommandExecutionRequestApprovalResponse = {
  decision: CommandExecutionApprovalDecision;
};

export type CommandExecutionSource =
  | "agent"
  | "userShell"
  | "unifiedExecStartup"
  | "unifiedExecInteraction";

export type CommandExecutionStatus = "inProgress" | "completed" | "failed" | "declined";

export type CommandMigration = { name: string };

export type ComputerUseConfig = {
  default_app_access: AllowDenyRequirement | null;
  macos: ComputerUseMacosConfig | null;
  windows: ComputerUseWindowsConfig | null;
};

export type ComputerUseMacosConfig = {
  bundle_ids: { [key in string]?: AllowDenyRequirement } | null;
};

export type ComputerUseMacosRequirements = {
  bundleIds: { [key in string]?: AllowDenyRequirement } | null;
};

export type ComputerUseRequirements = {
  allowLockedComputerUse: boolean | null;
  allowPersistentApproval: boolean | null;
  defaultAppAccess: AllowDenyRequirement | null;
  macos: ComputerUseMacosRequirements | null;
  windows: ComputerUseWindowsRequirements | null;
};

export type ComputerUseWindowsConfig = {
  aumids: { [key in string]?: AllowDenyRequirement } | null;
  exes: Array<ComputerUseWindowsExeConfig> | null;
};

export type ComputerUseWindowsExeConfig = {
  publisher_name: string;
  product_name: string;
  binary_name: string | null;
  access: AllowDenyRequirement;
};

export type ComputerUseWindowsExeRequirement = {
  publisherName: string;
  productName: string;
  binaryName: string | null;
  access: AllowDenyRequirement;
};

export type ComputerUseWindowsRequirements = {
  aumids: { [key in string]?: AllowDenyRequirement } | null;
  exes: Array<ComputerUseWindowsExeRequirement> | null;
};

export type Config = {
  model: string | null;
  review_model: string | null;
  model_context_window: number | null;
  model_auto_compact_token_limit: number | null;
  model_auto_compact_token_limit_scope: AutoCompactTokenLimitScope | null;
  model_provider: string | null;
  approval_policy: AskForApproval | null;

  approvals_reviewer: ApprovalsReviewer | null;
  sandbox_mode: SandboxMode | null;
  sandbox_workspace_write: SandboxWorkspaceWrite | null;
  forced_chatgpt_workspace_id: ForcedChatgptWorkspaceIds | null;
  forced_login_method: ForcedLoginMethod | null;
  web_search: WebSearchMode | null;

  client_search_provider: WebSearchProvider | null;
  tools: ToolsV2 | null;
  instructions: string | null;
  developer_instructions: string | null;
  compact_prompt: string | null;
  model_reasoning_effort: ReasoningEffort | null;
  model_reasoning_summary: ReasoningSummary | null;
  model_verbosity: Verbosity | null;
  service_tier: string | null;
  analytics: AnalyticsConfig | null;
  apps: AppsConfig | null;
  browser_use: BrowserUseConfig | null;
  computer_use: ComputerUseConfig | null;
  desktop: { [key in string]?: JsonValue } | null;
} & {
  [key in string]?:
    | number
    | string
    | boolean
    | Array<JsonValue>
    | { [key in string]?: JsonValue }
    | null;
};

export type ConfigBatchWriteParams = {
  edits: Array<ConfigEdit>;

  filePath?: string | null;
  expectedVersion?: string | null;

  reloadUserConfig?: boolean;
};

export type ConfigEdit = { keyPath: string; value: JsonValue; mergeStrategy: MergeStrategy };

export type ConfigLayer = {
  name: ConfigLayerSource;
  version: string;
  config: JsonValue;
  disabledReason: string | null;
};

export type ConfigLayerMetadata = { name: ConfigLayerSource; version: string };

export type ConfigLayerSource =
  | {
      type: "packagedDefaults";

      file: AbsolutePathBuf;
    }
  | { type: "mdm"; domain: string; key: string }
  | {
      type: "system";

      file: AbsolutePathBuf;
    }
  | {
      type: "enterpriseManaged";

      id: string;

      name: string;
    }
  | {
      type: "user";

      file: AbsolutePathBuf;

      profile: string | null;
    }
  | { type: "project"; dotCodexFolder: AbsolutePathBuf }
  | { type: "sessionFlags" }
  | { type: "legacyManagedConfigTomlFromFile"; file: AbsolutePathBuf }
  | { type: "legacyManagedConfigTomlFromMdm" };

export type ConfigReadParams = {
  includeLayers?: boolean;

  cwd?: string | null;
};

export type ConfigReadResponse = {
  config: Config;
  origins: { [key in string]?: ConfigLayerMetadata };
  layers: Array<ConfigLayer> | null;
};

export type ConfigRequirements = {
  modelProvider: string | null;

  modelProviders: { [key in string]?: JsonValue } | null;

  allowedLoginMethods: Array<ForcedLoginMethod> | null;
  cliAuthCredentialsStore: CliAuthCredentialsStoreMode | null;
  chatgptBaseUrl: string | null;
  additionalDeveloperInstructions: string | null;
  allowedApprovalPolicies: Array<AskForApproval> | null;
  allowedApprovalsReviewers: Array<ApprovalsReviewer> | null;
  allowedSandboxModes: Array<SandboxMode> | null;
  allowedWindowsSandboxImplementations: Array<WindowsSandboxImplementation> | null;
  allowedPermissionProfiles: { [key in string]?: boolean } | null;
  defaultPermissions: string | null;
  allowedWebSearchModes: Array<WebSearchMode> | null;
  allowManagedHooksOnly: boolean | null;
  allowBrowserAndComputerUse: boolean | null;
  allowAppshots: boolean | null;
  allowRemoteControl: boolean | null;
  computerUse: ComputerUseRequirements | null;
  browserUse: BrowserUseRequirements | null;
  inAppBrowser: InAppBrowserRequirements | null;
  featureRequirements: { [key in string]?: boolean } | null;
  hooks: ManagedHooksRequirements | null;
  enforceResidency: ResidencyRequirement | null;
  network: NetworkRequirements | null;
  application: ApplicationRequirements | null;
  autoReview: AutoReviewRequirements | null;
  models: ModelsRequirements | null;
  sqliteHome: PathUri | null;
  logDir: PathUri | null;
  modelCatalogJson: PathUri | null;
  checkForUpdateOnStartup: boolean | null;
  allowLoginShell: boolean | null;
  feedback: FeedbackRequirements | null;
  otel: OtelRequirements | null;
};

export type ConfigRequirementsReadResponse = {
  supportsIndependentSpeedModes: boolean | null;

  requirements: ConfigRequirements | null;
};

export type ConfigValueWriteParams = {
  keyPath: string;
  value: JsonValue;
  mergeStrategy: MergeStrategy;

  filePath?: string | null;
  expectedVersion?: string | null;
};

export type ConfigWarningNotification = {
  summary: string;

  details: string | null;

  path?: string;

  range?: TextRange;
};

export type ConfigWriteResponse = {
  status: WriteStatus;
  version: string;

  filePath: AbsolutePathBuf;
  overriddenMetadata: OverriddenMetadata | null;
};

export type ConfigurationReasoning = { effort: ReasoningEffort };

export type ConfiguredHookHandler =
  | {
      type: "command";
      command: string;
      commandWindows: string | null;
      timeoutSec: number | null;
      async: boolean;
      statusMessage: string | null;

      additionalContextLimit: number | null;
    }
  | {
      type: "mcp_tool";
      server: string;
      tool: string;
      input: { [key in string]?: JsonValue };
      timeoutSec: number | null;
      statusMessage: string | null;
    }
  | { type: "prompt" }
  | { type: "agent" };

export type ConfiguredHookMatcherGroup = {
  matcher: string | null;
  hooks: Array<ConfiguredHookHandler>;
};

export type ConnectorMetadata = {
  id: string;
  name: string;
  description: string | null;
  iconUrl: string | null;
  iconUrlDark: string | null;
  distributionChannel: string | null;
  installUrl: string | null;
  pluginDisplayNames: Array<string>;
  toolSummaries: Array<AppToolSummary> | null;
};

export type ConsumeAccountRateLimitResetCreditOutcome =
  | "reset"
  | "nothingToReset"
  | "noCredit"
  | "alreadyRedeemed";

export type ConsumeAccountRateLimitResetCreditParams = {
  idempotencyKey: string;

  creditId?: string | null;
};

export type ConsumeAccountRateLimitResetCreditResponse = {
  outcome: ConsumeAccountRateLimitResetCreditOutcome;
};

export type ContentItem =
  | { type: "input_text"; text: string }
  | ({ type: "input_image"; detail?: ImageDetail } & ({ image_url: string } | { file_id: string }))
  | ({ type: "input_audio" } & ({ audio_url: string } | { file_id: string }))
  | { type: "output_text"; text: string; annotations?: unknown[]; logprobs?: unknown[] };

export type ContextCompactedNotification = { threadId: string; turnId: string };

export type ConversationGitInfo = {
  sha: string | null;
  branch: string | null;
  origin_url: string | null;
};

export type ConversationSummary = {
  conversationId: ThreadId;
  path: string;
  preview: string;
  timestamp: string | null;
  updatedAt: string | null;
  modelProvider: string;
  cwd: string;
  cliVersion: string;
  source: V1SessionSource;
  gitInfo: ConversationGitInfo | null;
};

export type ConversationTextRole = "user" | "developer" | "assistant";

export type CreditsSnapshot = { hasCredits: boolean; unlimited: boolean; balance: string | null };

export type CurrentTimeReadParams = { threadId: string };

export type CurrentTimeReadResponse = {
  currentTimeAt: number;
};

export type CustomGatewaySettingsParams = {
  providerId?: string | null;
  name?: string;
  baseUrl?: string | null;
  envKey?: string | null;
};

export type CyberAccessProgram = "standard" | "daybreakBlue" | "daybreakRed";

export type DeprecationNoticeNotification = {
  summary: string;

  details: string | null;
};

export type DesktopOnboardingEntrypoint = "life_sciences";

export type DynamicToolCallOutputContentItem =
  | { type: "inputText"; text: string }
  | { type: "inputImage"; imageUrl: string }
  | { type: "inputAudio"; audioUrl: string };

export type DynamicToolCallParams = {
  threadId: string;
  turnId: string;
  callId: string;
  namespace: string | null;
  tool: string;
  arguments: JsonValue;
};

export type DynamicToolCallResponse = {
  contentItems: Array<DynamicToolCallOutputContentItem>;
  success: boolean;
};

export type DynamicToolCallStatus = "inProgress" | "completed" | "failed";

export type DynamicToolFunctionSpec = {
  name: string;
  description: string;
  inputSchema: JsonValue;
  deferLoading?: boolean;
};

export type DynamicToolNamespaceSpec = {
  name: string;
  description: string;
  tools: Array<DynamicToolNamespaceTool>;
};

export type DynamicToolNamespaceTool = { type: "function" } & DynamicToolFunctionSpec;

export type DynamicToolSpec =
  | ({ type: "function" } & DynamicToolFunctionSpec)
  | ({ type: "namespace" } & DynamicToolNamespaceSpec);

export type EnvironmentAddParams = {
  environmentId: string;
  execServerUrl: string;

  authBearerToken?: string | null;

  websocketRequestId?: string | null;

  connectTimeoutMs?: number | null;

  skills?: EnvironmentSkillsParams | null;
};

export type EnvironmentAddResponse = Record<string, never>;

export type EnvironmentConnectionNotification = { threadId: string; environmentId: string };

export type EnvironmentInfoParams = { environmentId: string };

export type EnvironmentInfoResponse = {
  shell: EnvironmentShellInfo;

  cwd: PathUri | null;
};

export type EnvironmentShellInfo = {
  name: string;

  path: string;
};

export type EnvironmentSkillsParams = {
  required?: Array<string> | null;
};

export type EnvironmentStatusKind = "ready" | "pending" | "disconnected" | "unknown";

export type EnvironmentStatusParams = {
  environmentId: string;
};

export type EnvironmentStatusResponse = {
  status: EnvironmentStatusKind;

  error?: string;
};

export type ErrorNotification = {
  error: TurnError;
  willRetry: boolean;
  threadId: string;
  turnId: string;
};

export type ExecCommandApprovalParams = {
  conversationId: ThreadId;

  callId: string;

  approvalId: string | null;
  command: Array<string>;
  cwd: string;
  reason: string | null;
  parsedCmd: Array<ParsedCommand>;
};

export type ExecCommandApprovalResponse = { decision: ReviewDecision };

export type ExecPolicyAmendment = Array<string>;

export type ExperimentalFeature = {
  name: string;

  stage: ExperimentalFeatureStage;

  displayName: string | null;

  description: string | null;

  announcement: string | null;

  enabled: boolean;

  defaultEnabled: boolean;
};

export type ExperimentalFeatureEnablementSetParams = {
  enablement: { [key in string]?: boolean };
};

export type ExperimentalFeatureEnablementSetResponse = {
  enablement: { [key in string]?: boolean };
};

export type ExperimentalFeatureListParams = {
  cursor?: string | null;

  limit?: number | null;

  threadId?: string | null;
};

export type ExperimentalFeatureListResponse = {
  data: Array<ExperimentalFeature>;

  nextCursor: string | null;
};

export type ExperimentalFeatureStage =
  | "beta"
  | "underDevelopment"
  | "stable"
  | "deprecated"
  | "removed";

export type ExternalAgentConfigDetectParams = {
  includeHome?: boolean;

  cwds?: Array<string> | null;

  maxSessionAgeDays?: number | null;

  maxSessions?: number | null;

  source?: string | null;

  migrationSource?: string | null;
};

export type ExternalAgentConfigDetectResponse = {
  items: Array<ExternalAgentConfigMigrationItem>;
  connectors: Array<ExternalAgentDetectedConnectorCandidate>;
};

export type ExternalAgentConfigImportCompletedNotification = {
  importId: string;
  itemTypeResults: Array<ExternalAgentConfigImportTypeResult>;
};

export type ExternalAgentConfigImportHistoriesReadResponse = {
  data: Array<ExternalAgentConfigImportHistory>;
  connectors: Array<ExternalAgentImportedConnectorCandidate>;
};

export type ExternalAgentConfigImportHistory = {
  importId: string;
  providerId: string | null;
  completedAtMs: number;
  successes: Array<ExternalAgentConfigImportItemTypeSuccess>;
  failures: Array<ExternalAgentConfigImportItemTypeFailure>;
};

export type ExternalAgentConfigImportHistoryRecordParams = {
  providerId: string;

  itemTypeResults: Array<ExternalAgentConfigImportHistoryRecordTypeResultParams>;
};

export type ExternalAgentConfigImportHistoryRecordResponse = { importId: string };

export type ExternalAgentConfigImportHistoryRecordSuccessParams = {
  itemType: ExternalAgentConfigMigrationItemType;
  cwd: string | null;
  source: string | null;
  target: string | null;

  title?: string | null;
};

export type ExternalAgentConfigImportHistoryRecordTypeResultParams = {
  itemType: ExternalAgentConfigMigrationItemType;
  successes: Array<ExternalAgentConfigImportHistoryRecordSuccessParams>;
  failures: Array<ExternalAgentConfigImportItemTypeFailure>;
};

export type ExternalAgentConfigImportItemTypeFailure = {
  itemType: ExternalAgentConfigMigrationItemType;
  errorType: string | null;
  subErrorType: string | null;
  failureStage: string;
  message: string;
  cwd: string | null;
  source: string | null;
};

export type ExternalAgentConfigImportItemTypeSuccess = {
  itemType: ExternalAgentConfigMigrationItemType;
  cwd: string | null;
  source: string | null;
  target: string | null;

  title: string | null;
};

export type ExternalAgentConfigImportParams = {
  migrationItems: Array<ExternalAgentConfigMigrationItem>;

  source?: string | null;

  providerId?: string | null;

  migrationSource?: string | null;
};

export type ExternalAgentConfigImportProgressNotification = {
  importId: string;
  itemTypeResults: Array<ExternalAgentConfigImportTypeResult>;
};

export type ExternalAgentConfigImportResponse = { importId: string };

export type ExternalAgentConfigImportTypeResult = {
  itemType: ExternalAgentConfigMigrationItemType;
  successes: Array<ExternalAgentConfigImportItemTypeSuccess>;
  failures: Array<ExternalAgentConfigImportItemTypeFailure>;
};

export type ExternalAgentConfigMigrationItem = {
  itemType: ExternalAgentConfigMigrationItemType;
  description: string;

  cwd: string | null;
  details: MigrationDetails | null;
};

export type ExternalAgentConfigMigrationItemType =
  | "AGENTS_MD"
  | "CONFIG"
  | "SKILLS"
  | "PLUGINS"
  | "MCP_SERVER_CONFIG"
  | "SUBAGENTS"
  | "HOOKS"
  | "COMMANDS"
  | "MEMORY"
  | "SESSIONS";

export type ExternalAgentDetectedConnectorCandidate = {
  name: string;
  sessionCount: number;
  source: ExternalAgentDetectedConnectorSource;
};

export type ExternalAgentDetectedConnectorSource = "remoteMcpServersConfig" | "sessionToolUse";

export type ExternalAgentImportedConnectorCandidate = {
  name: string;
  sessionCount: number;
  source: ExternalAgentImportedConnectorSource;
};

export type ExternalAgentImportedConnectorSource = "remoteMcpServersConfig";

export type FeedbackRequirements = { enabled: boolean | null };

export type FeedbackSaveParams = {
  savePath: LegacyAppPathString;
  classification: string;
  reason?: string | null;
  threadId?: string | null;
  includeLogs?: boolean;
  extraLogFiles?: Array<string> | null;
  tags?: { [key in string]?: string } | null;
};

export type FeedbackSaveResponse = {
  savedPath: LegacyAppPathString;
  threadId: string;

  promptHash: string | null;
};

export type FeedbackUploadParams = {
  classification: string;
  reason?: string | null;
  threadId?: string | null;
  includeLogs?: boolean;
  extraLogFiles?: Array<string> | null;
  tags?: { [key in string]?: string } | null;
};

export type FeedbackUploadResponse = {
  threadId: string;

  promptHash: string | null;
};

export type FileChange =
  | { type: "add"; content: string }
  | { type: "delete"; content: string }
  | { type: "update"; unified_diff: string; move_path: string | null };

export type FileChangeApprovalDecision = "accept" | "acceptForSession" | "decline" | "cancel";

export type FileChangeOutputDeltaNotification = {
  threadId: string;
  turnId: string;
  itemId: string;
  delta: string;
};

export type FileChangePatchUpdatedNotification = {
  threadId: string;
  turnId: string;
  itemId: string;
  changes: Array<FileUpdateChange>;
};

export type FileChangeRequestApprovalParams = {
  threadId: string;
  turnId: string;
  itemId: string;

  startedAtMs: number;

  reason?: string | null;

  grantRoot?: string | null;
};

export type FileChangeRequestApprovalResponse = { decision: FileChangeApprovalDecision };

export type FileSystemAccessMode = "read" | "write" | "deny";

export type FileSystemPath =
  | { type: "path"; path: LegacyAppPathString }
  | { type: "glob_pattern"; pattern: string }
  | { type: "special"; value: FileSystemSpecialPath };

export type FileSystemSandboxEntry = { path: FileSystemPath; access: FileSystemAccessMode };

export type FileSystemSpecialPath =
  | { kind: "root" }
  | { kind: "minimal" }
  | { kind: "project_roots"; subpath: LegacyAppPathString | null }
  | { kind: "tmpdir" }
  | { kind: "slash_tmp" }
  | { kind: "unknown"; path: string; subpath: LegacyAppPathString | null };

export type FileUpdateChange = { path: string; kind: PatchChangeKind; diff: string };

export type ForcedChatgptWorkspaceIds = string | Array<string>;

export type ForcedLoginMethod = "chatgpt" | "api";

export type FsChangedNotification = {
  watchId: string;

  changedPaths: Array<AbsolutePathBuf>;
};

export type FsCopyParams = {
  sourcePath: AbsolutePathBuf;

  destinationPath: AbsolutePathBuf;

  recursive?: boolean;
};

export type FsCopyResponse = Record<string, never>;

export type FsCreateDirectoryParams = {
  path: AbsolutePathBuf;

  recursive?: boolean | null;
};

export type FsCreateDirectoryResponse = Record<string, never>;

export type FsGetMetadataParams = {
  path: AbsolutePathBuf;
};

export type FsGetMetadataResponse = {
  isDirectory: boolean;

  isFile: boolean;

  isSymlink: boolean;

  createdAtMs: number;

  modifiedAtMs: number;
};

export type FsReadDirectoryEntry = {
  fileName: string;

  isDirectory: boolean;

  isFile: boolean;
};

export type FsReadDirectoryParams = {
  path: AbsolutePathBuf;
};

export type FsReadDirectoryResponse = {
  entries: Array<FsReadDirectoryEntry>;
};

export type FsReadFileParams = {
  path: AbsolutePathBuf;
};

export type FsReadFileResponse = {
  dataBase64: string;
};

export type FsRemoveParams = {
  path: AbsolutePathBuf;

  recursive?: boolean | null;

  force?: boolean | null;
};

export type FsRemoveResponse = Record<string, never>;

export type FsUnwatchParams = {
  watchId: string;
};

export type FsUnwatchResponse = Record<string, never>;

export type FsWatchParams = {
  watchId: string;

  path: AbsolutePathBuf;
};

export type FsWatchResponse = {
  path: AbsolutePathBuf;
};

export type FsWriteFileParams = {
  path: AbsolutePathBuf;

  dataBase64: string;
};

export type FsWriteFileResponse = Record<string, never>;

export type FunctionCallOutputBody = string | Array<FunctionCallOutputContentItem>;

export type FunctionCallOutputContentItem =
  | { type: "input_text"; text: string }
  | ({ type: "input_image"; detail?: ImageDetail } & ({ image_url: string } | { file_id: string }))
  | ({ type: "input_audio" } & ({ audio_url: string } | { file_id: string }))
  | { type: "encrypted_content"; encrypted_content: string };

export type FuzzyFileSearchMatchType = "file" | "directory";

export type FuzzyFileSearchParams = {
  query: string;
  roots: Array<string>;
  cancellationToken: string | null;
};

export type FuzzyFileSearchResponse = { files: Array<FuzzyFileSearchResult> };

export type FuzzyFileSearchResult = {
  root: string;
  path: string;
  match_type: FuzzyFileSearchMatchType;
  file_name: string;
  score: number;
  indices: Array<number> | null;
};

export type FuzzyFileSearchSessionCompletedNotification = { sessionId: string };

export type FuzzyFileSearchSessionStartParams = { sessionId: string; roots: Array<string> };

export type FuzzyFileSearchSessionStartResponse = Record<string, never>;

export type FuzzyFileSearchSessionStopParams = { sessionId: string };

export type FuzzyFileSearchSessionStopResponse = Record<string, never>;

export type FuzzyFileSearchSessionUpdateParams = { sessionId: string; query: string };

export type FuzzyFileSearchSessionUpdateResponse = Record<string, never>;

export type FuzzyFileSearchSessionUpdatedNotification = {
  sessionId: string;
  query: string;
  files: Array<FuzzyFileSearchResult>;
};

export type GatewayAuth =
  | { mode: "none" }
  | { mode: "environmentVariable"; envKey: string }
  | { mode: "externallyConfigured"; envKey: string | null };

export type GatewayOAuthCancelResponse = Record<string, never>;

export type GatewayOAuthChangedNotification = {
  loginId: string | null;

  authUrl: string | null;
  providerId: string;
  status: GatewayOAuthStatus;
  error: string | null;
};

export type GatewayOAuthLoginParams = {
  modelProvider?: string | null;

  deviceAuth?: boolean;
};

export type GatewayOAuthLoginResponse = { prompt: GatewayOAuthPrompt | null };

export type GatewayOAuthPrompt = { loginId: string; verificationUrl: string; userCode: string };

export type GatewayOAuthReadParams = {
  modelProvider?: string | null;
};

export type GatewayOAuthReadResponse = {
  providerId: string;
  providerName: string;

  required: boolean;

  supportsDeviceAuth?: boolean;

  status: GatewayOAuthStatus | null;
  error: string | null;
};

export type GatewayOAuthStatus = "notReady" | "started" | "succeeded" | "failed";

export type GcpProviderId = "gcp";

export type GcpSettingsParams = {
  providerId: GcpProviderId;
  projectId?: string | null;
  location?: string | null;
  credentialFile?: string | null;
};

export type GcpSetupParams = {
  projectId: string;

  location?: string | null;

  credentialFile?: string | null;
};

export type GcpSetupResponse = Record<string, never>;

export type GetAccountParams = {
  refreshToken?: boolean;
};

export type GetAccountRateLimitsParams = {
  supportsLunaReserve?: boolean;

  excludeResetCreditDetails?: boolean;
};

export type GetAccountRateLimitsResponse = {
  ordinaryUsageAllowed: boolean | null;

  rateLimits: RateLimitSnapshot;

  rateLimitsByLimitId: { [key in string]?: RateLimitSnapshot } | null;
  rateLimitResetCredits: RateLimitResetCreditsSummary | null;

  accountId: string | null;

  rateLimitUpsell: JsonValue | null;
};

export type GetAccountResponse = {
  account: Account | null;

  userId: string | null;
  requiresOpenaiAuth: boolean;
  workspaceRouting: WorkspaceRouting | null;
};

export type GetAccountSecuritySetupResponse = { notice: AccountSecuritySetupNotice | null };

export type GetAccountTokenUsageParams = {
  threadId?: string | null;
};

export type GetAccountTokenUsageResponse = {
  summary: AccountTokenUsageSummary;
  dailyUsageBuckets: Array<AccountTokenUsageDailyBucket> | null;

  threadUsage?: ThreadUsage | null;
};

export type GetAuthStatusParams = { includeToken: boolean | null; refreshToken: boolean | null };

export type GetAuthStatusResponse = {
  authMethod: AuthMode | null;
  authToken: string | null;
  requiresOpenaiAuth: boolean | null;
};

export type GetConversationSummaryParams = { rolloutPath: string } | { conversationId: ThreadId };

export type GetConversationSummaryResponse = { summary: ConversationSummary };

export type GetWorkspaceMessagesResponse = {
  featureEnabled: boolean;

  messages: Array<WorkspaceMessage>;
};

export type GitDiffToRemoteParams = { cwd: string };

export type GitDiffToRemoteResponse = { sha: GitSha; diff: string };

export type GitInfo = { sha: string | null; branch: string | null; originUrl: string | null };

export type GitSha = string;

export type GrantedPermissionProfile = {
  network?: AdditionalNetworkPermissions;
  fileSystem?: AdditionalFileSystemPermissions;
};

export type GuardianApprovalReview = {
  status: GuardianApprovalReviewStatus;
  riskLevel: GuardianRiskLevel | null;
  userAuthorization: GuardianUserAuthorization | null;
  rationale: string | null;
};

export type GuardianApprovalReviewAction =
  | { type: "command"; source: GuardianCommandSource; command: string; cwd: LegacyAppPathString }
  | {
      type: "execve";
      source: GuardianCommandSource;
      program: string;
      argv: Array<string>;
      cwd: AbsolutePathBuf;
    }
  | {
      type: "writeStdin";
      approvalId: string;
      processId: string;
      stdin: string;
      cwd: LegacyAppPathString;
    }
  | { type: "applyPatch"; cwd: LegacyAppPathString; files: Array<LegacyAppPathString> }
  | {
      type: "networkAccess";
      target: string;
      host: string;
      protocol: NetworkApprovalProtocol;
      port: number;
    }
  | {
      type: "mcpToolCall";
      server: string;
      toolName: string;
      connectorId: string | null;
      connectorName: string | null;
      toolTitle: string | null;
    }
  | { type: "requestPermissions"; reason: string | null; permissions: RequestPermissionProfile };

export type GuardianApprovalReviewStatus =
  | "inProgress"
  | "approved"
  | "denied"
  | "timedOut"
  | "aborted";

export type GuardianAssessmentOutcome = "allow" | "deny";

export type GuardianCommandSource = "shell" | "unifiedExec";

export type GuardianRiskLevel = "low" | "medium" | "high" | "critical";

export type GuardianUserAuthorization = "unknown" | "low" | "medium" | "high";

export type GuardianWarningNotification = {
  threadId: string;

  message: string;
};

export type HookCompletedNotification = {
  threadId: string;
  turnId: string | null;
  run: HookRunSummary;
};

export type HookErrorInfo = { path: string; message: string };

export type HookEventName =
  | "preModelRequest"
  | "postModelRequest"
  | "preToolUse"
  | "permissionRequest"
  | "postToolUse"
  | "preCompact"
  | "postCompact"
  | "sessionStart"
  | "sessionEnd"
  | "userPromptSubmit"
  | "subagentStart"
  | "subagentStop"
  | "stop"
  | "interrupt";

export type HookExecutionMode = "sync" | "async";

export type HookHandlerType = "command" | "mcpTool" | "prompt" | "agent";

export type HookMetadata = {
  key: string;
  eventName: HookEventName;
  matcher: string | null;
  timeoutSec: number;
  statusMessage: string | null;

  additionalContextLimit: number | null;
  sourcePath: AbsolutePathBuf;
  source: HookSource;
  pluginId: string | null;

  environmentId: string | null;
  displayOrder: number;
  enabled: boolean;
  isManaged: boolean;
  currentHash: string;
  trustStatus: HookTrustStatus;
} & (
  | { handlerType: "command"; command: string; async: boolean }
  | { handlerType: "mcpTool"; server: string; tool: string }
  | { handlerType: "prompt" }
  | { handlerType: "agent" }
);

export type HookMigration = { name: string };

export type HookOutputEntry = { kind: HookOutputEntryKind; text: string };

export type HookOutputEntryKind = "warning" | "stop" | "feedback" | "context" | "error";

export type HookPromptFragment = { text: string; hookRunId: string };

export type HookRunStatus = "running" | "completed" | "failed" | "blocked" | "stopped";

export type HookRunSummary = {
  id: string;
  eventName: HookEventName;
  handlerType: HookHandlerType;
  executionMode: HookExecutionMode;
  scope: HookScope;
  sourcePath: LegacyAppPathString;
  source: HookSource;
  displayOrder: number;
  status: HookRunStatus;
  statusMessage: string | null;
  startedAt: number;
  completedAt: number | null;
  durationMs: number | null;
  entries: Array<HookOutputEntry>;
};

export type HookScope = "thread" | "turn";

export type HookSource =
  | "system"
  | "user"
  | "project"
  | "mdm"
  | "sessionFlags"
  | "plugin"
  | "cloudRequirements"
  | "cloudManagedConfig"
  | "legacyManagedConfigFile"
  | "legacyManagedConfigMdm"
  | "unknown";

export type HookStartedNotification = {
  threadId: string;
  turnId: string | null;
  run: HookRunSummary;
};

export type HookTrustStatus = "managed" | "untrusted" | "trusted" | "modified";

export type HooksListEntry = {
  cwd: string;
  hooks: Array<HookMetadata>;
  warnings: Array<string>;
  errors: Array<HookErrorInfo>;
};

export type HooksListParams = {
  cwds?: Array<string>;

  threadId?: string | null;
};

export type HooksListResponse = { data: Array<HooksListEntry> };

export type ImageDetail = "auto" | "low" | "high" | "original";

export type ImageGenerationFailure = {
  type: "usageLimitExceeded";
  limitId: string;
  resetsAt: number | null;
};

export type ImageGenerationInputImage = {
  path: AbsolutePathBuf;

  sha256: string;
};

export type ImageGenerationItem = {
  id: string;
  status: string;
  revisedPrompt: string | null;
  transparentBackground?: boolean;
  failure: ImageGenerationFailure | null;
  savedPath?: AbsolutePathBuf;

  inputImages?: Array<ImageGenerationInputImage>;

  generationId: string | null;
} & ({ fileId: string } | { result: string });

export type InAppBrowserRequirements = { allowExternalBrowserSettingsImport: boolean | null };

export type InitializeCapabilities = {
  requiredHumanApproval?: boolean;

  explicitGatewayOauth?: boolean;

  experimentalApi: boolean;

  requestAttestation: boolean;

  mcpServerOpenaiFormElicitation?: boolean;

  optOutNotificationMethods?: Array<string> | null;

  extensions?: { [key in string]?: JsonValue } | null;
};

export type InitializeParams = {
  clientInfo: ClientInfo;
  capabilities: InitializeCapabilities | null;
};

export type InitializeResponse = {
  userAgent: string;

  codexHome: AbsolutePathBuf;

  platformFamily: string;

  platformOs: string;
};

export type InputModality = "text" | "image" | "audio";

export type InstalledApp = {
  id: string;

  runtimeName: string | null;

  enabled: boolean;

  callable: boolean;
};

export type InternalChatMessageMetadataPassthrough = { turn_id?: string };

export type InternalSessionSource = "memory_consolidation" | "guardian";

export type ItemCompletedNotification = {
  item: ThreadItem;
  threadId: string;
  turnId: string;

  contentTokenCount?: number | null;

  completedAtMs: number;
};

export type ItemGuardianApprovalReviewCompletedNotification = {
  threadId: string;
  turnId: string;

  startedAtMs: number;

  completedAtMs: number;

  reviewId: string;

  targetItemId: string | null;
  decisionSource: AutoReviewDecisionSource;
  review: GuardianApprovalReview;
  action: GuardianApprovalReviewAction;
};

export type ItemGuardianApprovalReviewStartedNotification = {
  threadId: string;
  turnId: string;

  startedAtMs: number;

  reviewId: string;

  targetItemId: string | null;
  review: GuardianApprovalReview;
  action: GuardianApprovalReviewAction;
};

export type ItemStartedNotification = {
  item: ThreadItem;
  threadId: string;
  turnId: string;

  startedAtMs: number;
};

export type JsonValue =
  | number
  | string
  | boolean
  | Array<JsonValue>
  | { [key in string]?: JsonValue }
  | null;

export type LegacyAppPathString = string;

export type ListMcpServerStatusParams = {
  cursor?: string | null;

  limit?: number | null;

  detail?: McpServerStatusDetail | null;
  threadId?: string | null;

  serverName?: string | null;
};

export type ListMcpServerStatusResponse = {
  data: Array<McpServerStatus>;

  nextCursor: string | null;
};

export type LocalShellAction = { type: "exec" } & LocalShellExecAction;

export type LocalShellExecAction = {
  command: Array<string>;
  timeout_ms: number | null;
  working_directory: string | null;
  env: { [key in string]?: string } | null;
  user: string | null;
};

export type LocalShellStatus = "completed" | "in_progress" | "incomplete";

export type LoginAccountParams =
  | { type: "apiKey"; apiKey: string }
  | {
      type: "chatgpt";
      codexStreamlinedLogin?: boolean;
      useHostedLoginSuccessPage?: boolean;
      appBrand?: LoginAppBrand | null;
    }
  | { type: "chatgptDeviceCode" }
  | {
      type: "chatgptAuthTokens";

      accessToken: string;

      chatgptAccountId: string;

      chatgptPlanType?: string | null;
    }
  | { type: "amazonBedrock"; apiKey: string; region: string }
  | {
      type: "amazonBedrockAccessKeys";
      accessKeyId: string;
      secretAccessKey: string;
      sessionToken?: string | null;
      region: string;
    };

export type LoginAccountResponse =
  | { type: "apiKey" }
  | {
      type: "chatgpt";
      loginId: string;

      authUrl: string;
    }
  | {
      type: "chatgptDeviceCode";
      loginId: string;

      verificationUrl: string;

      userCode: string;
    }
  | { type: "chatgptAuthTokens" }
  | { type: "amazonBedrock" };

export type LoginAppBrand = "codex" | "chatgpt";

export type LogoutAccountResponse = Record<string, never>;

export type ManagedHooksRequirements = {
  PreModelRequest: Array<ConfiguredHookMatcherGroup>;
  PostModelRequest: Array<ConfiguredHookMatcherGroup>;
  managedDir: string | null;
  windowsManagedDir: string | null;
  PreToolUse: Array<ConfiguredHookMatcherGroup>;
  PermissionRequest: Array<ConfiguredHookMatcherGroup>;
  PostToolUse: Array<ConfiguredHookMatcherGroup>;
  PreCompact: Array<ConfiguredHookMatcherGroup>;
  PostCompact: Array<ConfiguredHookMatcherGroup>;
  SessionStart: Array<ConfiguredHookMatcherGroup>;
  SessionEnd: Array<ConfiguredHookMatcherGroup>;
  UserPromptSubmit: Array<ConfiguredHookMatcherGroup>;
  SubagentStart: Array<ConfiguredHookMatcherGroup>;
  SubagentStop: Array<ConfiguredHookMatcherGroup>;
  Stop: Array<ConfiguredHookMatcherGroup>;
  Interrupt: Array<ConfiguredHookMatcherGroup>;
};

export type MarketplaceAddParams = {
  source: string;
  refName?: string | null;
  sparsePaths?: Array<string> | null;
};

export type MarketplaceAddResponse = {
  marketplaceName: string;
  installedRoot: AbsolutePathBuf;
  alreadyAdded: boolean;
};

export type MarketplaceInterface = { displayName: string | null };

export type MarketplaceLoadErrorInfo = { marketplacePath: AbsolutePathBuf; message: string };

export type MarketplaceRemoveParams = { marketplaceName: string };

export type MarketplaceRemoveResponse = {
  marketplaceName: string;
  installedRoot: AbsolutePathBuf | null;
};

export type MarketplaceUpgradeErrorInfo = { marketplaceName: string; message: string };

export type MarketplaceUpgradeParams = { marketplaceName?: string | null };

export type MarketplaceUpgradeResponse = {
  selectedMarketplaces: Array<string>;
  upgradedRoots: Array<AbsolutePathBuf>;
  errors: Array<MarketplaceUpgradeErrorInfo>;
};

export type McpAppDisplayMode = "inline" | "fullscreen";

export type McpAppUi = { resourceUri: string; preferredModelDisplayMode: McpAppDisplayMode };

export type McpAuthStatus = "unknown" | "unsupported" | "notLoggedIn" | "bearerToken" | "oAuth";

export type McpElicitationArrayType = "array";

export type McpElicitationBooleanSchema = {
  type: McpElicitationBooleanType;
  title?: string;
  description?: string;
  default?: boolean;
};

export type McpElicitationBooleanType = "boolean";

export type McpElicitationConstOption = { const: string; title: string };

export type McpElicitationEnumSchema =
  | McpElicitationSingleSelectEnumSchema
  | McpElicitationMultiSelectEnumSchema
  | McpElicitationLegacyTitledEnumSchema;

export type McpElicitationLegacyTitledEnumSchema = {
  type: McpElicitationStringType;
  title?: string;
  description?: string;
  enum: Array<string>;
  enumNames?: Array<string>;
  default?: string;
};

export type McpElicitationMultiSelectEnumSchema =
  | McpElicitationUntitledMultiSelectEnumSchema
  | McpElicitationTitledMultiSelectEnumSchema;

export type McpElicitationNumberSchema = {
  type: McpElicitationNumberType;
  title?: string;
  description?: string;
  minimum?: number;
  maximum?: number;
  default?: number;
};

export type McpElicitationNumberType = "number" | "integer";

export type McpElicitationObjectType = "object";

export type McpElicitationPrimitiveSchema =
  | McpElicitationEnumSchema
  | McpElicitationStringSchema
  | McpElicitationNumberSchema
  | McpElicitationBooleanSchema;

export type McpElicitationSchema = {
  $schema?: string;
  type: McpElicitationObjectType;
  properties: { [key in string]?: McpElicitationPrimitiveSchema };
  required?: Array<string>;
};

export type McpElicitationSingleSelectEnumSchema =
  | McpElicitationUntitledSingleSelectEnumSchema
  | McpElicitationTitledSingleSelectEnumSchema;

export type McpElicitationStringFormat = "email" | "uri" | "date" | "date-time";

export type McpElicitationStringSchema = {
  type: McpElicitationStringType;
  title?: string;
  description?: string;
  minLength?: number;
  maxLength?: number;
  format?: McpElicitationStringFormat;
  default?: string;
};

export type McpElicitationStringType = "string";

export type McpElicitationTitledEnumItems = { anyOf: Array<McpElicitationConstOption> };

export type McpElicitationTitledMultiSelectEnumSchema = {
  type: McpElicitationArrayType;
  title?: string;
  description?: string;
  minItems?: number;
  maxItems?: number;
  items: McpElicitationTitledEnumItems;
  default?: Array<string>;
};

export type McpElicitationTitledSingleSelectEnumSchema = {
  type: McpElicitationStringType;
  title?: string;
  description?: string;
  oneOf: Array<McpElicitationConstOption>;
  default?: string;
};

export type McpElicitationUntitledEnumItems = {
  type: McpElicitationStringType;
  enum: Array<string>;
};

export type McpElicitationUntitledMultiSelectEnumSchema = {
  type: McpElicitationArrayType;
  title?: string;
  description?: string;
  minItems?: number;
  maxItems?: number;
  items: McpElicitationUntitledEnumItems;
  default?: Array<string>;
};

export type McpElicitationUntitledSingleSelectEnumSchema = {
  type: McpElicitationStringType;
  title?: string;
  description?: string;
  enum: Array<string>;
  default?: string;
};

export type McpResourceReadParams = {
  _meta?: { [key in string]?: JsonValue } | null;
  threadId?: string | null;

  originCallId?: string | null;
  server: string;
  uri: string;
  connectorId?: string | null;

  target?: McpResourceReadTarget | null;
};

export type McpResourceReadResponse = {
  contents: Array<ResourceContent>;

  originCallId: string | null;
};

export type McpResourceReadTarget = {
  connectorId: string;

  linkId: string | null;
};

export type McpServerConnectionStatus =
  | "notStarted"
  | "starting"
  | "connected"
  | "authenticationRequired"
  | "failed"
  | "cancelled"
  | "disabled";

export type McpServerElicitationAction = "accept" | "decline" | "cancel";

export type McpServerElicitationRequestParams = {
  threadId: string;

  turnId: string | null;
  serverName: string;
} & (
  | {
      mode: "openai/userVerification";
      _meta: JsonValue | null;
      title: string;
      description: string;
      challenge: string;
    }
  | {
      mode: "form";
      _meta: JsonValue | null;
      message: string;
      requestedSchema: McpElicitationSchema;
    }
  | { mode: "openai/form"; _meta: JsonValue | null; message: string; requestedSchema: JsonValue }
  | { mode: "openaiForm"; _meta: JsonValue | null; message: string; requestedSchema: JsonValue }
  | { mode: "url"; _meta: JsonValue | null; message: string; url: string; elicitationId: string }
);

export type McpServerElicitationRequestResponse = {
  action: McpServerElicitationAction;

  content: JsonValue | null;

  _meta: JsonValue | null;
};

export type McpServerEventNotification = { method: string; params: JsonValue };

export type McpServerEventStreamNotification = {
  subscriptionId: string;
  notification: McpServerEventNotification;
};

export type McpServerEventStreamStartParams = {
  threadId: string;
  server: string;
  subscriptionId: string;
  name: string;
  arguments: JsonValue;
  _meta?: JsonValue | null;
};

export type McpServerEventStreamStartResponse = Record<string, never>;

export type McpServerEventStreamStopParams = { subscriptionId: string };

export type McpServerEventStreamStopResponse = Record<string, never>;

export type McpServerInfo = {
  name: string;
  title: string | null;
  version: string;
  description: string | null;
  icons: Array<JsonValue> | null;
  websiteUrl: string | null;
};

export type McpServerMigration = { name: string };

export type McpServerOauthClientRegistration = "auto" | "cimd" | "dcr";

export type McpServerOauthLoginCompletedNotification = {
  name: string;
  threadId: string | null;

  loginId?: string | null;
  success: boolean;
  error?: string;
};

export type McpServerOauthLoginParams = {
  name: string;
  threadId?: string | null;

  clientRegistration?: McpServerOauthClientRegistration | null;
  scopes?: Array<string> | null;
  timeoutSecs?: number | null;
};

export type McpServerOauthLoginResponse = {
  authorizationUrl: string;

  loginId?: string;
};

export type McpServerRefreshResponse = Record<string, never>;

export type McpServerStartupFailureReason = "reauthenticationRequired";

export type McpServerStartupState = "starting" | "ready" | "failed" | "cancelled";

export type McpServerStatus = {
  name: string;

  runtimeStatus: McpServerConnectionStatus | null;
  pluginId: string | null;

  httpOrigin: string | null;
  serverInfo: McpServerInfo | null;

  serverCapabilities: JsonValue | null;

  toolListMeta: JsonValue | null;
  tools: { [key in string]?: Tool };

  toolsError: string | null;
  resources: Array<Resource>;
  resourceTemplates: Array<ResourceTemplate>;
  authStatus: McpAuthStatus;
};

export type McpServerStatusDetail = "full" | "toolsAndAuthOnly";

export type McpServerStatusUpdatedNotification = {
  threadId: string | null;
  name: string;
  status: McpServerStartupState;
  error: string | null;
  failureReason: McpServerStartupFailureReason | null;
};

export type McpServerToolCallParams = {
  threadId: string;
  server: string;
  tool: string;
  arguments?: JsonValue;
  _meta?: JsonValue;
};

export type McpServerToolCallResponse = {
  content: Array<JsonValue>;
  structuredContent?: JsonValue;
  isError?: boolean;
  _meta?: JsonValue;
};

export type McpToolCallAppContext = {
  connectorId: string;
  linkId: string | null;
  resourceUri: string | null;
  appName: string | null;
  actionName: string | null;
};

export type McpToolCallError = { message: string };

export type McpToolCallProgressNotification = {
  threadId: string;
  turnId: string;
  itemId: string;
  message: string;
};

export type McpToolCallResult = {
  content: Array<JsonValue>;
  structuredContent: JsonValue | null;
  _meta: JsonValue | null;
};

export type McpToolCallStatus = "inProgress" | "completed" | "failed";

export type MemoryCitation = { entries: Array<MemoryCitationEntry>; threadIds: Array<string> };

export type MemoryCitationEntry = {
  path: string;
  lineStart: number;
  lineEnd: number;
  note: string;
};

export type MemoryResetResponse = Record<string, never>;

export type MemoryStatusParams = {
  minConsolidatedThreads?: number | null;
};

export type MemoryStatusResponse = { v2ConsolidatedThreads: number; v2Ready: boolean };

export type MergeStrategy = "replace" | "upsert";

export type MessagePhase = "commentary" | "partial_answer" | "final_answer";

export type MigrationDetails = {
  plugins: Array<PluginsMigration>;
  skills: Array<SkillMigration>;
  sessions: Array<SessionMigration>;
  mcpServers: Array<McpServerMigration>;
  hooks: Array<HookMigration>;
  subagents: Array<SubagentMigration>;
  commands: Array<CommandMigration>;
  memory?: Array<string>;
};

export type MisalignmentErrorDetails = {
  errorType: string | null;

  detailedExplanation: string | null;

  steer: MisalignmentSteer | null;

  reviewTarget?: string | null;
};

export type MisalignmentSteer = { message: string };

export type MockExperimentalMethodParams = {
  value?: string | null;
};

export type MockExperimentalMethodResponse = {
  echoed: string | null;
};

export type ModeKind = "plan" | "default";

export type Model = {
  id: string;
  model: string;
  upgrade: string | null;
  upgradeInfo: ModelUpgradeInfo | null;
  availabilityNux: ModelAvailabilityNux | null;
  displayName: string;
  description: string;
  modelSpecialty: string | null;
  hidden: boolean;
  supportedReasoningEfforts: Array<ReasoningEffortOption>;
  defaultReasoningEffort: ReasoningEffort;
  inputModalities: Array<InputModality>;

  supportsPersonality: boolean;

  multiAgentVersion: MultiAgentVersion | null;

  additionalSpeedTiers: Array<string>;
  serviceTiers: Array<ModelServiceTier>;

  defaultServiceTier: string | null;

  availableAccessPrograms: ModelAccessPrograms | null;
  isDefault: boolean;
};

export type ModelAccessPrograms = {
  cyber: Array<CyberAccessProgram>;
};

export type ModelAvailabilityNux = { message: string };

export type ModelListParams = {
  modelProvider?: string | null;

  cursor?: string | null;

  limit?: number | null;

  includeHidden?: boolean | null;
};

export type ModelListResponse = {
  data: Array<Model>;

  nextCursor: string | null;
};

export type ModelProviderCapabilitiesReadParams = Record<string, never>;

export type ModelProviderCapabilitiesReadResponse = {
  imageGeneration: boolean;
  webSearch: boolean;
};

export type ModelProviderConfigWriteParams = { settings: ProviderSettingsPatch };

export type ModelProviderConfigWriteResponse = { provider: ModelProviderSummary };

export type ModelProviderError =
  | { type: "modelProviderMismatch"; modelProvider: string; currentModelProvider: string }
  | { type: "modelProviderNotConfigured"; modelProvider: string }
  | { type: "modelProviderPolicyConflict"; modelProvider: string; requiredModelProvider: string };

export type ModelProviderListParams = Record<string, never>;

export type ModelProviderListResponse = {
  data: Array<ModelProviderSummary>;
  defaultProviderId: string;
  canChangeDefault: boolean;
};

export type ModelProviderSummary = {
  id: string;
  name: string;

  canEdit: boolean;

  baseUrl: string | null;
  settings: ProviderSettings;
};

export type ModelRerouteReason = "highRiskCyberActivity";

export type ModelReroutedNotification = {
  threadId: string;
  turnId: string;
  fromModel: string;
  toModel: string;
  reason: ModelRerouteReason;
};

export type ModelSafetyBufferingUpdatedNotification = {
  threadId: string;
  turnId: string;
  model: string;
  useCases: Array<string>;
  reasons: Array<string>;
  showBufferingUi: boolean;
  fasterModel: string | null;
};

export type ModelServiceTier = { id: string; name: string; description: string };

export type ModelUpgradeInfo = {
  model: string;
  upgradeCopy: string | null;
  modelLink: string | null;
  migrationMarkdown: string | null;

  retirementAt: number | null;
};

export type ModelVerification = "trustedAccessForCyber";

export type ModelVerificationNotification = {
  threadId: string;
  turnId: string;
  verifications: Array<ModelVerification>;
};

export type ModelsRequirements = { newThread: NewThreadModelDefaults | null };

export type MultiAgentMode = { custom: string } | "explicitRequestOnly" | "proactive";

export type MultiAgentVersion = "disabled" | "v1" | "v2";

export type NetworkAccess = "restricted" | "enabled";

export type NetworkApprovalContext = { host: string; protocol: NetworkApprovalProtocol };

export type NetworkApprovalProtocol = "http" | "https" | "socks5Tcp" | "socks5Udp";

export type NetworkDomainPermission = "allow" | "deny";

export type NetworkPolicyAmendment = { host: string; action: NetworkPolicyRuleAction };

export type NetworkPolicyRuleAction = "allow" | "deny";

export type NetworkRequirements = {
  enabled: boolean | null;
  httpPort: number | null;
  socksPort: number | null;
  allowUpstreamProxy: boolean | null;
  dangerouslyAllowNonLoopbackProxy: boolean | null;
  dangerouslyAllowAllUnixSockets: boolean | null;

  domains: { [key in string]?: NetworkDomainPermission } | null;

  reviewDomains: Array<string> | null;

  managedAllowedDomainsOnly: boolean | null;

  allowedDomains: Array<string> | null;

  deniedDomains: Array<string> | null;

  unixSockets: { [key in string]?: NetworkUnixSocketPermission } | null;

  allowUnixSockets: Array<string> | null;
  allowLocalBinding: boolean | null;
};

export type NetworkUnixSocketPermission = "allow" | "deny";

export type NewThreadModelDefaults = {
  model: string | null;
  modelReasoningEffort: ReasoningEffort | null;
  serviceTier: string | null;
};

export type NonSteerableTurnKind = "review" | "compact";

export type OtelExporter =
  | "none"
  | "statsig"
  | {
      "otlp-http": {
        endpoint: string;

        headers: { [key in string]?: string };
        protocol: OtelHttpProtocol;
        tls: OtelTlsConfig | null;
      };
    }
  | {
      "otlp-grpc": {
        endpoint: string;

        headers: { [key in string]?: string };
        tls: OtelTlsConfig | null;
      };
    };

export type OtelHttpProtocol = "binary" | "json";

export type OtelRequirements = {
  tool_result: OtelToolResultLogConfig | null;
  log_sse_deltas: boolean | null;
  log_user_prompt: boolean | null;
  log_agent_responses: boolean | null;
  log_guardian_assessments: boolean | null;
  environment: string | null;
  exporter: OtelExporter | null;
  trace_exporter: OtelExporter | null;
  metrics_exporter: OtelExporter | null;
  span_attributes: { [key in string]?: string } | null;
  tracestate: { [key in string]?: { [key in string]?: string } } | null;
};

export type OtelTlsConfig = {
  "ca-certificate": string | null;
  "client-certificate": string | null;
  "client-private-key": string | null;
};

export type OtelToolResultLogConfig = { max_bytes: number };

export type OverriddenMetadata = {
  message: string;
  overridingLayer: ConfigLayerMetadata;
  effectiveValue: JsonValue;
};

export type ParsedCommand =
  | {
      type: "read";
      cmd: string;
      name: string;

      path: string;
    }
  | { type: "list_files"; cmd: string; path: string | null }
  | { type: "search"; cmd: string; query: string | null; path: string | null }
  | { type: "unknown"; cmd: string };

export type PatchApplyStatus = "inProgress" | "completed" | "failed" | "declined";

export type PatchChangeKind =
  | { type: "add" }
  | { type: "delete" }
  | { type: "update"; move_path: string | null };

export type PathUri = string;

export type PermissionGrantScope = "turn" | "session";

export type PermissionProfileListParams = {
  cursor?: string | null;

  limit?: number | null;

  cwd?: string | null;
};

export type PermissionProfileListResponse = {
  data: Array<PermissionProfileSummary>;

  nextCursor: string | null;
};

export type PermissionProfileSummary = {
  id: string;

  description: string | null;

  allowed: boolean;
};

export type PermissionsRequestApprovalParams = {
  threadId: string;
  turnId: string;
  itemId: string;
  environmentId: string | null;

  startedAtMs: number;
  cwd: LegacyAppPathString;
  reason: string | null;
  permissions: RequestPermissionProfile;
};

export type PermissionsRequestApprovalResponse = {
  permissions: GrantedPermissionProfile;
  scope: PermissionGrantScope;

  strictAutoReview?: boolean;
};

export type Personality = "none" | "friendly" | "pragmatic";

export type PlanDeltaNotification = {
  threadId: string;
  turnId: string;
  itemId: string;
  delta: string;
};

export type PlanType =
  | "free"
  | "go"
  | "plus"
  | "pro"
  | "prolite"
  | "promax"
  | "team"
  | "self_serve_business_prolite"
  | "self_serve_business_usage_based"
  | "business"
  | "ent26"
  | "enterprise_cbp_automation"
  | "enterprise_cbp_usage_based"
  | "enterprise"
  | "edu"
  | "edu_plus"
  | "edu_pro"
  | "sci"
  | "sci_plus"
  | "unknown";

export type PluginAuthPolicy = "ON_INSTALL" | "ON_USE";

export type PluginAvailability = "AVAILABLE" | "DISABLED_BY_ADMIN";

export type PluginDetail = {
  marketplaceName: string;
  marketplacePath: AbsolutePathBuf | null;
  summary: PluginSummary;
  shareUrl: string | null;
  description: string | null;
  skills: Array<SkillSummary>;

  onboardingSkill: SkillSummary | null;
  hooks: Array<PluginHookSummary>;
  apps: Array<AppSummary>;
  appTemplates: Array<AppTemplateSummary>;
  mcpServers: Array<string>;
  scheduledTasks: Array<ScheduledTaskSummary> | null;
};

export type PluginDisabledReason =
  | "disabled_by_admin"
  | "plan_not_eligible"
  | "required_app_unavailable"
  | "unknown";

export type PluginHookSummary = { key: string; eventName: HookEventName };

export type PluginInstallParams = {
  marketplacePath?: AbsolutePathBuf | null;
  remoteMarketplaceName?: string | null;

  installAttemptId?: string | null;
  pluginName: string;
};

export type PluginInstallPolicy = "NOT_AVAILABLE" | "AVAILABLE" | "INSTALLED_BY_DEFAULT";

export type PluginInstallPolicySource = "WORKSPACE_SETTING" | "IMPLICIT_CANONICAL_APP";

export type PluginInstallResponse = {
  authPolicy: PluginAuthPolicy;
  appsNeedingAuth: Array<AppSummary>;
};

export type PluginInstalledParams = {
  cwds?: Array<AbsolutePathBuf> | null;

  installSuggestionPluginNames?: Array<string> | null;
};

export type PluginInstalledResponse = {
  marketplaces: Array<PluginMarketplaceEntry>;
  marketplaceLoadErrors: Array<MarketplaceLoadErrorInfo>;
};

export type PluginInterface = {
  displayName: string | null;
  shortDescription: string | null;
  longDescription: string | null;
  developerName: string | null;
  category: string | null;
  capabilities: Array<string>;
  websiteUrl: string | null;
  privacyPolicyUrl: string | null;
  termsOfServiceUrl: string | null;

  defaultPrompt: Array<string> | null;
  brandColor: string | null;

  composerIcon: AbsolutePathBuf | null;

  composerIconUrl: string | null;

  logo: AbsolutePathBuf | null;

  logoDark: AbsolutePathBuf | null;

  logoUrl: string | null;

  logoUrlDark: string | null;

  screenshots: Array<AbsolutePathBuf>;

  screenshotUrls: Array<string>;
};

export type PluginListMarketplaceKind =
  | "local"
  | "vertical"
  | "workspace-directory"
  | "shared-with-me"
  | "created-by-me-remote";

export type PluginListParams = {
  cwds?: Array<AbsolutePathBuf> | null;

  marketplaceKinds?: Array<PluginListMarketplaceKind> | null;

  forceRefetch?: boolean;
};

export type PluginListResponse = {
  marketplaces: Array<PluginMarketplaceEntry>;
  marketplaceLoadErrors: Array<MarketplaceLoadErrorInfo>;
  featuredPluginIds: Array<string>;
};

export type PluginMarketplaceEntry = {
  name: string;

  path: AbsolutePathBuf | null;
  interface: MarketplaceInterface | null;
  plugins: Array<PluginSummary>;
};

export type PluginReadParams = {
  marketplacePath?: AbsolutePathBuf | null;
  remoteMarketplaceName?: string | null;
  pluginName: string;
};

export type PluginReadResponse = { plugin: PluginDetail };

export type PluginReconcileChangedPlugin = {
  id: string;
  hasMcps: boolean;
  hasApps: boolean;
  hasHooks: boolean;

  hasSkills: boolean;
};

export type PluginReconcileParams = {
  reason?: string | null;
};

export type PluginReconcileResponse = {
  changedPlugins: Array<PluginReconcileChangedPlugin>;

  failedRemotePluginIds: Array<string>;

  failedMaterializationRemotePluginIds: Array<string>;
};

export type PluginSearchParams = {
  searchTerm: string;
  scope?: PluginSearchScope | null;
  cwds?: Array<AbsolutePathBuf> | null;
  cursor?: string | null;
  limit?: number | null;
};

export type PluginSearchResponse = { data: Array<PluginSearchResult>; nextCursor: string | null };

export type PluginSearchResult = {
  plugin: PluginSummary;
  marketplaceName: string;
  marketplacePath: AbsolutePathBuf | null;
};

export type PluginSearchScope = "global" | "workspace" | "personal";

export type PluginShareCheckoutParams = { remotePluginId: string };

export type PluginShareCheckoutResponse = {
  remotePluginId: string;
  pluginId: string;
  pluginName: string;
  pluginPath: AbsolutePathBuf;
  marketplaceName: string;
  marketplacePath: AbsolutePathBuf;
  remoteVersion: string | null;
};

export type PluginShareContext = {
  remotePluginId: string;

  remoteVersion: string | null;
  discoverability: PluginShareDiscoverability | null;
  shareUrl: string | null;
  creatorAccountUserId: string | null;
  creatorName: string | null;
  sharePrincipals: Array<PluginSharePrincipal> | null;
  canPublishToWorkspace: boolean | null;
};

export type PluginShareDeleteParams = { remotePluginId: string };

export type PluginShareDeleteResponse = Record<string, never>;

export type PluginShareDiscoverability = "LISTED" | "UNLISTED" | "PRIVATE";

export type PluginShareListItem = {
  plugin: PluginSummary;
  localPluginPath: AbsolutePathBuf | null;
};

export type PluginShareListParams = Record<string, never>;

export type PluginShareListResponse = { data: Array<PluginShareListItem> };

export type PluginSharePrincipal = {
  principalType: PluginSharePrincipalType;
  principalId: string;
  role: PluginSharePrincipalRole;
  name: string;
};

export type PluginSharePrincipalRole = "reader" | "editor" | "owner";

export type PluginSharePrincipalType = "user" | "group" | "workspace";

export type PluginShareSaveParams = {
  pluginPath: AbsolutePathBuf;
  remotePluginId?: string | null;
  discoverability?: PluginShareDiscoverability | null;
  shareTargets?: Array<PluginShareTarget> | null;
};

export type PluginShareSaveResponse = {
  remotePluginId: string;
  shareUrl: string;
  canPublishToWorkspace: boolean | null;
};

export type PluginShareTarget = {
  principalType: PluginSharePrincipalType;
  principalId: string;
  role: PluginShareTargetRole;
};

export type PluginShareTargetRole = "reader" | "editor";

export type PluginShareUpdateDiscoverability = "UNLISTED" | "PRIVATE" | "LISTED";

export type PluginShareUpdateTargetsParams = {
  remotePluginId: string;
  discoverability: PluginShareUpdateDiscoverability;
  shareTargets: Array<PluginShareTarget>;
};

export type PluginShareUpdateTargetsResponse = {
  principals: Array<PluginSharePrincipal>;
  discoverability: PluginShareDiscoverability;
};

export type PluginSkillReadParams = {
  remoteMarketplaceName: string;
  remotePluginId: string;
  skillName: string;
};

export type PluginSkillReadResponse = { contents: string | null };

export type PluginSource =
  | { type: "local"; path: AbsolutePathBuf }
  | { type: "git"; url: string; path: string | null; refName: string | null; sha: string | null }
  | {
      type: "npm";
      package: string;

      version: string | null;

      registry: string | null;
    }
  | { type: "remote" };

export type PluginSummary = {
  id: string;

  remotePluginId: string | null;

  version: string | null;

  localVersion: string | null;
  name: string;

  shareContext: PluginShareContext | null;
  source: PluginSource;
  installed: boolean;

  installedAt: number | null;
  enabled: boolean;
  installPolicy: PluginInstallPolicy;
  installPolicySource: PluginInstallPolicySource | null;
  mustShowInstallationInterstitial: boolean | null;
  authPolicy: PluginAuthPolicy;

  availability: PluginAvailability;

  disabledReason: PluginDisabledReason | null;

  eligiblePlanTypes: Array<string> | null;
  interface: PluginInterface | null;
  keywords: Array<string>;
};

export type PluginUninstallParams = { pluginId: string };

export type PluginUninstallResponse = Record<string, never>;

export type PluginsMigration = { marketplaceName: string; pluginNames: Array<string> };

export type ProcessExitedNotification = {
  processHandle: string;

  exitCode: number;

  outputDrainTimedOut?: boolean | null;

  stdout: string;

  stdoutCapReached: boolean;

  stderr: string;

  stderrCapReached: boolean;
};

export type ProcessKillParams = {
  processHandle: string;
};

export type ProcessKillResponse = Record<string, never>;

export type ProcessOutputDeltaNotification = {
  processHandle: string;

  stream: ProcessOutputStream;

  deltaBase64: string;

  capReached: boolean;
};

export type ProcessOutputStream = "stdout" | "stderr";

export type ProcessResizePtyParams = {
  processHandle: string;

  size: ProcessTerminalSize;
};

export type ProcessResizePtyResponse = Record<string, never>;

export type ProcessSpawnParams = {
  command: Array<string>;

  processHandle: string;

  cwd: AbsolutePathBuf;

  tty?: boolean;

  streamStdin?: boolean;

  streamStdoutStderr?: boolean;

  outputBytesCap?: number | null;

  timeoutMs?: number | null;

  env?: { [key in string]?: string | null } | null;

  size?: ProcessTerminalSize | null;
};

export type ProcessSpawnResponse = Record<string, never>;

export type ProcessTerminalSize = {
  rows: number;

  cols: number;
};

export type ProcessWriteStdinParams = {
  processHandle: string;

  deltaBase64?: string | null;

  closeStdin?: boolean;
};

export type ProcessWriteStdinResponse = Record<string, never>;

export type Project = {
  id: string;
  name: string;
  roots: Array<ProjectRoot>;
  metadata: { [key in string]?: string };
  position: number;
  createdAt: number;
  updatedAt: number;

  recencyAt: number | null;
};

export type ProjectChangeType = "created" | "updated" | "deleted";

export type ProjectChangedNotification = { projectId: string; changeType: ProjectChangeType };

export type ProjectCreateParams = {
  name: string;
  roots: Array<ProjectRoot>;
  metadata?: { [key in string]?: string } | null;
  idempotencyKey: string;
};

export type ProjectCreateResponse = { project: Project };

export type ProjectDeleteParams = { projectId: string };

export type ProjectDeleteResponse = Record<string, never>;

export type ProjectImportParams = {
  name: string;
  roots: Array<ProjectRoot>;
  metadata?: { [key in string]?: string } | null;
  threads?: Array<string> | null;
  idempotencyKey: string;
};

export type ProjectImportResponse = { project: Project };

export type ProjectListParams = {
  cursor?: string | null;
  limit?: number | null;

  sortKey?: ProjectSortKey | null;

  sortDirection?: SortDirection | null;
};

export type ProjectListResponse = { data: Array<Project>; nextCursor: string | null };

export type ProjectMoveParams = { projectId: string; beforeProjectId?: string | null };

export type ProjectMoveResponse = Record<string, never>;

export type ProjectReadParams = { projectId: string };

export type ProjectReadResponse = { project: Project };

export type ProjectRoot = { path: AbsolutePathBuf };

export type ProjectSortKey = "position" | "recencyAt";

export type ProjectUpdateParams = {
  projectId: string;
  name?: string | null;
  roots?: Array<ProjectRoot> | null;
  metadata?: { [key in string]?: string } | null;
};

export type ProjectUpdateResponse = { project: Project };

export type ProviderSettings =
  | { type: "openai" }
  | { type: "customGateway"; auth: GatewayAuth }
  | { type: "bedrock"; profile: string | null; region: string | null }
  | {
      type: "gcp";
      projectId: string | null;
      location: string | null;

      credentialFile: string | null;
    };

export type ProviderSettingsPatch =
  | ({ type: "customGateway" } & CustomGatewaySettingsParams)
  | ({ type: "bedrock" } & BedrockSettingsParams)
  | ({ type: "gcp" } & GcpSettingsParams);

export type QueuedSubmission = {
  id: string;
  input: Array<UserInput>;
  clientUserMessageId: string;

  responsesapiClientMetadata: { [key in string]?: string } | null;
};

export type RateLimitReachedType =
  | "rate_limit_reached"
  | "workspace_owner_credits_depleted"
  | "workspace_member_credits_depleted"
  | "workspace_owner_usage_limit_reached"
  | "workspace_member_usage_limit_reached";

export type RateLimitResetCredit = {
  id: string;
  resetType: RateLimitResetType;
  status: RateLimitResetCreditStatus;

  grantedAt: number;

  expiresAt: number | null;

  title: string | null;

  description: string | null;
};

export type RateLimitResetCreditStatus = "available" | "redeeming" | "redeemed" | "unknown";

export type RateLimitResetCreditsSummary = {
  availableCount: number;

  credits: Array<RateLimitResetCredit> | null;
};

export type RateLimitResetType = "codexRateLimits" | "unknown";

export type RateLimitSnapshot = {
  limitId: string | null;
  limitName: string | null;

  normalModelSlug: string | null;
  primary: RateLimitWindow | null;
  secondary: RateLimitWindow | null;
  credits: CreditsSnapshot | null;
  individualLimit: SpendControlLimitSnapshot | null;

  spendControlReached: boolean | null;
  planType: PlanType | null;
  rateLimitReachedType: RateLimitReachedType | null;
};

export type RateLimitWindow = {
  usedPercent: number;
  windowDurationMins: number | null;
  resetsAt: number | null;
};

export type RawResponseCompletedNotification = {
  threadId: string;
  turnId: string;
  responseId: string;
  usage: TokenUsageBreakdown | null;
  usageMetadata: ResponseUsageMetadata | null;
};

export type RawResponseItemCompletedNotification = {
  threadId: string;
  turnId: string;
  item: ResponseItem;
};

export type RealtimeConversationVersion = "v1" | "v2" | "v3";

export type RealtimeOutputModality = "text" | "audio";

export type RealtimeVoice =
  | "alloy"
  | "arbor"
  | "ash"
  | "aube"
  | "ballad"
  | "breeze"
  | "bubbie"
  | "cedar"
  | "coral"
  | "cove"
  | "echo"
  | "ember"
  | "haetsal"
  | "hanul"
  | "himari"
  | "juniper"
  | "leher"
  | "maple"
  | "marin"
  | "miko"
  | "neer"
  | "porto"
  | "rindo"
  | "rio"
  | "rivage"
  | "sage"
  | "selva"
  | "shimmer"
  | "sol"
  | "sonna"
  | "spruce"
  | "tinta"
  | "vale"
  | "verse"
  | "viola";

export type RealtimeVoicesList = {
  v1: Array<RealtimeVoice>;
  v2: Array<RealtimeVoice>;
  v3?: Array<RealtimeVoice>;
  defaultV1: RealtimeVoice;
  defaultV2: RealtimeVoice;
};

export type ReasoningEffort = string;

export type ReasoningEffortOption = { reasoningEffort: ReasoningEffort; description: string };

export type ReasoningItemContent =
  | { type: "reasoning_text"; text: string }
  | { type: "text"; text: string };

export type ReasoningItemReasoningSummary = { type: "summary_text"; text: string };

export type ReasoningSummary = "auto" | "concise" | "detailed" | "none";

export type ReasoningSummaryPartAddedNotification = {
  threadId: string;
  turnId: string;
  itemId: string;
  summaryIndex: number;
};

export type ReasoningSummaryTextDeltaNotification = {
  threadId: string;
  turnId: string;
  itemId: string;
  delta: string;
  summaryIndex: number;
};

export type ReasoningTextDeltaNotification = {
  threadId: string;
  turnId: string;
  itemId: string;
  delta: string;
  contentIndex: number;
};

export type RemoteControlClient = {
  clientId: string;
  displayName: string | null;
  deviceType: string | null;
  platform: string | null;
  osVersion: string | null;
  deviceModel: string | null;
  appVersion: string | null;
  lastSeenAt: number | null;
};

export type RemoteControlClientsListOrder = "asc" | "desc";

export type RemoteControlClientsListParams = {
  environmentId: string;
  cursor?: string | null;
  limit?: number | null;
  order?: RemoteControlClientsListOrder | null;
};

export type RemoteControlClientsListResponse = {
  data: Array<RemoteControlClient>;
  nextCursor: string | null;
};

export type RemoteControlClientsRevokeParams = { environmentId: string; clientId: string };

export type RemoteControlClientsRevokeResponse = Record<string, never>;

export type RemoteControlConnectionStatus = "disabled" | "connecting" | "connected" | "errored";

export type RemoteControlDisableParams = { ephemeral?: boolean };

export type RemoteControlDisableResponse = {
  status: RemoteControlConnectionStatus;
  serverName: string;
  installationId: string;
  environmentId: string | null;
};

export type RemoteControlEnableParams = { ephemeral?: boolean };

export type RemoteControlEnableResponse = {
  status: RemoteControlConnectionStatus;
  serverName: string;
  installationId: string;
  environmentId: string | null;
};

export type RemoteControlPairingStartParams = { manualCode?: boolean };

export type RemoteControlPairingStartResponse = {
  pairingCode: string;
  manualPairingCode: string | null;
  environmentId: string;
  expiresAt: number;
};

export type RemoteControlPairingStatusParams = {
  pairingCode?: string | null;
  manualPairingCode?: string | null;
};

export type RemoteControlPairingStatusResponse = { claimed: boolean };

export type RemoteControlStatusChangedNotification = {
  status: RemoteControlConnectionStatus;
  serverName: string;
  installationId: string;
  environmentId: string | null;
};

export type RemoteControlStatusReadResponse = {
  status: RemoteControlConnectionStatus;
  serverName: string;
  installationId: string;
  environmentId: string | null;
};

export type RequestHeader = { name: string; value: string };

export type RequestId = string | number;

export type RequestPermissionProfile = {
  network: AdditionalNetworkPermissions | null;
  fileSystem: AdditionalFileSystemPermissions | null;
};

export type ResidencyRequirement = "us";

export type Resource = {
  annotations?: JsonValue;
  description?: string;
  mimeType?: string;
  name: string;
  size?: number;
  title?: string;
  uri: string;
  icons?: Array<JsonValue>;
  _meta?: JsonValue;
};

export type ResourceContent =
  | {
      uri: string;
      mimeType?: string;
      text: string;
      _meta?: JsonValue;
    }
  | {
      uri: string;
      mimeType?: string;
      blob: string;
      _meta?: JsonValue;
    };

export type ResourceTemplate = {
  annotations?: JsonValue;
  uriTemplate: string;
  name: string;
  title?: string;
  description?: string;
  mimeType?: string;
};

export type ResponseItem =
  | { type: "additional_tools"; id?: ResponseItemId; role: string; tools: unknown[] }
  | {
      type: "message";
      encrypted_content?: string;
      status?: string;
      id?: ResponseItemId;
      role: string;
      content: Array<ContentItem>;
      phase?: MessagePhase;
      internal_chat_message_metadata_passthrough?: InternalChatMessageMetadataPassthrough;
    }
  | {
      type: "agent_message";
      id?: ResponseItemId;
      author: string;
      recipient: string;
      content: Array<AgentMessageInputContent>;
      internal_chat_message_metadata_passthrough?: InternalChatMessageMetadataPassthrough;
    }
  | {
      type: "reasoning";
      id?: ResponseItemId;
      summary: Array<ReasoningItemReasoningSummary>;
      content?: Array<ReasoningItemContent>;
      encrypted_content: string | null;
      internal_chat_message_metadata_passthrough?: InternalChatMessageMetadataPassthrough;
    }
  | {
      type: "local_shell_call";
      encrypted_content?: string;

      id?: ResponseItemId;

      call_id: string | null;
      status: LocalShellStatus;
      action: LocalShellAction;
      internal_chat_message_metadata_passthrough?: InternalChatMessageMetadataPassthrough;
    }
  | {
      type: "function_call";
      encrypted_content?: string;
      status?: string;
      id?: ResponseItemId;
      name: string;
      namespace?: string;
      arguments: string;
      encrypted_function_args?: Array<string>;
      call_id: string;
      internal_chat_message_metadata_passthrough?: InternalChatMessageMetadataPassthrough;
    }
  | {
      type: "tool_search_call";
      encrypted_content?: string;
      id?: ResponseItemId;
      call_id: string | null;
      status?: string;
      execution: string;
      arguments: unknown;
      internal_chat_message_metadata_passthrough?: InternalChatMessageMetadataPassthrough;
    }
  | {
      type: "function_call_output";
      id?: ResponseItemId;
      call_id?: string;
      name?: string;
      namespace?: string;
      output: FunctionCallOutputBody;
      internal_chat_message_metadata_passthrough?: InternalChatMessageMetadataPassthrough;
    }
  | {
      type: "custom_tool_call";
      encrypted_content?: string;
      id?: ResponseItemId;
      status?: string;
      call_id: string;
      name: string;
      namespace?: string;
      input: string;
      internal_chat_message_metadata_passthrough?: InternalChatMessageMetadataPassthrough;
    }
  | {
      type: "custom_tool_call_output";
      id?: ResponseItemId;
      call_id: string;
      name?: string;
      output: FunctionCallOutputBody;
      internal_chat_message_metadata_passthrough?: InternalChatMessageMetadataPassthrough;
    }
  | {
      type: "tool_search_output";
      id?: ResponseItemId;
      call_id: string | null;
      status: string;
      execution: string;
      tools: unknown[];
      internal_chat_message_metadata_passthrough?: InternalChatMessageMetadataPassthrough;
    }
  | {
      type: "web_search_call";
      encrypted_content?: string;
      id?: ResponseItemId;
      status?: string;
      action?: V1WebSearchAction;
      internal_chat_message_metadata_passthrough?: InternalChatMessageMetadataPassthrough;
    }
  | {
      type: "image_generation_call";
      encrypted_content?: string;
      id?: ResponseItemId;
      status: string;
      revised_prompt?: string;
      result: string;
      internal_chat_message_metadata_passthrough?: InternalChatMessageMetadataPassthrough;
    }
  | {
      type: "compaction";
      id?: ResponseItemId;
      encrypted_content: string;
      internal_chat_message_metadata_passthrough?: InternalChatMessageMetadataPassthrough;
    }
  | { type: "configuration_update"; reasoning: ConfigurationReasoning }
  | { type: "compaction_trigger" }
  | {
      type: "context_compaction";
      id?: ResponseItemId;
      encrypted_content?: string;
      internal_chat_message_metadata_passthrough?: InternalChatMessageMetadataPassthrough;
    }
  | { type: "other" };

export type ResponseItemId = string;

export type ResponseUsageMetadata = { amount: string | null; metadata: JsonValue | null };

export type ReviewDecision =
  | "approved"
  | { approved_execpolicy_amendment: { proposed_execpolicy_amendment: V1ExecPolicyAmendment } }
  | "approved_for_session"
  | "approved_mcp_policy_amendment"
  | { network_policy_amendment: { network_policy_amendment: V1NetworkPolicyAmendment } }
  | { denied: { rejection: string } }
  | "timed_out"
  | "abort";

export type ReviewDelivery = "inline";

export type ReviewStartParams = {
  threadId: string;
  target: ReviewTarget;

  delivery?: ReviewDelivery | null;
};

export type ReviewStartResponse = {
  turn: Turn;

  reviewThreadId: string;
};

export type ReviewTarget =
  | { type: "uncommittedChanges" }
  | { type: "baseBranch"; branch: string }
  | {
      type: "commit";
      sha: string;

      title: string | null;
    }
  | { type: "custom"; instructions: string };

export type RolloutCompressResponse = Record<string, never>;

export type SandboxMode = "read-only" | "workspace-write" | "danger-full-access";

export type SandboxPolicy =
  | { type: "dangerFullAccess" }
  | { type: "readOnly"; networkAccess: boolean }
  | { type: "externalSandbox"; networkAccess: NetworkAccess }
  | {
      type: "workspaceWrite";
      writableRoots: Array<AbsolutePathBuf>;
      networkAccess: boolean;
      excludeTmpdirEnvVar: boolean;
      excludeSlashTmp: boolean;
    };

export type SandboxWorkspaceWrite = {
  writable_roots: Array<string>;
  network_access: boolean;
  exclude_tmpdir_env_var: boolean;
  exclude_slash_tmp: boolean;
};

export type ScheduledTaskSchedule =
  | { type: "hourly"; intervalHours: number; days: Array<ScheduledTaskWeekday> | null }
  | { type: "daily"; time: string }
  | { type: "weekdays"; time: string }
  | { type: "weekly"; days: Array<ScheduledTaskWeekday>; time: string };

export type ScheduledTaskSummary = {
  key: string;
  name: string;
  prompt: string;
  schedule: ScheduledTaskSchedule;
};

export type ScheduledTaskWeekday = "MO" | "TU" | "WE" | "TH" | "FR" | "SA" | "SU";

export type SelectedCapabilityRoot = {
  id: string;

  location: CapabilityRootLocation;
};

export type SendAddCreditsNudgeEmailParams = { creditType: AddCreditsNudgeCreditType };

export type SendAddCreditsNudgeEmailResponse = { status: AddCreditsNudgeEmailStatus };

export type ServerDiagnosticsGauge = { name: string; value: number };

export type ServerDiagnosticsParams = Record<string, never>;

export type ServerDiagnosticsProcess = {
  id: number;
  residentMemoryBytes: number | null;
  physicalFootprintBytes: number | null;
};

export type ServerDiagnosticsResponse = {
  process: ServerDiagnosticsProcess;
  gauges: Array<ServerDiagnosticsGauge>;
};

export type ServerNotification =
  | { method: "error"; params: ErrorNotification }
  | { method: "thread/started"; params: ThreadStartedNotification }
  | { method: "thread/status/changed"; params: ThreadStatusChangedNotification }
  | { method: "thread/readState/changed"; params: ThreadReadStateChangedNotification }
  | { method: "thread/archived"; params: ThreadArchivedNotification }
  | { method: "thread/deleted"; params: ThreadDeletedNotification }
  | { method: "thread/unarchived"; params: ThreadUnarchivedNotification }
  | { method: "thread/closed"; params: ThreadClosedNotification }
  | { method: "thread/reverted"; params: ThreadRevertedNotification }
  | { method: "skills/changed"; params: SkillsChangedNotification }
  | { method: "thread/name/updated"; params: ThreadNameUpdatedNotification }
  | { method: "thread/section/changed"; params: ThreadSectionChangedNotification }
  | { method: "thread/attachment/updated"; params: ThreadAttachmentUpdatedNotification }
  | { method: "thread/goal/updated"; params: ThreadGoalUpdatedNotification }
  | { method: "thread/prediction/updated"; params: ThreadPredictionUpdatedNotification }
  | { method: "thread/goal/cleared"; params: ThreadGoalClearedNotification }
  | { method: "thread/queue/changed"; params: ThreadQueueChangedNotification }
  | { method: "project/changed"; params: ProjectChangedNotification }
  | { method: "thread/project/updated"; params: ThreadProjectUpdatedNotification }
  | { method: "thread/environment/connected"; params: EnvironmentConnectionNotification }
  | { method: "thread/environment/disconnected"; params: EnvironmentConnectionNotification }
  | { method: "thread/settings/updated"; params: ThreadSettingsUpdatedNotification }
  | { method: "thread/tokenUsage/updated"; params: ThreadTokenUsageUpdatedNotification }
  | { method: "turn/started"; params: TurnStartedNotification }
  | { method: "hook/started"; params: HookStartedNotification }
  | { method: "turn/completed"; params: TurnCompletedNotification }
  | { method: "hook/completed"; params: HookCompletedNotification }
  | { method: "turn/diff/updated"; params: TurnDiffUpdatedNotification }
  | { method: "turn/plan/updated"; params: TurnPlanUpdatedNotification }
  | { method: "item/started"; params: ItemStartedNotification }
  | {
      method: "item/autoApprovalReview/started";
      params: ItemGuardianApprovalReviewStartedNotification;
    }
  | {
      method: "item/autoApprovalReview/completed";
      params: ItemGuardianApprovalReviewCompletedNotification;
    }
  | { method: "autoApprovalReview/strictReviewRequired"; params: StrictReviewRequiredNotification }
  | { method: "item/completed"; params: ItemCompletedNotification }
  | { method: "rawResponseItem/completed"; params: RawResponseItemCompletedNotification }
  | { method: "rawResponse/completed"; params: RawResponseCompletedNotification }
  | { method: "item/agentMessage/delta"; params: AgentMessageDeltaNotification }
  | { method: "item/plan/delta"; params: PlanDeltaNotification }
  | { method: "command/exec/outputDelta"; params: CommandExecOutputDeltaNotification }
  | { method: "process/outputDelta"; params: ProcessOutputDeltaNotification }
  | { method: "process/exited"; params: ProcessExitedNotification }
  | { method: "item/commandExecution/outputDelta"; params: CommandExecutionOutputDeltaNotification }
  | { method: "item/commandExecution/terminalInteraction"; params: TerminalInteractionNotification }
  | { method: "item/fileChange/outputDelta"; params: FileChangeOutputDeltaNotification }
  | { method: "item/fileChange/patchUpdated"; params: FileChangePatchUpdatedNotification }
  | { method: "serverRequest/resolved"; params: ServerRequestResolvedNotification }
  | { method: "item/mcpToolCall/progress"; params: McpToolCallProgressNotification }
  | { method: "mcpServer/oauthLogin/completed"; params: McpServerOauthLoginCompletedNotification }
  | { method: "mcpServer/startupStatus/updated"; params: McpServerStatusUpdatedNotification }
  | { method: "mcpServer/event/stream/notification"; params: McpServerEventStreamNotification }
  | { method: "account/updated"; params: AccountUpdatedNotification }
  | { method: "account/gatewayOAuth/changed"; params: GatewayOAuthChangedNotification }
  | { method: "account/rateLimits/updated"; params: AccountRateLimitsUpdatedNotification }
  | { method: "app/list/updated"; params: AppListUpdatedNotification }
  | { method: "remoteControl/status/changed"; params: RemoteControlStatusChangedNotification }
  | {
      method: "externalAgentConfig/import/progress";
      params: ExternalAgentConfigImportProgressNotification;
    }
  | {
      method: "externalAgentConfig/import/completed";
      params: ExternalAgentConfigImportCompletedNotification;
    }
  | { method: "fs/changed"; params: FsChangedNotification }
  | { method: "item/reasoning/summaryTextDelta"; params: ReasoningSummaryTextDeltaNotification }
  | { method: "item/reasoning/summaryPartAdded"; params: ReasoningSummaryPartAddedNotification }
  | { method: "item/reasoning/textDelta"; params: ReasoningTextDeltaNotification }
  | { method: "thread/compacted"; params: ContextCompactedNotification }
  | { method: "model/rerouted"; params: ModelReroutedNotification }
  | { method: "model/verification"; params: ModelVerificationNotification }
  | { method: "modelProvider/authRecoveryStarted"; params: AuthRecoveryNotification }
  | { method: "modelProvider/authRecoveryCompleted"; params: AuthRecoveryNotification }
  | { method: "turn/moderationMetadata"; params: TurnModerationMetadataNotification }
  | { method: "model/safetyBuffering/updated"; params: ModelSafetyBufferingUpdatedNotification }
  | { method: "warning"; params: WarningNotification }
  | { method: "guardianWarning"; params: GuardianWarningNotification }
  | { method: "deprecationNotice"; params: DeprecationNoticeNotification }
  | { method: "configWarning"; params: ConfigWarningNotification }
  | { method: "fuzzyFileSearch/sessionUpdated"; params: FuzzyFileSearchSessionUpdatedNotification }
  | {
      method: "fuzzyFileSearch/sessionCompleted";
      params: FuzzyFileSearchSessionCompletedNotification;
    }
  | { method: "thread/realtime/started"; params: ThreadRealtimeStartedNotification }
  | { method: "thread/realtime/itemAdded"; params: ThreadRealtimeItemAddedNotification }
  | { method: "thread/realtime/item/started"; params: ThreadRealtimeItemStartedNotification }
  | {
      method: "thread/realtime/item/transcript/delta";
      params: ThreadRealtimeItemTranscriptDeltaNotification;
    }
  | { method: "thread/realtime/item/completed"; params: ThreadRealtimeItemCompletedNotification }
  | {
      method: "thread/realtime/transcript/delta";
      params: ThreadRealtimeTranscriptDeltaNotification;
    }
  | { method: "thread/realtime/transcript/done"; params: ThreadRealtimeTranscriptDoneNotification }
  | {
      method: "thread/realtime/outputAudio/delta";
      params: ThreadRealtimeOutputAudioDeltaNotification;
    }
  | { method: "thread/realtime/sdp"; params: ThreadRealtimeSdpNotification }
  | { method: "thread/realtime/error"; params: ThreadRealtimeErrorNotification }
  | { method: "thread/realtime/closed"; params: ThreadRealtimeClosedNotification }
  | { method: "windows/worldWritableWarning"; params: WindowsWorldWritableWarningNotification }
  | { method: "windowsSandbox/setupCompleted"; params: WindowsSandboxSetupCompletedNotification }
  | { method: "account/login/completed"; params: AccountLoginCompletedNotification };

export type ServerNotificationEnvelope = {
  emittedAtMs?: number;
} & (
  | { method: "error"; params: ErrorNotification }
  | { method: "thread/started"; params: ThreadStartedNotification }
  | { method: "thread/status/changed"; params: ThreadStatusChangedNotification }
  | { method: "thread/readState/changed"; params: ThreadReadStateChangedNotification }
  | { method: "thread/archived"; params: ThreadArchivedNotification }
  | { method: "thread/deleted"; params: ThreadDeletedNotification }
  | { method: "thread/unarchived"; params: ThreadUnarchivedNotification }
  | { method: "thread/closed"; params: ThreadClosedNotification }
  | { method: "thread/reverted"; params: ThreadRevertedNotification }
  | { method: "skills/changed"; params: SkillsChangedNotification }
  | { method: "thread/name/updated"; params: ThreadNameUpdatedNotification }
  | { method: "thread/section/changed"; params: ThreadSectionChangedNotification }
  | { method: "thread/attachment/updated"; params: ThreadAttachmentUpdatedNotification }
  | { method: "thread/goal/updated"; params: ThreadGoalUpdatedNotification }
  | { method: "thread/prediction/updated"; params: ThreadPredictionUpdatedNotification }
  | { method: "thread/goal/cleared"; params: ThreadGoalClearedNotification }
  | { method: "thread/queue/changed"; params: ThreadQueueChangedNotification }
  | { method: "project/changed"; params: ProjectChangedNotification }
  | { method: "thread/project/updated"; params: ThreadProjectUpdatedNotification }
  | { method: "thread/environment/connected"; params: EnvironmentConnectionNotification }
  | { method: "thread/environment/disconnected"; params: EnvironmentConnectionNotification }
  | { method: "thread/settings/updated"; params: ThreadSettingsUpdatedNotification }
  | { method: "thread/tokenUsage/updated"; params: ThreadTokenUsageUpdatedNotification }
  | { method: "turn/started"; params: TurnStartedNotification }
  | { method: "hook/started"; params: HookStartedNotification }
  | { method: "turn/completed"; params: TurnCompletedNotification }
  | { method: "hook/completed"; params: HookCompletedNotification }
  | { method: "turn/diff/updated"; params: TurnDiffUpdatedNotification }
  | { method: "turn/plan/updated"; params: TurnPlanUpdatedNotification }
  | { method: "item/started"; params: ItemStartedNotification }
  | {
      method: "item/autoApprovalReview/started";
      params: ItemGuardianApprovalReviewStartedNotification;
    }
  | {
      method: "item/autoApprovalReview/completed";
      params: ItemGuardianApprovalReviewCompletedNotification;
    }
  | { method: "autoApprovalReview/strictReviewRequired"; params: StrictReviewRequiredNotification }
  | { method: "item/completed"; params: ItemCompletedNotification }
  | { method: "rawResponseItem/completed"; params: RawResponseItemCompletedNotification }
  | { method: "rawResponse/completed"; params: RawResponseCompletedNotification }
  | { method: "item/agentMessage/delta"; params: AgentMessageDeltaNotification }
  | { method: "item/plan/delta"; params: PlanDeltaNotification }
  | { method: "command/exec/outputDelta"; params: CommandExecOutputDeltaNotification }
  | { method: "process/outputDelta"; params: ProcessOutputDeltaNotification }
  | { method: "process/exited"; params: ProcessExitedNotification }
  | { method: "item/commandExecution/outputDelta"; params: CommandExecutionOutputDeltaNotification }
  | { method: "item/commandExecution/terminalInteraction"; params: TerminalInteractionNotification }
  | { method: "item/fileChange/outputDelta"; params: FileChangeOutputDeltaNotification }
  | { method: "item/fileChange/patchUpdated"; params: FileChangePatchUpdatedNotification }
  | { method: "serverRequest/resolved"; params: ServerRequestResolvedNotification }
  | { method: "item/mcpToolCall/progress"; params: McpToolCallProgressNotification }
  | { method: "mcpServer/oauthLogin/completed"; params: McpServerOauthLoginCompletedNotification }
  | { method: "mcpServer/startupStatus/updated"; params: McpServerStatusUpdatedNotification }
  | { method: "mcpServer/event/stream/notification"; params: McpServerEventStreamNotification }
  | { method: "account/updated"; params: AccountUpdatedNotification }
  | { method: "account/gatewayOAuth/changed"; params: GatewayOAuthChangedNotification }
  | { method: "account/rateLimits/updated"; params: AccountRateLimitsUpdatedNotification }
  | { method: "app/list/updated"; params: AppListUpdatedNotification }
  | { method: "remoteControl/status/changed"; params: RemoteControlStatusChangedNotification }
  | {
      method: "externalAgentConfig/import/progress";
      params: ExternalAgentConfigImportProgressNotification;
    }
  | {
      method: "externalAgentConfig/import/completed";
      params: ExternalAgentConfigImportCompletedNotification;
    }
  | { method: "fs/changed"; params: FsChangedNotification }
  | { method: "item/reasoning/summaryTextDelta"; params: ReasoningSummaryTextDeltaNotification }
  | { method: "item/reasoning/summaryPartAdded"; params: ReasoningSummaryPartAddedNotification }
  | { method: "item/reasoning/textDelta"; params: ReasoningTextDeltaNotification }
  | { method: "thread/compacted"; params: ContextCompactedNotification }
  | { method: "model/rerouted"; params: ModelReroutedNotification }
  | { method: "model/verification"; params: ModelVerificationNotification }
  | { method: "modelProvider/authRecoveryStarted"; params: AuthRecoveryNotification }
  | { method: "modelProvider/authRecoveryCompleted"; params: AuthRecoveryNotification }
  | { method: "turn/moderationMetadata"; params: TurnModerationMetadataNotification }
  | { method: "model/safetyBuffering/updated"; params: ModelSafetyBufferingUpdatedNotification }
  | { method: "warning"; params: WarningNotification }
  | { method: "guardianWarning"; params: GuardianWarningNotification }
  | { method: "deprecationNotice"; params: DeprecationNoticeNotification }
  | { method: "configWarning"; params: ConfigWarningNotification }
  | { method: "fuzzyFileSearch/sessionUpdated"; params: FuzzyFileSearchSessionUpdatedNotification }
  | {
      method: "fuzzyFileSearch/sessionCompleted";
      params: FuzzyFileSearchSessionCompletedNotification;
    }
  | { method: "thread/realtime/started"; params: ThreadRealtimeStartedNotification }
  | { method: "thread/realtime/itemAdded"; params: ThreadRealtimeItemAddedNotification }
  | { method: "thread/realtime/item/started"; params: ThreadRealtimeItemStartedNotification }
  | {
      method: "thread/realtime/item/transcript/delta";
      params: ThreadRealtimeItemTranscriptDeltaNotification;
    }
  | { method: "thread/realtime/item/completed"; params: ThreadRealtimeItemCompletedNotification }
  | {
      method: "thread/realtime/transcript/delta";
      params: ThreadRealtimeTranscriptDeltaNotification;
    }
  | { method: "thread/realtime/transcript/done"; params: ThreadRealtimeTranscriptDoneNotification }
  | {
      method: "thread/realtime/outputAudio/delta";
      params: ThreadRealtimeOutputAudioDeltaNotification;
    }
  | { method: "thread/realtime/sdp"; params: ThreadRealtimeSdpNotification }
  | { method: "thread/realtime/error"; params: ThreadRealtimeErrorNotification }
  | { method: "thread/realtime/closed"; params: ThreadRealtimeClosedNotification }
  | { method: "windows/worldWritableWarning"; params: WindowsWorldWritableWarningNotification }
  | { method: "windowsSandbox/setupCompleted"; params: WindowsSandboxSetupCompletedNotification }
  | { method: "account/login/completed"; params: AccountLoginCompletedNotification }
);

export type ServerRequest =
  | {
      method: "item/commandExecution/requestApproval";
      id: RequestId;
      params: CommandExecutionRequestApprovalParams;
    }
  | {
      method: "item/fileChange/requestApproval";
      id: RequestId;
      params: FileChangeRequestApprovalParams;
    }
  | { method: "item/tool/requestUserInput"; id: RequestId; params: ToolRequestUserInputParams }
  | {
      method: "mcpServer/elicitation/request";
      id: RequestId;
      params: McpServerElicitationRequestParams;
    }
  | {
      method: "item/permissions/requestApproval";
      id: RequestId;
      params: PermissionsRequestApprovalParams;
    }
  | { method: "item/tool/call"; id: RequestId; params: DynamicToolCallParams }
  | {
      method: "account/chatgptAuthTokens/refresh";
      id: RequestId;
      params: ChatgptAuthTokensRefreshParams;
    }
  | { method: "attestation/generate"; id: RequestId; params: AttestationGenerateParams }
  | { method: "currentTime/read"; id: RequestId; params: CurrentTimeReadParams }
  | { method: "applyPatchApproval"; id: RequestId; params: ApplyPatchApprovalParams }
  | { method: "execCommandApproval"; id: RequestId; params: ExecCommandApprovalParams };

export type ServerRequestResolvedNotification = { threadId: string; requestId: RequestId };

export type SessionMigration = { path: string; cwd: string; title: string | null };

export type SessionSource =
  | "cli"
  | "vscode"
  | "exec"
  | "appServer"
  | { custom: string }
  | { subAgent: SubAgentSource }
  | "unknown";

export type Settings = {
  model: string;
  reasoning_effort: ReasoningEffort | null;
  developer_instructions: string | null;
};

export type SkillDependencies = { tools: Array<SkillToolDependency> };

export type SkillErrorInfo = { path: string; message: string };

export type SkillInterface = {
  displayName?: string;
  shortDescription?: string;
  iconSmall?: AbsolutePathBuf;
  iconLarge?: AbsolutePathBuf;

  iconSmallUrl: string | null;

  iconLargeUrl: string | null;
  brandColor?: string;
  defaultPrompt?: string;
};

export type SkillMetadata = {
  name: string;
  description: string;

  shortDescription?: string;
  interface?: SkillInterface;
  dependencies?: SkillDependencies;
  path: LegacyAppPathString;
  scope: SkillScope;
  enabled: boolean;

  pluginId: string | null;
};

export type SkillMigration = { name: string };

export type SkillScope = "user" | "repo" | "system" | "admin";

export type SkillSummary = {
  name: string;
  description: string;
  shortDescription: string | null;
  interface: SkillInterface | null;
  path: LegacyAppPathString | null;
  enabled: boolean;
};

export type SkillToolDependency = {
  type: string;
  value: string;
  description?: string;
  transport?: string;
  command?: string;
  url?: string;
};

export type SkillsChangedNotification = Record<string, never>;

export type SkillsConfigWriteParams = {
  path?: AbsolutePathBuf | null;

  name?: string | null;
  enabled: boolean;
};

export type SkillsConfigWriteResponse = { effectiveEnabled: boolean };

export type SkillsExtraRootsSetParams = { extraRoots: Array<AbsolutePathBuf> };

export type SkillsExtraRootsSetResponse = Record<string, never>;

export type SkillsListEntry = {
  cwd: string;
  skills: Array<SkillMetadata>;
  errors: Array<SkillErrorInfo>;
};

export type SkillsListParams = {
  cwds?: Array<string>;

  forceReload?: boolean;
};

export type SkillsListResponse = { data: Array<SkillsListEntry> };

export type SleepItem = { id: string; durationMs: number };

export type SortDirection = "asc" | "desc";

export type SpendControlLimitSnapshot = {
  limit: string;
  used: string;
  remainingPercent: number;
  resetsAt: number;
};

export type StrictReviewRequiredNotification = {
  threadId: string;
  turnId: string;

  startedAtMs: number;
};

export type SubAgentActivityKind = "started" | "interacted" | "interrupted" | "completed";

export type SubAgentSource =
  | "review"
  | "compact"
  | {
      thread_spawn: {
        parent_thread_id: ThreadId;
        depth: number;
        agent_path: AgentPath | null;
        agent_nickname: string | null;
        agent_role: string | null;
      };
    }
  | "memory_consolidation"
  | { other: string };

export type SubagentMigration = { name: string };

export type TerminalInteractionNotification = {
  threadId: string;
  turnId: string;
  itemId: string;
  processId: string;
  stdin: string;
};

export type TextElement = {
  byteRange: ByteRange;

  placeholder: string | null;
};

export type TextPosition = {
  line: number;

  column: number;
};

export type TextRange = { start: TextPosition; end: TextPosition };

export type Thread = {
  id: string;

  environments: Array<ThreadEnvironment> | null;

  extra: ThreadExtra | null;

  sessionId: string;

  forkedFromId: string | null;

  attachedToThreadId: string | null;

  parentThreadId: string | null;

  preview: string;

  ephemeral: boolean;

  section: ThreadSection | null;

  sectionEnteredAt: number | null;

  projectId: string | null;

  historyMode: ThreadHistoryMode;

  modelProvider: string;

  model: string | null;

  reasoningEffort: ReasoningEffort | null;

  createdAt: number;

  updatedAt: number;

  recencyAt: number | null;

  status: ThreadStatus;

  path: string | null;

  cwd: AbsolutePathBuf;

  cliVersion: string;

  originator: string | null;

  source: SessionSource;

  canAcceptDirectInput: boolean | null;

  threadSource: ThreadSource | null;

  agentNickname: string | null;

  agentRole: string | null;

  gitInfo: GitInfo | null;

  name: string | null;

  daybreakEnabled: boolean | null;

  turns: Array<Turn>;
};

export type ThreadActiveFlag = "waitingOnApproval" | "waitingOnUserInput";

export type ThreadApproveGuardianDeniedActionParams = {
  threadId: string;

  event: JsonValue;
};

export type ThreadApproveGuardianDeniedActionResponse = Record<string, never>;

export type ThreadArchiveParams = { threadId: string };

export type ThreadArchiveResponse = Record<string, never>;

export type ThreadArchivedNotification = { threadId: string };

export type ThreadAttachment = {
  id: string;
  attachmentType: string;
  identityKey: string;
  payload: JsonValue;
  createdAt: number;
};

export type ThreadAttachmentAddOutcome = "created" | "existing";

export type ThreadAttachmentAddParams = {
  threadId: string;
  attachmentType: string;
  identityKey: string;
  payload: JsonValue;
};

export type ThreadAttachmentAddResponse = {
  outcome: ThreadAttachmentAddOutcome;
  attachment: ThreadAttachment;
};

export type ThreadAttachmentListParams = {
  threadId: string;
  cursor?: string | null;
  limit?: number | null;
};

export type ThreadAttachmentListResponse = {
  data: Array<ThreadAttachment>;
  nextCursor: string | null;
};

export type ThreadAttachmentOperation = "created" | "deleted";

export type ThreadAttachmentOwner = {
  threadId: string;

  archived: boolean;
};

export type ThreadAttachmentOwnerListParams = {
  attachmentType: string;
  identityKey: string;

  archived?: boolean | null;
  cursor?: string | null;
  limit?: number | null;
};

export type ThreadAttachmentOwnerListResponse = {
  data: Array<ThreadAttachmentOwner>;
  nextCursor: string | null;
};

export type ThreadAttachmentRemoveParams = {
  threadId: string;
  attachmentType: string;
  identityKey: string;
};

export type ThreadAttachmentRemoveResponse = Record<string, never>;

export type ThreadAttachmentUpdatedNotification = {
  threadId: string;
  attachmentType: string;
  identityKey: string;
  attachmentId: string;
  operation: ThreadAttachmentOperation;
};

export type ThreadBackgroundTerminal = {
  itemId: string;
  processId: string;
  command: string;
  cwd: LegacyAppPathString;
  osPid: number | null;
  cpuPercent: number | null;
  rssKb: number | null;
};

export type ThreadBackgroundTerminalsCleanParams = { threadId: string };

export type ThreadBackgroundTerminalsCleanResponse = Record<string, never>;

export type ThreadBackgroundTerminalsListParams = {
  threadId: string;

  cursor?: string | null;

  limit?: number | null;
};

export type ThreadBackgroundTerminalsListResponse = {
  data: Array<ThreadBackgroundTerminal>;

  nextCursor: string | null;
};

export type ThreadBackgroundTerminalsTerminateParams = { threadId: string; processId: string };

export type ThreadBackgroundTerminalsTerminateResponse = { terminated: boolean };

export type ThreadClosedNotification = { threadId: string };

export type ThreadCompactStartParams = { threadId: string };

export type ThreadCompactStartResponse = Record<string, never>;

export type ThreadDecrementElicitationParams = {
  threadId: string;
};

export type ThreadDecrementElicitationResponse = {
  count: number;

  paused: boolean;
};

export type ThreadDeleteParams = { threadId: string };

export type ThreadDeleteResponse = Record<string, never>;

export type ThreadDeletedNotification = { threadId: string };

export type ThreadEnvironment = {
  environmentId: string;
  cwd: LegacyAppPathString;
  runtimeWorkspaceRoots: Array<LegacyAppPathString>;
};

export type ThreadExtra = Record<string, never>;

export type ThreadForkParams = {
  threadId: string;

  experimentalPredictionMode?: boolean;

  experimentalDisablePredictionMcp?: boolean;

  lastTurnId?: string | null;

  beforeTurnId?: string | null;

  path?: string | null;

  model?: string | null;
  modelProvider?: string | null;
  serviceTier?: string | null;
  cwd?: string | null;

  runtimeWorkspaceRoots?: Array<AbsolutePathBuf> | null;
  approvalPolicy?: AskForApproval | null;

  approvalsReviewer?: ApprovalsReviewer | null;
  sandbox?: SandboxMode | null;

  permissions?: string | null;
  config?: { [key in string]?: JsonValue } | null;
  baseInstructions?: string | null;
  developerInstructions?: string | null;
  ephemeral?: boolean;

  attachToSource?: boolean;

  threadSource?: ThreadSource | null;

  excludeTurns?: boolean;

  deferGoalContinuation?: boolean;
};

export type ThreadForkResponse = {
  thread: Thread;
  model: string;
  modelProvider: string;
  serviceTier: string | null;

  disabledPluginIds: Array<string>;
  cwd: AbsolutePathBuf;

  runtimeWorkspaceRoots: Array<AbsolutePathBuf>;

  instructionSources: Array<LegacyAppPathString>;
  approvalPolicy: AskForApproval;

  approvalsReviewer: ApprovalsReviewer;

  sandbox: SandboxPolicy;

  activePermissionProfile: ActivePermissionProfile | null;
  reasoningEffort: ReasoningEffort | null;

  multiAgentMode: MultiAgentMode;
};

export type ThreadGoal = {
  threadId: string;
  objective: string;
  status: ThreadGoalStatus;
  tokenBudget: number | null;
  tokensUsed: number;
  timeUsedSeconds: number;
  createdAt: number;
  updatedAt: number;
};

export type ThreadGoalClearParams = {
  threadId: string;

  origin?: ThreadGoalMutationOrigin | null;
};

export type ThreadGoalClearResponse = { cleared: boolean };

export type ThreadGoalClearedNotification = { threadId: string };

export type ThreadGoalGetParams = { threadId: string };

export type ThreadGoalGetResponse = { goal: ThreadGoal | null };

export type ThreadGoalMutationOrigin = "user" | "automatic";

export type ThreadGoalSetParams = {
  threadId: string;

  origin?: ThreadGoalMutationOrigin | null;
  objective?: string | null;
  status?: ThreadGoalStatus | null;
  tokenBudget?: number | null;
};

export type ThreadGoalSetResponse = { goal: ThreadGoal };

export type ThreadGoalStatus =
  | "active"
  | "paused"
  | "blocked"
  | "usageLimited"
  | "budgetLimited"
  | "complete";

export type ThreadGoalUpdatedNotification = {
  threadId: string;
  turnId: string | null;
  goal: ThreadGoal;
};

export type ThreadGuardianAssessment = {
  outcome: GuardianAssessmentOutcome;
  riskLevel: GuardianRiskLevel;
  userAuthorization: GuardianUserAuthorization;
  rationale: string;
};

export type ThreadGuardianReviewParams = { threadId: string };

export type ThreadGuardianReviewResponse = {
  callId: string;

  assessment: ThreadGuardianAssessment | null;
};

export type ThreadHistoryMode = "legacy" | "paginated";

export type ThreadId = string;

export type ThreadIncrementElicitationParams = {
  threadId: string;
};

export type ThreadIncrementElicitationResponse = {
  count: number;

  paused: boolean;
};

export type ThreadInjectItemsParams = {
  threadId: string;

  items: Array<JsonValue>;
};

export type ThreadInjectItemsResponse = Record<string, never>;

export type ThreadItem = {
  startedAtMs?: number | null;

  completedAtMs?: number | null;
} & (
  | { type: "userMessage"; id: string; clientId: string | null; content: Array<UserInput> }
  | { type: "hookPrompt"; id: string; fragments: Array<HookPromptFragment> }
  | {
      type: "agentMessage";
      moderation: AgentMessageModeration | null;
      id: string;
      text: string;
      phase: MessagePhase | null;
      memoryCitation: MemoryCitation | null;
      delivery: AgentMessageDelivery | null;
      questions: Array<AsyncUserInputQuestion> | null;
    }
  | {
      type: "functionCallOutput";
      id: string;
      name: string;
      namespace: string | null;
      output: FunctionCallOutputBody;
    }
  | { type: "plan"; id: string; text: string }
  | { type: "reasoning"; id: string; summary: Array<string>; content: Array<string> }
  | {
      type: "commandExecution";
      id: string;

      pluginId: string | null;

      scriptPath: string | null;

      command: string;

      cwd: LegacyAppPathString;

      processId: string | null;
      source: CommandExecutionSource;
      status: CommandExecutionStatus;

      commandActions: Array<CommandAction>;

      aggregatedOutput: string | null;

      exitCode: number | null;

      durationMs: number | null;
    }
  | { type: "fileChange"; id: string; changes: Array<FileUpdateChange>; status: PatchApplyStatus }
  | {
      type: "mcpToolCall";
      id: string;
      server: string;
      tool: string;
      status: McpToolCallStatus;
      arguments: JsonValue;
      appContext: McpToolCallAppContext | null;

      mcpAppResourceUri?: string;

      mcpAppUi: McpAppUi | null;
      pluginId: string | null;
      readOnlyHint: boolean | null;
      result: McpToolCallResult | null;
      error: McpToolCallError | null;

      durationMs: number | null;
    }
  | {
      type: "dynamicToolCall";
      id: string;
      namespace: string | null;
      tool: string;
      arguments: JsonValue;
      status: DynamicToolCallStatus;
      contentItems: Array<DynamicToolCallOutputContentItem> | null;
      success: boolean | null;

      durationMs: number | null;
    }
  | {
      type: "collabAgentToolCall";

      id: string;

      tool: CollabAgentTool;

      status: CollabAgentToolCallStatus;

      senderThreadId: string;

      receiverThreadIds: Array<string>;

      prompt: string | null;

      model: string | null;

      reasoningEffort: ReasoningEffort | null;

      agentsStates: { [key in string]?: CollabAgentState };
    }
  | {
      type: "subAgentActivity";

      model: string | null;

      reasoningEffort: ReasoningEffort | null;
      id: string;
      kind: SubAgentActivityKind;
      agentThreadId: string;
      agentPath: string;
    }
  | ({ type: "webSearch" } & WebSearchItem)
  | { type: "imageView"; id: string; path: LegacyAppPathString }
  | ({ type: "sleep" } & SleepItem)
  | ({ type: "imageGeneration" } & ImageGenerationItem)
  | { type: "enteredReviewMode"; id: string; review: string }
  | { type: "exitedReviewMode"; id: string; review: string }
  | { type: "contextCompaction"; id: string }
);

export type ThreadItemEntry = {
  turnId: string;
  item: ThreadItem;

  outputDeferred?: boolean;

  startedAtMs: number | null;

  completedAtMs: number | null;
};

export type ThreadItemOutputDeferral = {
  commandExecution?: boolean;

  mcpToolCall?: boolean;
};

export type ThreadItemsListAnchor = { type: "item"; itemId: string };

export type ThreadItemsListCursor = string | ThreadItemsListAnchor;

export type ThreadItemsListParams = {
  threadId: string;

  turnId?: string | null;

  cursor?: ThreadItemsListCursor | null;

  limit?: number | null;

  sortDirection?: SortDirection | null;

  deferOutput?: ThreadItemOutputDeferral | null;
};

export type ThreadItemsListResponse = {
  data: Array<ThreadItemEntry>;

  nextCursor: string | null;

  backwardsCursor: string | null;
};

export type ThreadItemsReadParams = {
  threadId: string;
  turnId: string;

  itemIds: Array<string>;
};

export type ThreadItemsReadResponse = { data: Array<ThreadItemEntry> };

export type ThreadListParams = {
  includeAttachedThreads?: boolean;

  currentAccountOnly?: boolean;

  cursor?: string | null;

  limit?: number | null;

  excludedThreadIds?: Array<string> | null;

  sortKey?: ThreadSortKey | null;

  sortDirection?: SortDirection | null;

  modelProviders?: Array<string> | null;

  sourceKinds?: Array<ThreadSourceKind> | null;

  originators?: Array<string> | null;

  archived?: boolean | null;

  sectionId?: string | null;

  projectId?: string | null;

  cwd?: string | Array<string> | null;

  useStateDbOnly?: boolean;

  searchTerm?: string | null;

  parentThreadId?: string | null;

  ancestorThreadId?: string | null;

  attachedToThreadId?: string | null;
};

export type ThreadListResponse = {
  data: Array<Thread>;

  readStates: { [key in string]?: ThreadReadState } | null;

  nextCursor: string | null;

  backwardsCursor: string | null;
};

export type ThreadLoadedListParams = {
  cursor?: string | null;

  limit?: number | null;
};

export type ThreadLoadedListResponse = {
  data: Array<string>;

  nextCursor: string | null;
};

export type ThreadMemoryMode = "enabled" | "disabled";

export type ThreadMemoryModeSetParams = { threadId: string; mode: ThreadMemoryMode };

export type ThreadMemoryModeSetResponse = Record<string, never>;

export type ThreadMemoryReadParams = {
  threadId: string;
};

export type ThreadMemoryReadResponse = {
  summary: string | null;
};

export type ThreadMetadataGitInfoUpdateParams = {
  sha?: string | null;

  branch?: string | null;

  originUrl?: string | null;
};

export type ThreadMetadataUpdateParams = {
  threadId: string;

  projectId?: string | null;

  gitInfo?: ThreadMetadataGitInfoUpdateParams | null;

  daybreakEnabled?: boolean | null;
};

export type ThreadMetadataUpdateResponse = { thread: Thread };

export type ThreadNameUpdatedNotification = { threadId: string; threadName?: string };

export type ThreadPredictionRequestParams = { threadId: string; sourceTurnId: string };

export type ThreadPredictionRequestResponse = Record<string, never>;

export type ThreadPredictionResult =
  | { type: "completed"; text: string | null }
  | { type: "failed" };

export type ThreadPredictionUpdatedNotification = {
  threadId: string;
  sourceTurnId: string;
  result: ThreadPredictionResult;
};

export type ThreadPrepareApprovedPlanParams = {
  threadId: string;
  markdown: string;

  attachmentPath?: string | null;
};

export type ThreadPrepareApprovedPlanResponse = {
  prompt: string;
};

export type ThreadProjectUpdatedNotification = { threadId: string; projectId: string | null };

export type ThreadQueueAddParams = {
  threadId: string;
  input: Array<UserInput>;
  clientUserMessageId: string;

  responsesapiClientMetadata?: { [key in string]?: string } | null;
};

export type ThreadQueueAddResponse = { queuedSubmission: QueuedSubmission };

export type ThreadQueueChangedNotification = { threadId: string };

export type ThreadQueueDeleteParams = { threadId: string; queuedSubmissionId: string };

export type ThreadQueueDeleteResponse = { deleted: boolean };

export type ThreadQueueListParams = {
  threadId: string;

  cursor?: string | null;

  limit?: number | null;
};

export type ThreadQueueListResponse = {
  data: Array<QueuedSubmission>;

  nextCursor: string | null;
};

export type ThreadQueueReorderParams = { threadId: string; queuedSubmissionIds: Array<string> };

export type ThreadQueueReorderResponse = Record<string, never>;

export type ThreadQueueStartParams = { threadId: string; queuedSubmissionId?: string | null };

export type ThreadQueueStartResponse = { turn: Turn };

export type ThreadQueueUpdateParams = {
  threadId: string;
  queuedSubmissionId: string;
  input: Array<UserInput>;

  responsesapiClientMetadata?: { [key in string]?: string } | null;
};

export type ThreadQueueUpdateResponse = { queuedSubmission: QueuedSubmission };

export type ThreadReadParams = {
  threadId: string;

  includeTurns?: boolean;
};

export type ThreadReadResponse = {
  thread: Thread;

  readState: ThreadReadState | null;
};

export type ThreadReadState = { firstUnread: ThreadUnreadPosition | null; revision: string };

export type ThreadReadStateChangedNotification = { threadId: string; readState: ThreadReadState };

export type ThreadReadStateOperation = { type: "read" } | { type: "unread" };

export type ThreadReadStateUpdateParams = {
  threadId: string;
  operation: ThreadReadStateOperation;

  expectedRevision: string;
};

export type ThreadReadStateUpdateResponse = { readState: ThreadReadState };

export type ThreadRealtimeAppendAudioParams = { threadId: string; audio: ThreadRealtimeAudioChunk };

export type ThreadRealtimeAppendAudioResponse = Record<string, never>;

export type ThreadRealtimeAppendSpeechParams = { threadId: string; text: string };

export type ThreadRealtimeAppendSpeechResponse = Record<string, never>;

export type ThreadRealtimeAppendTextParams = {
  threadId: string;
  text: string;
  role: ConversationTextRole;
};

export type ThreadRealtimeAppendTextResponse = Record<string, never>;

export type ThreadRealtimeAudioChunk = {
  data: string;
  sampleRate: number;
  numChannels: number;
  samplesPerChannel: number | null;
  itemId: string | null;
};

export type ThreadRealtimeBemItemPresentation =
  | { type: "wholeItem" }
  | { type: "inlineMarkdown" }
  | { type: "inlineVisualization"; index: number };

export type ThreadRealtimeClosedNotification = { threadId: string; reason: string | null };

export type ThreadRealtimeErrorNotification = { threadId: string; message: string };

export type ThreadRealtimeInitialItem = { role: ConversationTextRole; text: string };

export type ThreadRealtimeItem = { id: string; realtimeSessionId: string } & (
  | { type: "realtimeSessionStarted" }
  | { type: "transcriptSegment"; role: ThreadRealtimeTranscriptRole; text: string }
  | {
      type: "bemItemPromoted";
      turnId: string;
      itemId: string;
      presentation: ThreadRealtimeBemItemPresentation;
    }
  | { type: "realtimeSessionClosed"; outcome: ThreadRealtimeSessionOutcome }
);

export type ThreadRealtimeItemAddedNotification = { threadId: string; item: JsonValue };

export type ThreadRealtimeItemCompletedNotification = {
  threadId: string;
  item: ThreadRealtimeItem;
};

export type ThreadRealtimeItemStartedNotification = { threadId: string; item: ThreadRealtimeItem };

export type ThreadRealtimeItemTranscriptDeltaNotification = {
  threadId: string;
  itemId: string;
  delta: string;
};

export type ThreadRealtimeListVoicesParams = Record<string, never>;

export type ThreadRealtimeListVoicesResponse = { voices: RealtimeVoicesList };

export type ThreadRealtimeOutputAudioDeltaNotification = {
  threadId: string;
  audio: ThreadRealtimeAudioChunk;
};

export type ThreadRealtimeSdpNotification = { threadId: string; sdp: string };

export type ThreadRealtimeSessionOutcome = "ended" | "failed";

export type ThreadRealtimeStartParams = {
  threadId: string;

  clientManagedHandoffs?: boolean | null;

  delegationAckFiller?: boolean | null;

  flushTranscriptTailOnSessionEnd?: boolean | null;

  codexResponsesAsItems?: boolean | null;

  codexResponseItemPrefix?: string | null;

  codexResponseHandoffMode?: CodexResponseHandoffMode | null;

  backendReasoningStatus?: boolean;

  codexResponseHandoffChannelPrefixes?: { [key in string]?: Array<string> } | null;

  model?: string | null;

  outputModality: RealtimeOutputModality;

  includeStartupContext?: boolean | null;

  initialItems?: Array<ThreadRealtimeInitialItem> | null;

  realtimeStartInstructions?: string | null;

  realtimeEndInstructions?: string | null;
  prompt?: string | null;
  realtimeSessionId?: string | null;

  voiceSessionId?: string | null;
  transport?: ThreadRealtimeStartTransport | null;

  version?: RealtimeConversationVersion | null;
  voice?: RealtimeVoice | null;
};

export type ThreadRealtimeStartResponse = Record<string, never>;

export type ThreadRealtimeStartTransport =
  | { type: "websocket" }
  | {
      type: "webrtc";

      sdp: string;
    }
  | {
      type: "existingCall";

      callId: string;
    };

export type ThreadRealtimeStartedNotification = {
  threadId: string;
  realtimeSessionId: string | null;
  version: RealtimeConversationVersion;
};

export type ThreadRealtimeStopParams = { threadId: string };

export type ThreadRealtimeStopResponse = Record<string, never>;

export type ThreadRealtimeTranscriptDeltaNotification = {
  threadId: string;
  role: string;

  delta: string;
};

export type ThreadRealtimeTranscriptDoneNotification = {
  threadId: string;
  role: string;

  text: string;
};

export type ThreadRealtimeTranscriptRole = "user" | "assistant";

export type ThreadResumeInitialTurnsPageParams = {
  limit?: number | null;

  sortDirection?: SortDirection | null;

  itemsView?: TurnItemsView | null;
};

export type ThreadResumeParams = {
  threadId: string;

  history?: Array<ResponseItem> | null;

  path?: string | null;

  model?: string | null;
  modelProvider?: string | null;
  serviceTier?: string | null;
  cwd?: string | null;

  runtimeWorkspaceRoots?: Array<AbsolutePathBuf> | null;
  approvalPolicy?: AskForApproval | null;

  approvalsReviewer?: ApprovalsReviewer | null;
  sandbox?: SandboxMode | null;

  permissions?: string | null;
  config?: { [key in string]?: JsonValue } | null;
  baseInstructions?: string | null;
  developerInstructions?: string | null;

  personality?: Personality | null;

  excludeTurns?: boolean;

  initialTurnsPage?: ThreadResumeInitialTurnsPageParams | null;
};

export type ThreadResumeResponse = {
  thread: Thread;
  model: string;
  modelProvider: string;
  serviceTier: string | null;

  disabledPluginIds: Array<string>;
  cwd: AbsolutePathBuf;

  runtimeWorkspaceRoots: Array<AbsolutePathBuf>;

  instructionSources: Array<LegacyAppPathString>;
  approvalPolicy: AskForApproval;

  approvalsReviewer: ApprovalsReviewer;

  sandbox: SandboxPolicy;

  activePermissionProfile: ActivePermissionProfile | null;
  reasoningEffort: ReasoningEffort | null;

  collaborationMode: CollaborationMode | null;

  multiAgentMode: MultiAgentMode;

  initialTurnsPage: TurnsPage | null;

  turnsBackwardsCursor: string | null;

  itemsBackwardsCursor: string | null;
};

export type ThreadRevertParams = {
  threadId: string;

  beforeTurnId: string;
};

export type ThreadRevertResponse = {
  thread: Thread;

  turnsBackwardsCursor: string | null;

  itemsBackwardsCursor: string | null;
};

export type ThreadRevertedNotification = { threadId: string };

export type ThreadSampleCancelParams = { requestId: RequestId };

export type ThreadSampleCancelResponse = Record<string, never>;

export type ThreadSampleParams = {
  threadId: string;

  expectedTurnId: string;

  allowInProgressTurn?: boolean;
  prompt: string;

  effort?: ReasoningEffort | null;
  threadSource?: ThreadSource | null;
  turnTrigger?: string | null;

  responsesapiClientMetadata?: { [key in string]?: string } | null;

  disableMcp?: boolean;

  interruptOnCancel?: boolean | null;
};

export type ThreadSampleResponse = {
  sourceTurnId: string;
  responseId: string;

  text: string | null;
  inputTokens: number | null;
  cachedInputTokens: number | null;
  outputTokens: number | null;
};

export type ThreadSearchOccurrence = {
  turnId: string;
  itemId: string;
  snippet: string;

  snippetMatchRange: ThreadSearchTextRange;

  turnCursor: string;
};

export type ThreadSearchOccurrencesParams = {
  threadId: string;

  searchTerm: string;

  cursor?: string | null;

  limit?: number | null;
};

export type ThreadSearchOccurrencesResponse = {
  data: Array<ThreadSearchOccurrence>;

  nextCursor: string | null;
};

export type ThreadSearchParams = {
  includeAttachedThreads?: boolean;

  currentAccountOnly?: boolean;

  cursor?: string | null;

  limit?: number | null;

  sortKey?: ThreadSearchSortKey | null;

  sortDirection?: SortDirection | null;

  sourceKinds?: Array<ThreadSourceKind> | null;

  archived?: boolean | null;

  searchTerm: string;
};

export type ThreadSearchResponse = {
  data: Array<ThreadSearchResult>;

  nextCursor: string | null;

  backwardsCursor: string | null;
};

export type ThreadSearchResult = { thread: Thread; snippet: string };

export type ThreadSearchSortKey = "created_at" | "updated_at" | "recency_at";

export type ThreadSearchTextRange = {
  start: number;

  end: number;
};

export type ThreadSection = {
  id: string;

  name: string;

  appearance: ThreadSectionAppearance | null;
};

export type ThreadSectionAppearance = { icon: string | null; color: string | null };

export type ThreadSectionChangedNotification = {
  threadId: string;

  sectionId: string | null;
};

export type ThreadSectionCreateParams = {
  name: string;
  appearance?: ThreadSectionAppearance | null;
};

export type ThreadSectionCreateResponse = { section: ThreadSection };

export type ThreadSectionDeleteParams = {
  sectionId: string;
};

export type ThreadSectionDeleteResponse = Record<string, never>;

export type ThreadSectionListParams = {
  cursor?: string | null;

  limit?: number | null;
};

export type ThreadSectionListResponse = {
  data: Array<ThreadSection>;

  nextCursor: string | null;
};

export type ThreadSectionMoveParams = {
  threadId: string;

  sectionId: string | null;

  beforeThreadId?: string | null;
};

export type ThreadSectionMoveResponse = Record<string, never>;

export type ThreadSectionUpdateParams = {
  sectionId: string;

  name: string;

  appearance?: ThreadSectionAppearance | null;
};

export type ThreadSectionUpdateResponse = { section: ThreadSection };

export type ThreadSetNameParams = { threadId: string; name: string };

export type ThreadSetNameResponse = Record<string, never>;

export type ThreadSettings = {
  disabledPluginIds: Array<string>;
  cwd: AbsolutePathBuf;

  environments: Array<ThreadEnvironment> | null;
  approvalPolicy: AskForApproval;
  approvalsReviewer: ApprovalsReviewer;
  sandboxPolicy: SandboxPolicy;
  activePermissionProfile: ActivePermissionProfile | null;
  model: string;
  modelProvider: string;
  serviceTier: string | null;
  effort: ReasoningEffort | null;
  summary: ReasoningSummary | null;
  collaborationMode: CollaborationMode;

  multiAgentMode: MultiAgentMode;

  personality: Personality | null;
};

export type ThreadSettingsUpdateParams = {
  threadId: string;

  disabledPluginIds?: Array<string> | null;

  cwd?: string | null;

  environments?: Array<TurnEnvironmentParams> | null;

  approvalPolicy?: AskForApproval | null;

  approvalsReviewer?: ApprovalsReviewer | null;

  sandboxPolicy?: SandboxPolicy | null;

  permissions?: string | null;

  model?: string | null;

  serviceTier?: string | null;

  effort?: ReasoningEffort | null;

  summary?: ReasoningSummary | null;

  collaborationMode?: CollaborationMode | null;

  multiAgentMode?: MultiAgentMode | null;

  personality?: Personality | null;
};

export type ThreadSettingsUpdateResponse = Record<string, never>;

export type ThreadSettingsUpdatedNotification = {
  threadId: string;
  threadSettings: ThreadSettings;
};

export type ThreadShellCommandParams = {
  threadId: string;

  command: string;

  timeoutMs?: number | null;
};

export type ThreadShellCommandResponse = Record<string, never>;

export type ThreadSortKey = "created_at" | "updated_at" | "recency_at" | "section_position";

export type ThreadSource = string;

export type ThreadSourceKind =
  | "cli"
  | "vscode"
  | "exec"
  | "appServer"
  | "subAgent"
  | "subAgentReview"
  | "subAgentCompact"
  | "subAgentThreadSpawn"
  | "subAgentOther"
  | "unknown";

export type ThreadStartParams = {
  model?: string | null;
  modelProvider?: string | null;

  allowProviderModelFallback?: boolean;
  serviceTier?: string | null;
  cwd?: string | null;

  runtimeWorkspaceRoots?: Array<AbsolutePathBuf> | null;
  approvalPolicy?: AskForApproval | null;

  approvalsReviewer?: ApprovalsReviewer | null;
  sandbox?: SandboxMode | null;

  permissions?: string | null;
  config?: { [key in string]?: JsonValue } | null;
  serviceName?: string | null;
  baseInstructions?: string | null;
  developerInstructions?: string | null;

  personality?: Personality | null;

  multiAgentMode?: MultiAgentMode | null;
  ephemeral?: boolean | null;

  historyMode?: ThreadHistoryMode | null;
  sessionStartSource?: ThreadStartSource | null;

  threadSource?: ThreadSource | null;

  projectId?: string | null;

  daybreakEnabled?: boolean | null;

  environments?: Array<TurnEnvironmentParams> | null;
  dynamicTools?: Array<DynamicToolSpec> | null;

  selectedCapabilityRoots?: Array<SelectedCapabilityRoot> | null;

  mockExperimentalField?: string | null;

  experimentalRawEvents?: boolean;
};

export type ThreadStartResponse = {
  thread: Thread;
  model: string;
  modelProvider: string;
  serviceTier: string | null;

  disabledPluginIds: Array<string>;
  cwd: AbsolutePathBuf;

  runtimeWorkspaceRoots: Array<AbsolutePathBuf>;

  instructionSources: Array<LegacyAppPathString>;
  approvalPolicy: AskForApproval;

  approvalsReviewer: ApprovalsReviewer;

  sandbox: SandboxPolicy;

  activePermissionProfile: ActivePermissionProfile | null;
  reasoningEffort: ReasoningEffort | null;

  multiAgentMode: MultiAgentMode;
};

export type ThreadStartSource = "startup" | "clear";

export type ThreadStartedNotification = { thread: Thread };

export type ThreadStatus =
  | { type: "notLoaded" }
  | { type: "idle" }
  | { type: "systemError" }
  | { type: "active"; activeFlags: Array<ThreadActiveFlag> };

export type ThreadStatusChangedNotification = { threadId: string; status: ThreadStatus };

export type ThreadTimelineEntry =
  | { type: "item"; position: number; turnId: string; item: ThreadItem }
  | { type: "realtime"; position: number; item: ThreadRealtimeItem }
  | { type: "turnStarted"; position: number; turnId: string; startedAt: number | null }
  | {
      type: "turnCompleted";
      position: number;
      turnId: string;
      status: TurnStatus;
      error: TurnError | null;
      startedAt: number | null;
      completedAt: number | null;
      durationMs: number | null;
    };

export type ThreadTimelineListParams = {
  threadId: string;
  cursor?: string | null;
  limit?: number | null;
};

export type ThreadTimelineListResponse = {
  data: Array<ThreadTimelineEntry>;
  nextCursor: string | null;
  activeRealtimeSessionAtPageStart: string | null;
};

export type ThreadTokenUsage = {
  total: TokenUsageBreakdown;
  last: TokenUsageBreakdown;
  modelContextWindow: number | null;
};

export type ThreadTokenUsageUpdatedNotification = {
  threadId: string;
  turnId: string;
  tokenUsage: ThreadTokenUsage;
};

export type ThreadTurnsListParams = {
  threadId: string;

  cursor?: string | null;

  limit?: number | null;

  sortDirection?: SortDirection | null;

  itemsView?: TurnItemsView | null;
};

export type ThreadTurnsListResponse = {
  data: Array<Turn>;

  nextCursor: string | null;

  backwardsCursor: string | null;
};

export type ThreadUnarchiveParams = { threadId: string };

export type ThreadUnarchiveResponse = { thread: Thread };

export type ThreadUnarchivedNotification = { threadId: string };

export type ThreadUnreadPosition = { type: "threadStart" } | { type: "turn"; turnId: string };

export type ThreadUnsubscribeParams = { threadId: string };

export type ThreadUnsubscribeResponse = { status: ThreadUnsubscribeStatus };

export type ThreadUnsubscribeStatus = "notLoaded" | "notSubscribed" | "unsubscribed";

export type ThreadUsage = {
  threadId: string;
  estimatedUsageCreditsMicros: number;
  estimatedUsageUsdMicros: number | null;

  nativeUsageUsdMicros?: number | null;
  groups: Array<ThreadUsageBreakdownGroup>;
};

export type ThreadUsageBreakdownGroup = {
  model: string | null;
  reasoningEffort: string | null;
  speed: string | null;
  estimatedUsageCreditsMicros: number;
  netNewInputTokens: number | null;
  cachedInputTokens: number | null;
  inputTokens: number | null;
  outputTokens: number | null;
  totalTokens: number | null;
};

export type TokenUsageBreakdown = {
  totalTokens: number;
  inputTokens: number;
  cachedInputTokens: number;
  cacheWriteInputTokens: number;
  outputTokens: number;
  reasoningOutputTokens: number;
};

export type Tool = {
  name: string;
  title?: string;
  description?: string;
  inputSchema: JsonValue;
  outputSchema?: JsonValue;
  annotations?: JsonValue;
  icons?: Array<JsonValue>;
  _meta?: JsonValue;
};

export type ToolExposureSurface = "code_mode" | "deferred" | "direct";

export type ToolRequestUserInputAnswer = { answers: Array<string> };

export type ToolRequestUserInputOption = { label: string; description: string };

export type ToolRequestUserInputParams = {
  threadId: string;
  turnId: string;
  itemId: string;
  questions: Array<ToolRequestUserInputQuestion>;
  isBlocking: boolean;

  autoResolutionMs: number | null;
};

export type ToolRequestUserInputQuestion = {
  id: string;
  header: string;
  question: string;
  isOther: boolean;
  isSecret: boolean;
  options: Array<ToolRequestUserInputOption> | null;
};

export type ToolRequestUserInputResponse = {
  answers: { [key in string]?: ToolRequestUserInputAnswer };
};

export type ToolsV2 = { web_search: WebSearchToolConfig | null };

export type Turn = {
  id: string;

  rootTurnId: string | null;

  items: Array<ThreadItem>;

  itemsView: TurnItemsView;
  status: TurnStatus;

  error: TurnError | null;

  startedAt: number | null;

  completedAt: number | null;

  durationMs: number | null;
};

export type TurnCompletedNotification = { threadId: string; turn: Turn };

export type TurnDiffUpdatedNotification = { threadId: string; turnId: string; diff: string };

export type TurnEnvironmentParams = {
  environmentId: string;
  cwd: LegacyAppPathString;

  runtimeWorkspaceRoots?: Array<LegacyAppPathString> | null;
};

export type TurnError = {
  message: string;
  codexErrorInfo: CodexErrorInfo | null;
  additionalDetails: string | null;

  misalignment: MisalignmentErrorDetails | null;
};

export type TurnInterruptParams = { threadId: string; turnId: string };

export type TurnInterruptResponse = Record<string, never>;

export type TurnItemsView = "notLoaded" | "summary" | "full";

export type TurnModerationMetadataNotification = {
  threadId: string;
  turnId: string;
  metadata: JsonValue;
};

export type TurnPlanStep = { step: string; status: TurnPlanStepStatus };

export type TurnPlanStepStatus = "pending" | "inProgress" | "completed";

export type TurnPlanUpdatedNotification = {
  threadId: string;
  turnId: string;
  explanation: string | null;
  plan: Array<TurnPlanStep>;
};

export type TurnSettingsUpdateParams = {
  threadId: string;
  turnId: string;

  approvalsReviewer?: ApprovalsReviewer | null;

  environments?: Array<TurnEnvironmentParams> | null;

  model?: string | null;

  effort?: ReasoningEffort | null;

  summary?: ReasoningSummary | null;

  serviceTier?: string | null;
};

export type TurnSettingsUpdateResponse = { status: TurnSettingsUpdateStatus };

export type TurnSettingsUpdateStatus = "applied" | "targetUnavailable";

export type TurnStartParams = {
  threadId: string;

  disabledPluginIds?: Array<string> | null;
  clientUserMessageId?: string | null;
  input: Array<UserInput>;

  turnTrigger?: string | null;

  parentTurnId?: string | null;

  rootTurnId?: string | null;
  toolOutput?: TurnToolOutput | null;

  responsesapiClientMetadata?: { [key in string]?: string } | null;

  responsesapiClientMetadataPatch?: { [key in string]?: string } | null;

  additionalContext?: { [key in string]?: AdditionalContextEntry } | null;

  environments?: Array<TurnEnvironmentParams> | null;

  cwd?: string | null;

  runtimeWorkspaceRoots?: Array<AbsolutePathBuf> | null;

  approvalPolicy?: AskForApproval | null;

  approvalsReviewer?: ApprovalsReviewer | null;

  sandboxPolicy?: SandboxPolicy | null;

  permissions?: string | null;

  model?: string | null;

  serviceTier?: string | null;

  serviceTierForTurn?: string | null;

  effort?: ReasoningEffort | null;

  summary?: ReasoningSummary | null;

  personality?: Personality | null;

  outputSchema?: JsonValue | null;

  collaborationMode?: CollaborationMode | null;

  multiAgentMode?: MultiAgentMode | null;

  cyberAccessProgram?: CyberAccessProgram | null;
};

export type TurnStartResponse = { turn: Turn };

export type TurnStartedNotification = { threadId: string; turn: Turn };

export type TurnStatus = "completed" | "interrupted" | "failed" | "inProgress";

export type TurnSteerParams = {
  threadId: string;
  clientUserMessageId?: string | null;
  input: Array<UserInput>;

  responsesapiClientMetadata?: { [key in string]?: string } | null;

  responsesapiClientMetadataPatch?: { [key in string]?: string } | null;

  additionalContext?: { [key in string]?: AdditionalContextEntry } | null;

  expectedTurnId: string;
};

export type TurnSteerResponse = { turnId: string };

export type TurnToolOutput = {
  name: string;
  namespace: string | null;
  output: FunctionCallOutputBody;

  retain?: boolean;
};

export type TurnsPage = {
  data: Array<Turn>;
  nextCursor: string | null;
  backwardsCursor: string | null;
};

export type UserInput =
  | {
      type: "text";
      text: string;

      text_elements: Array<TextElement>;
    }
  | ({ type: "image"; detail?: ImageDetail } & ({ url: string } | { fileId: string }))
  | { type: "localImage"; detail?: ImageDetail; path: string }
  | ({ type: "audio" } & ({ url: string } | { fileId: string }))
  | { type: "localAudio"; path: string }
  | { type: "skill"; name: string; path: string }
  | { type: "mention"; name: string; path: string };

export type UserVerificationCancelParams = { requestId: RequestId };

export type UserVerificationCancelResponse = Record<string, never>;

export type UserVerificationCancellationReason = "userCancelled" | "interrupted";

export type UserVerificationDeleteParams = Record<string, never>;

export type UserVerificationDeleteResponse = Record<string, never>;

export type UserVerificationEnrollParams = Record<string, never>;

export type UserVerificationEnrollResponse = {
  credentialId: string;
  algorithm: string | null;

  publicKey: string | null;
};

export type UserVerificationErrorDetails =
  | { type: "invalidRequest"; reason: UserVerificationInvalidRequestReason }
  | { type: "unavailable"; reason: UserVerificationUnavailableReason }
  | { type: "cancelled"; reason: UserVerificationCancellationReason }
  | { type: "failed"; reason: UserVerificationFailureReason };

export type UserVerificationFailureReason =
  | "authenticationFailed"
  | "timeout"
  | "providerError"
  | "serviceError";

export type UserVerificationInvalidRequestReason = "invalidParams";

export type UserVerificationProof = {
  credentialId: string;

  signature: string;
};

export type UserVerificationRpcError = {
  code: number;
  message: string;
  data: UserVerificationErrorDetails;
};

export type UserVerificationStatusParams = Record<string, never>;

export type UserVerificationStatusResponse = {
  credentialId: string | null;
  unavailableReason: UserVerificationUnavailableReason | null;
  unavailableMessage: string | null;
};

export type UserVerificationUnavailableReason =
  | "credentialMissing"
  | "biometricsUnavailable"
  | "providerUnavailable";

export type UserVerificationVerifyParams = {
  challenge: string;

  title: string;

  description: string;
};

export type UserVerificationVerifyResponse = { proof: UserVerificationProof };

export type V1ExecPolicyAmendment = Array<string>;

export type V1NetworkPolicyAmendment = { host: string; action: V1NetworkPolicyRuleAction };

export type V1NetworkPolicyRuleAction = "allow" | "deny";

export type V1SessionSource =
  | "cli"
  | "vscode"
  | "exec"
  | "mcp"
  | { custom: string }
  | { internal: InternalSessionSource }
  | { subagent: SubAgentSource }
  | "unknown";

export type V1WebSearchAction =
  | { type: "search"; query?: string; queries?: Array<string> }
  | { type: "open_page"; url?: string }
  | { type: "find_in_page"; url?: string; pattern?: string }
  | { type: "other" };

export type Verbosity = "low" | "medium" | "high";

export type WarningNotification = {
  threadId: string | null;

  message: string;
};

export type WebSearchAction =
  | { type: "search"; query: string | null; queries: Array<string> | null }
  | { type: "openPage"; url: string | null }
  | { type: "findInPage"; url: string | null; pattern: string | null }
  | { type: "other" };

export type WebSearchContextSize = "low" | "medium" | "high";

export type WebSearchItem = {
  id: string;
  query: string;
  action: WebSearchAction | null;

  results: Array<JsonValue> | null;
};

export type WebSearchLocation = {
  country: string | null;
  region: string | null;
  city: string | null;
  timezone: string | null;
};

export type WebSearchMode = "disabled" | "cached" | "indexed" | "live";

export type WebSearchProvider = "standalone" | "search_mcp";

export type WebSearchToolConfig = {
  context_size: WebSearchContextSize | null;
  allowed_domains: Array<string> | null;
  location: WebSearchLocation | null;
};

export type WindowsSandboxImplementation = "elevated" | "unelevated" | "mxc";

export type WindowsSandboxReadiness = "ready" | "notConfigured" | "updateRequired";

export type WindowsSandboxReadinessResponse = { status: WindowsSandboxReadiness };

export type WindowsSandboxSetupCompletedNotification = {
  mode: WindowsSandboxSetupMode;
  success: boolean;
  error: string | null;
};

export type WindowsSandboxSetupMode = "elevated" | "unelevated";

export type WindowsSandboxSetupStartParams = {
  mode: WindowsSandboxSetupMode;
  cwd?: AbsolutePathBuf | null;
};

export type WindowsSandboxSetupStartResponse = { started: boolean };

export type WindowsWorldWritableWarningNotification = {
  samplePaths: Array<string>;
  extraCount: number;
  failedScan: boolean;
};

export type WorkspaceMessage = {
  messageId: string;
  messageType: WorkspaceMessageType;
  messageBody: string;

  createdAt: number | null;

  archivedAt: number | null;
};

export type WorkspaceMessageType = "headline" | "announcement" | "unknown";

export type WorkspaceRouting = {
  chatgptAccountId: string;
  backendOrigin: string;
  accountRoutingOverride: AccountRoutingOverride;
};

export type WriteStatus = "ok" | "okOverridden";
