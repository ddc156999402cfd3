// generated from codex 0.169.0; do not edit
/* oxlint-disable */

import type * as types from "./types.ts";

/** `experimental` methods are for clients whose `capabilities.experimentalApi` is true. */
export type Stability = "stable" | "experimental";

export interface ClientRequests {
  initialize: { params: types.InitializeParams; result: types.InitializeResponse };
  "server/diagnostics": {
    params: types.ServerDiagnosticsParams;
    result: types.ServerDiagnosticsResponse;
  };
  "userVerification/status": {
    params: types.UserVerificationStatusParams;
    result: types.UserVerificationStatusResponse;
  };
  "userVerification/enroll": {
    params: types.UserVerificationEnrollParams;
    result: types.UserVerificationEnrollResponse;
  };
  "userVerification/delete": {
    params: types.UserVerificationDeleteParams;
    result: types.UserVerificationDeleteResponse;
  };
  "userVerification/verify": {
    params: types.UserVerificationVerifyParams;
    result: types.UserVerificationVerifyResponse;
  };
  "userVerification/cancel": {
    params: types.UserVerificationCancelParams;
    result: types.UserVerificationCancelResponse;
  };
  "thread/start": { params: types.ThreadStartParams; result: types.ThreadStartResponse };
  "thread/resume": { params: types.ThreadResumeParams; result: types.ThreadResumeResponse };
  "thread/fork": { params: types.ThreadForkParams; result: types.ThreadForkResponse };
  "thread/sample": { params: types.ThreadSampleParams; result: types.ThreadSampleResponse };
  "thread/sample/cancel": {
    params: types.ThreadSampleCancelParams;
    result: types.ThreadSampleCancelResponse;
  };
  "thread/archive": { params: types.ThreadArchiveParams; result: types.ThreadArchiveResponse };
  "thread/delete": { params: types.ThreadDeleteParams; result: types.ThreadDeleteResponse };
  "thread/unsubscribe": {
    params: types.ThreadUnsubscribeParams;
    result: types.ThreadUnsubscribeResponse;
  };
  "thread/increment_elicitation": {
    params: types.ThreadIncrementElicitationParams;
    result: types.ThreadIncrementElicitationResponse;
  };
  "thread/decrement_elicitation": {
    params: types.ThreadDecrementElicitationParams;
    result: types.ThreadDecrementElicitationResponse;
  };
  "thread/name/set": { params: types.ThreadSetNameParams; result: types.ThreadSetNameResponse };
  "thread/prediction/request": {
    params: types.ThreadPredictionRequestParams;
    result: types.ThreadPredictionRequestResponse;
  };
  "thread/goal/set": { params: types.ThreadGoalSetParams; result: types.ThreadGoalSetResponse };
  "thread/goal/get": { params: types.ThreadGoalGetParams; result: types.ThreadGoalGetResponse };
  "thread/goal/clear": {
    params: types.ThreadGoalClearParams;
    result: types.ThreadGoalClearResponse;
  };
  "thread/queue/add": { params: types.ThreadQueueAddParams; result: types.ThreadQueueAddResponse };
  "thread/queue/list": {
    params: types.ThreadQueueListParams;
    result: types.ThreadQueueListResponse;
  };
  "thread/queue/update": {
    params: types.ThreadQueueUpdateParams;
    result: types.ThreadQueueUpdateResponse;
  };
  "thread/queue/delete": {
    params: types.ThreadQueueDeleteParams;
    result: types.ThreadQueueDeleteResponse;
  };
  "thread/queue/reorder": {
    params: types.ThreadQueueReorderParams;
    result: types.ThreadQueueReorderResponse;
  };
  "thread/queue/start": {
    params: types.ThreadQueueStartParams;
    result: types.ThreadQueueStartResponse;
  };
  "thread/metadata/update": {
    params: types.ThreadMetadataUpdateParams;
    result: types.ThreadMetadataUpdateResponse;
  };
  "thread/attachment/add": {
    params: types.ThreadAttachmentAddParams;
    result: types.ThreadAttachmentAddResponse;
  };
  "thread/attachment/list": {
    params: types.ThreadAttachmentListParams;
    result: types.ThreadAttachmentListResponse;
  };
  "thread/attachmentOwner/list": {
    params: types.ThreadAttachmentOwnerListParams;
    result: types.ThreadAttachmentOwnerListResponse;
  };
  "thread/attachment/remove": {
    params: types.ThreadAttachmentRemoveParams;
    result: types.ThreadAttachmentRemoveResponse;
  };
  "thread/section/move": {
    params: types.ThreadSectionMoveParams;
    result: types.ThreadSectionMoveResponse;
  };
  "thread/settings/update": {
    params: types.ThreadSettingsUpdateParams;
    result: types.ThreadSettingsUpdateResponse;
  };
  "thread/memoryMode/set": {
    params: types.ThreadMemoryModeSetParams;
    result: types.ThreadMemoryModeSetResponse;
  };
  "thread/memory/read": {
    params: types.ThreadMemoryReadParams;
    result: types.ThreadMemoryReadResponse;
  };
  "memory/status": { params: types.MemoryStatusParams; result: types.MemoryStatusResponse };
  "memory/reset": { params: undefined; result: types.MemoryResetResponse };
  "rollout/compress": { params: undefined; result: types.RolloutCompressResponse };
  "thread/unarchive": {
    params: types.ThreadUnarchiveParams;
    result: types.ThreadUnarchiveResponse;
  };
  "thread/compact/start": {
    params: types.ThreadCompactStartParams;
    result: types.ThreadCompactStartResponse;
  };
  "thread/shellCommand": {
    params: types.ThreadShellCommandParams;
    result: types.ThreadShellCommandResponse;
  };
  "thread/approveGuardianDeniedAction": {
    params: types.ThreadApproveGuardianDeniedActionParams;
    result: types.ThreadApproveGuardianDeniedActionResponse;
  };
  "thread/backgroundTerminals/clean": {
    params: types.ThreadBackgroundTerminalsCleanParams;
    result: types.ThreadBackgroundTerminalsCleanResponse;
  };
  "thread/backgroundTerminals/list": {
    params: types.ThreadBackgroundTerminalsListParams;
    result: types.ThreadBackgroundTerminalsListResponse;
  };
  "thread/backgroundTerminals/terminate": {
    params: types.ThreadBackgroundTerminalsTerminateParams;
    result: types.ThreadBackgroundTerminalsTerminateResponse;
  };
  "thread/revert": { params: types.ThreadRevertParams; result: types.ThreadRevertResponse };
  "thread/list": { params: types.ThreadListParams; result: types.ThreadListResponse };
  "project/list": { params: types.ProjectListParams; result: types.ProjectListResponse };
  "project/read": { params: types.ProjectReadParams; result: types.ProjectReadResponse };
  "project/create": { params: types.ProjectCreateParams; result: types.ProjectCreateResponse };
  "project/import": { params: types.ProjectImportParams; result: types.ProjectImportResponse };
  "project/update": { params: types.ProjectUpdateParams; result: types.ProjectUpdateResponse };
  "project/move": { params: types.ProjectMoveParams; result: types.ProjectMoveResponse };
  "project/delete": { params: types.ProjectDeleteParams; result: types.ProjectDeleteResponse };
  "threadSection/list": {
    params: types.ThreadSectionListParams;
    result: types.ThreadSectionListResponse;
  };
  "threadSection/create": {
    params: types.ThreadSectionCreateParams;
    result: types.ThreadSectionCreateResponse;
  };
  "threadSection/update": {
    params: types.ThreadSectionUpdateParams;
    result: types.ThreadSectionUpdateResponse;
  };
  "threadSection/delete": {
    params: types.ThreadSectionDeleteParams;
    result: types.ThreadSectionDeleteResponse;
  };
  "thread/search": { params: types.ThreadSearchParams; result: types.ThreadSearchResponse };
  "thread/searchOccurrences": {
    params: types.ThreadSearchOccurrencesParams;
    result: types.ThreadSearchOccurrencesResponse;
  };
  "thread/loaded/list": {
    params: types.ThreadLoadedListParams;
    result: types.ThreadLoadedListResponse;
  };
  "thread/read": { params: types.ThreadReadParams; result: types.ThreadReadResponse };
  "thread/readState/update": {
    params: types.ThreadReadStateUpdateParams;
    result: types.ThreadReadStateUpdateResponse;
  };
  "thread/turns/list": {
    params: types.ThreadTurnsListParams;
    result: types.ThreadTurnsListResponse;
  };
  "thread/items/list": {
    params: types.ThreadItemsListParams;
    result: types.ThreadItemsListResponse;
  };
  "thread/items/read": {
    params: types.ThreadItemsReadParams;
    result: types.ThreadItemsReadResponse;
  };
  "thread/guardianReview": {
    params: types.ThreadGuardianReviewParams;
    result: types.ThreadGuardianReviewResponse;
  };
  "thread/inject_items": {
    params: types.ThreadInjectItemsParams;
    result: types.ThreadInjectItemsResponse;
  };
  "thread/prepareApprovedPlan": {
    params: types.ThreadPrepareApprovedPlanParams;
    result: types.ThreadPrepareApprovedPlanResponse;
  };
  "skills/list": { params: types.SkillsListParams; result: types.SkillsListResponse };
  "skills/extraRoots/set": {
    params: types.SkillsExtraRootsSetParams;
    result: types.SkillsExtraRootsSetResponse;
  };
  "hooks/list": { params: types.HooksListParams; result: types.HooksListResponse };
  "marketplace/add": { params: types.MarketplaceAddParams; result: types.MarketplaceAddResponse };
  "marketplace/remove": {
    params: types.MarketplaceRemoveParams;
    result: types.MarketplaceRemoveResponse;
  };
  "marketplace/upgrade": {
    params: types.MarketplaceUpgradeParams;
    result: types.MarketplaceUpgradeResponse;
  };
  "plugin/list": { params: types.PluginListParams; result: types.PluginListResponse };
  "plugin/search": { params: types.PluginSearchParams; result: types.PluginSearchResponse };
  "plugin/installed": {
    params: types.PluginInstalledParams;
    result: types.PluginInstalledResponse;
  };
  "plugin/reconcile": {
    params: types.PluginReconcileParams;
    result: types.PluginReconcileResponse;
  };
  "plugin/read": { params: types.PluginReadParams; result: types.PluginReadResponse };
  "plugin/skill/read": {
    params: types.PluginSkillReadParams;
    result: types.PluginSkillReadResponse;
  };
  "plugin/share/save": {
    params: types.PluginShareSaveParams;
    result: types.PluginShareSaveResponse;
  };
  "plugin/share/updateTargets": {
    params: types.PluginShareUpdateTargetsParams;
    result: types.PluginShareUpdateTargetsResponse;
  };
  "plugin/share/list": {
    params: types.PluginShareListParams;
    result: types.PluginShareListResponse;
  };
  "plugin/share/checkout": {
    params: types.PluginShareCheckoutParams;
    result: types.PluginShareCheckoutResponse;
  };
  "plugin/share/delete": {
    params: types.PluginShareDeleteParams;
    result: types.PluginShareDeleteResponse;
  };
  "app/read": { params: types.AppsReadParams; result: types.AppsReadResponse };
  "app/list": { params: types.AppsListParams; result: types.AppsListResponse };
  "app/installed": { params: types.AppsInstalledParams; result: types.AppsInstalledResponse };
  "fs/readFile": { params: types.FsReadFileParams; result: types.FsReadFileResponse };
  "fs/writeFile": { params: types.FsWriteFileParams; result: types.FsWriteFileResponse };
  "fs/createDirectory": {
    params: types.FsCreateDirectoryParams;
    result: types.FsCreateDirectoryResponse;
  };
  "fs/getMetadata": { params: types.FsGetMetadataParams; result: types.FsGetMetadataResponse };
  "fs/readDirectory": {
    params: types.FsReadDirectoryParams;
    result: types.FsReadDirectoryResponse;
  };
  "fs/remove": { params: types.FsRemoveParams; result: types.FsRemoveResponse };
  "fs/copy": { params: types.FsCopyParams; result: types.FsCopyResponse };
  "fs/watch": { params: types.FsWatchParams; result: types.FsWatchResponse };
  "fs/unwatch": { params: types.FsUnwatchParams; result: types.FsUnwatchResponse };
  "skills/config/write": {
    params: types.SkillsConfigWriteParams;
    result: types.SkillsConfigWriteResponse;
  };
  "plugin/install": { params: types.PluginInstallParams; result: types.PluginInstallResponse };
  "plugin/uninstall": {
    params: types.PluginUninstallParams;
    result: types.PluginUninstallResponse;
  };
  "turn/start": { params: types.TurnStartParams; result: types.TurnStartResponse };
  "turn/settings/update": {
    params: types.TurnSettingsUpdateParams;
    result: types.TurnSettingsUpdateResponse;
  };
  "turn/steer": { params: types.TurnSteerParams; result: types.TurnSteerResponse };
  "turn/interrupt": { params: types.TurnInterruptParams; result: types.TurnInterruptResponse };
  "thread/realtime/start": {
    params: types.ThreadRealtimeStartParams;
    result: types.ThreadRealtimeStartResponse;
  };
  "thread/realtime/appendAudio": {
    params: types.ThreadRealtimeAppendAudioParams;
    result: types.ThreadRealtimeAppendAudioResponse;
  };
  "thread/realtime/appendText": {
    params: types.ThreadRealtimeAppendTextParams;
    result: types.ThreadRealtimeAppendTextResponse;
  };
  "thread/realtime/appendSpeech": {
    params: types.ThreadRealtimeAppendSpeechParams;
    result: types.ThreadRealtimeAppendSpeechResponse;
  };
  "thread/realtime/stop": {
    params: types.ThreadRealtimeStopParams;
    result: types.ThreadRealtimeStopResponse;
  };
  "thread/timeline/list": {
    params: types.ThreadTimelineListParams;
    result: types.ThreadTimelineListResponse;
  };
  "thread/realtime/listVoices": {
    params: types.ThreadRealtimeListVoicesParams;
    result: types.ThreadRealtimeListVoicesResponse;
  };
  "review/start": { params: types.ReviewStartParams; result: types.ReviewStartResponse };
  "model/list": { params: types.ModelListParams; result: types.ModelListResponse };
  "account/gatewayOAuth/read": {
    params: types.GatewayOAuthReadParams | null | undefined;
    result: types.GatewayOAuthReadResponse;
  };
  "account/gatewayOAuth/login": {
    params: types.GatewayOAuthLoginParams | null | undefined;
    result: types.GatewayOAuthLoginResponse;
  };
  "account/gatewayOAuth/cancel": { params: undefined; result: types.GatewayOAuthCancelResponse };
  "modelProvider/list": {
    params: types.ModelProviderListParams;
    result: types.ModelProviderListResponse;
  };
  "modelProvider/config/write": {
    params: types.ModelProviderConfigWriteParams;
    result: types.ModelProviderConfigWriteResponse;
  };
  "modelProvider/capabilities/read": {
    params: types.ModelProviderCapabilitiesReadParams;
    result: types.ModelProviderCapabilitiesReadResponse;
  };
  "experimentalFeature/list": {
    params: types.ExperimentalFeatureListParams;
    result: types.ExperimentalFeatureListResponse;
  };
  "permissionProfile/list": {
    params: types.PermissionProfileListParams;
    result: types.PermissionProfileListResponse;
  };
  "experimentalFeature/enablement/set": {
    params: types.ExperimentalFeatureEnablementSetParams;
    result: types.ExperimentalFeatureEnablementSetResponse;
  };
  "remoteControl/enable": {
    params: types.RemoteControlEnableParams | null | undefined;
    result: types.RemoteControlEnableResponse;
  };
  "remoteControl/disable": {
    params: types.RemoteControlDisableParams | null | undefined;
    result: types.RemoteControlDisableResponse;
  };
  "remoteControl/status/read": { params: undefined; result: types.RemoteControlStatusReadResponse };
  "remoteControl/pairing/start": {
    params: types.RemoteControlPairingStartParams;
    result: types.RemoteControlPairingStartResponse;
  };
  "remoteControl/pairing/status": {
    params: types.RemoteControlPairingStatusParams;
    result: types.RemoteControlPairingStatusResponse;
  };
  "remoteControl/client/list": {
    params: types.RemoteControlClientsListParams;
    result: types.RemoteControlClientsListResponse;
  };
  "remoteControl/client/revoke": {
    params: types.RemoteControlClientsRevokeParams;
    result: types.RemoteControlClientsRevokeResponse;
  };
  "collaborationMode/list": {
    params: types.CollaborationModeListParams;
    result: types.CollaborationModeListResponse;
  };
  "mock/experimentalMethod": {
    params: types.MockExperimentalMethodParams;
    result: types.MockExperimentalMethodResponse;
  };
  "environment/add": { params: types.EnvironmentAddParams; result: types.EnvironmentAddResponse };
  "environment/info": {
    params: types.EnvironmentInfoParams;
    result: types.EnvironmentInfoResponse;
  };
  "environment/status": {
    params: types.EnvironmentStatusParams;
    result: types.EnvironmentStatusResponse;
  };
  "mcpServer/oauth/login": {
    params: types.McpServerOauthLoginParams;
    result: types.McpServerOauthLoginResponse;
  };
  "config/mcpServer/reload": { params: undefined; result: types.McpServerRefreshResponse };
  "mcpServerStatus/list": {
    params: types.ListMcpServerStatusParams;
    result: types.ListMcpServerStatusResponse;
  };
  "mcpServer/resource/read": {
    params: types.McpResourceReadParams;
    result: types.McpResourceReadResponse;
  };
  "mcpServer/event/stream/start": {
    params: types.McpServerEventStreamStartParams;
    result: types.McpServerEventStreamStartResponse;
  };
  "mcpServer/event/stream/stop": {
    params: types.McpServerEventStreamStopParams;
    result: types.McpServerEventStreamStopResponse;
  };
  "mcpServer/tool/call": {
    params: types.McpServerToolCallParams;
    result: types.McpServerToolCallResponse;
  };
  "windowsSandbox/setupStart": {
    params: types.WindowsSandboxSetupStartParams;
    result: types.WindowsSandboxSetupStartResponse;
  };
  "windowsSandbox/readiness": { params: undefined; result: types.WindowsSandboxReadinessResponse };
  "account/login/start": { params: types.LoginAccountParams; result: types.LoginAccountResponse };
  "account/bedrock/discover": {
    params: types.BedrockDiscoverParams;
    result: types.BedrockDiscoverResponse;
  };
  "account/bedrock/setup": { params: types.BedrockSetupParams; result: types.BedrockSetupResponse };
  "account/gcp/setup": { params: types.GcpSetupParams; result: types.GcpSetupResponse };
  "account/bedrock/checkGovCloudRequirements": {
    params: types.BedrockCheckGovCloudRequirementsParams;
    result: types.BedrockCheckGovCloudRequirementsResponse;
  };
  "account/login/cancel": {
    params: types.CancelLoginAccountParams;
    result: types.CancelLoginAccountResponse;
  };
  "accountSession/list": {
    params: types.AccountSessionsListParams;
    result: types.AccountSessionsResponse;
  };
  "accountSession/switch": {
    params: types.AccountSessionsSwitchParams;
    result: types.AccountSessionsSwitchResponse;
  };
  "account/logout": { params: undefined; result: types.LogoutAccountResponse };
  "account/securitySetup/read": {
    params: undefined;
    result: types.GetAccountSecuritySetupResponse;
  };
  "account/rateLimits/read": {
    params: types.GetAccountRateLimitsParams | null | undefined;
    result: types.GetAccountRateLimitsResponse;
  };
  "account/rateLimitResetCredit/consume": {
    params: types.ConsumeAccountRateLimitResetCreditParams;
    result: types.ConsumeAccountRateLimitResetCreditResponse;
  };
  "account/usage/read": {
    params: types.GetAccountTokenUsageParams | null | undefined;
    result: types.GetAccountTokenUsageResponse;
  };
  "account/workspaceMessages/read": {
    params: undefined;
    result: types.GetWorkspaceMessagesResponse;
  };
  "account/sendAddCreditsNudgeEmail": {
    params: types.SendAddCreditsNudgeEmailParams;
    result: types.SendAddCreditsNudgeEmailResponse;
  };
  "feedback/upload": { params: types.FeedbackUploadParams; result: types.FeedbackUploadResponse };
  "feedback/save": { params: types.FeedbackSaveParams; result: types.FeedbackSaveResponse };
  "command/exec": { params: types.CommandExecParams; result: types.CommandExecResponse };
  "command/exec/write": {
    params: types.CommandExecWriteParams;
    result: types.CommandExecWriteResponse;
  };
  "command/exec/terminate": {
    params: types.CommandExecTerminateParams;
    result: types.CommandExecTerminateResponse;
  };
  "command/exec/resize": {
    params: types.CommandExecResizeParams;
    result: types.CommandExecResizeResponse;
  };
  "process/spawn": { params: types.ProcessSpawnParams; result: types.ProcessSpawnResponse };
  "process/writeStdin": {
    params: types.ProcessWriteStdinParams;
    result: types.ProcessWriteStdinResponse;
  };
  "process/kill": { params: types.ProcessKillParams; result: types.ProcessKillResponse };
  "process/resizePty": {
    params: types.ProcessResizePtyParams;
    result: types.ProcessResizePtyResponse;
  };
  "config/read": { params: types.ConfigReadParams; result: types.ConfigReadResponse };
  "externalAgentConfig/detect": {
    params: types.ExternalAgentConfigDetectParams;
    result: types.ExternalAgentConfigDetectResponse;
  };
  "externalAgentConfig/import": {
    params: types.ExternalAgentConfigImportParams;
    result: types.ExternalAgentConfigImportResponse;
  };
  "externalAgentConfig/import/recordHistory": {
    params: types.ExternalAgentConfigImportHistoryRecordParams;
    result: types.ExternalAgentConfigImportHistoryRecordResponse;
  };
  "externalAgentConfig/import/readHistories": {
    params: undefined;
    result: types.ExternalAgentConfigImportHistoriesReadResponse;
  };
  "config/value/write": { params: types.ConfigValueWriteParams; result: types.ConfigWriteResponse };
  "config/batchWrite": { params: types.ConfigBatchWriteParams; result: types.ConfigWriteResponse };
  "configRequirements/read": { params: undefined; result: types.ConfigRequirementsReadResponse };
  "account/read": { params: types.GetAccountParams; result: types.GetAccountResponse };
  getConversationSummary: {
    params: types.GetConversationSummaryParams;
    result: types.GetConversationSummaryResponse;
  };
  gitDiffToRemote: { params: types.GitDiffToRemoteParams; result: types.GitDiffToRemoteResponse };
  getAuthStatus: { params: types.GetAuthStatusParams; result: types.GetAuthStatusResponse };
  fuzzyFileSearch: { params: types.FuzzyFileSearchParams; result: types.FuzzyFileSearchResponse };
  "fuzzyFileSearch/sessionStart": {
    params: types.FuzzyFileSearchSessionStartParams;
    result: types.FuzzyFileSearchSessionStartResponse;
  };
  "fuzzyFileSearch/sessionUpdate": {
    params: types.FuzzyFileSearchSessionUpdateParams;
    result: types.FuzzyFileSearchSessionUpdateResponse;
  };
  "fuzzyFileSearch/sessionStop": {
    params: types.FuzzyFileSearchSessionStopParams;
    result: types.FuzzyFileSearchSessionStopResponse;
  };
}

export interface ServerRequests {
  "item/commandExecution/requestApproval": {
    params: types.CommandExecutionRequestApprovalParams;
    result: types.CommandExecutionRequestApprovalResponse;
  };
  "item/fileChange/requestApproval": {
    params: types.FileChangeRequestApprovalParams;
    result: types.FileChangeRequestApprovalResponse;
  };
  "item/tool/requestUserInput": {
    params: types.ToolRequestUserInputParams;
    result: types.ToolRequestUserInputResponse;
  };
  "mcpServer/elicitation/request": {
    params: types.McpServerElicitationRequestParams;
    result: types.McpServerElicitationRequestResponse;
  };
  "item/permissions/requestApproval": {
    params: types.PermissionsRequestApprovalParams;
    result: types.PermissionsRequestApprovalResponse;
  };
  "item/tool/call": { params: types.DynamicToolCallParams; result: types.DynamicToolCallResponse };
  "account/chatgptAuthTokens/refresh": {
    params: types.ChatgptAuthTokensRefreshParams;
    result: types.ChatgptAuthTokensRefreshResponse;
  };
  "attestation/generate": {
    params: types.AttestationGenerateParams;
    result: types.AttestationGenerateResponse;
  };
  "currentTime/read": {
    params: types.CurrentTimeReadParams;
    result: types.CurrentTimeReadResponse;
  };
  applyPatchApproval: {
    params: types.ApplyPatchApprovalParams;
    result: types.ApplyPatchApprovalResponse;
  };
  execCommandApproval: {
    params: types.ExecCommandApprovalParams;
    result: types.ExecCommandApprovalResponse;
  };
}

export interface ServerNotifications {
  error: types.ErrorNotification;
  "thread/started": types.ThreadStartedNotification;
  "thread/status/changed": types.ThreadStatusChangedNotification;
  "thread/readState/changed": types.ThreadReadStateChangedNotification;
  "thread/archived": types.ThreadArchivedNotification;
  "thread/deleted": types.ThreadDeletedNotification;
  "thread/unarchived": types.ThreadUnarchivedNotification;
  "thread/closed": types.ThreadClosedNotification;
  "thread/reverted": types.ThreadRevertedNotification;
  "skills/changed": types.SkillsChangedNotification;
  "thread/name/updated": types.ThreadNameUpdatedNotification;
  "thread/section/changed": types.ThreadSectionChangedNotification;
  "thread/attachment/updated": types.ThreadAttachmentUpdatedNotification;
  "thread/goal/updated": types.ThreadGoalUpdatedNotification;
  "thread/prediction/updated": types.ThreadPredictionUpdatedNotification;
  "thread/goal/cleared": types.ThreadGoalClearedNotification;
  "thread/queue/changed": types.ThreadQueueChangedNotification;
  "project/changed": types.ProjectChangedNotification;
  "thread/project/updated": types.ThreadProjectUpdatedNotification;
  "thread/environment/connected": types.EnvironmentConnectionNotification;
  "thread/environment/disconnected": types.EnvironmentConnectionNotification;
  "thread/settings/updated": types.ThreadSettingsUpdatedNotification;
  "thread/tokenUsage/updated": types.ThreadTokenUsageUpdatedNotification;
  "turn/started": types.TurnStartedNotification;
  "hook/started": types.HookStartedNotification;
  "turn/completed": types.TurnCompletedNotification;
  "hook/completed": types.HookCompletedNotification;
  "turn/diff/updated": types.TurnDiffUpdatedNotification;
  "turn/plan/updated": types.TurnPlanUpdatedNotification;
  "item/started": types.ItemStartedNotification;
  "item/autoApprovalReview/started": types.ItemGuardianApprovalReviewStartedNotification;
  "item/autoApprovalReview/completed": types.ItemGuardianApprovalReviewCompletedNotification;
  "autoApprovalReview/strictReviewRequired": types.StrictReviewRequiredNotification;
  "item/completed": types.ItemCompletedNotification;
  "rawResponseItem/completed": types.RawResponseItemCompletedNotification;
  "rawResponse/completed": types.RawResponseCompletedNotification;
  "item/agentMessage/delta": types.AgentMessageDeltaNotification;
  "item/plan/delta": types.PlanDeltaNotification;
  "command/exec/outputDelta": types.CommandExecOutputDeltaNotification;
  "process/outputDelta": types.ProcessOutputDeltaNotification;
  "process/exited": types.ProcessExitedNotification;
  "item/commandExecution/outputDelta": types.CommandExecutionOutputDeltaNotification;
  "item/commandExecution/terminalInteraction": types.TerminalInteractionNotification;
  "item/fileChange/outputDelta": types.FileChangeOutputDeltaNotification;
  "item/fileChange/patchUpdated": types.FileChangePatchUpdatedNotification;
  "serverRequest/resolved": types.ServerRequestResolvedNotification;
  "item/mcpToolCall/progress": types.McpToolCallProgressNotification;
  "mcpServer/oauthLogin/completed": types.McpServerOauthLoginCompletedNotification;
  "mcpServer/startupStatus/updated": types.McpServerStatusUpdatedNotification;
  "mcpServer/event/stream/notification": types.McpServerEventStreamNotification;
  "account/updated": types.AccountUpdatedNotification;
  "account/gatewayOAuth/changed": types.GatewayOAuthChangedNotification;
  "account/rateLimits/updated": types.AccountRateLimitsUpdatedNotification;
  "app/list/updated": types.AppListUpdatedNotification;
  "remoteControl/status/changed": types.RemoteControlStatusChangedNotification;
  "externalAgentConfig/import/progress": types.ExternalAgentConfigImportProgressNotification;
  "externalAgentConfig/import/completed": types.ExternalAgentConfigImportCompletedNotification;
  "fs/changed": types.FsChangedNotification;
  "item/reasoning/summaryTextDelta": types.ReasoningSummaryTextDeltaNotification;
  "item/reasoning/summaryPartAdded": types.ReasoningSummaryPartAddedNotification;
  "item/reasoning/textDelta": types.ReasoningTextDeltaNotification;
  "thread/compacted": types.ContextCompactedNotification;
  "model/rerouted": types.ModelReroutedNotification;
  "model/verification": types.ModelVerificationNotification;
  "modelProvider/authRecoveryStarted": types.AuthRecoveryNotification;
  "modelProvider/authRecoveryCompleted": types.AuthRecoveryNotification;
  "turn/moderationMetadata": types.TurnModerationMetadataNotification;
  "model/safetyBuffering/updated": types.ModelSafetyBufferingUpdatedNotification;
  warning: types.WarningNotification;
  guardianWarning: types.GuardianWarningNotification;
  deprecationNotice: types.DeprecationNoticeNotification;
  configWarning: types.ConfigWarningNotification;
  "fuzzyFileSearch/sessionUpdated": types.FuzzyFileSearchSessionUpdatedNotification;
  "fuzzyFileSearch/sessionCompleted": types.FuzzyFileSearchSessionCompletedNotification;
  "thread/realtime/started": types.ThreadRealtimeStartedNotification;
  "thread/realtime/itemAdded": types.ThreadRealtimeItemAddedNotification;
  "thread/realtime/item/started": types.ThreadRealtimeItemStartedNotification;
  "thread/realtime/item/transcript/delta": types.ThreadRealtimeItemTranscriptDeltaNotification;
  "thread/realtime/item/completed": types.ThreadRealtimeItemCompletedNotification;
  "thread/realtime/transcript/delta": types.ThreadRealtimeTranscriptDeltaNotification;
  "thread/realtime/transcript/done": types.ThreadRealtimeTranscriptDoneNotification;
  "thread/realtime/outputAudio/delta": types.ThreadRealtimeOutputAudioDeltaNotification;
  "thread/realtime/sdp": types.ThreadRealtimeSdpNotification;
  "thread/realtime/error": types.ThreadRealtimeErrorNotification;
  "thread/realtime/closed": types.ThreadRealtimeClosedNotification;
  "windows/worldWritableWarning": types.WindowsWorldWritableWarningNotification;
  "windowsSandbox/setupCompleted": types.WindowsSandboxSetupCompletedNotification;
  "account/login/completed": types.AccountLoginCompletedNotification;
}

export interface ClientNotifications {
  initialized: undefined;
}

export const clientMethods: Readonly<Record<keyof ClientRequests, Stability>> = {
  initialize: "stable",
  "server/diagnostics": "experimental",
  "userVerification/status": "experimental",
  "userVerification/enroll": "experimental",
  "userVerification/delete": "experimental",
  "userVerification/verify": "experimental",
  "userVerification/cancel": "experimental",
  "thread/start": "stable",
  "thread/resume": "stable",
  "thread/fork": "stable",
  "thread/sample": "experimental",
  "thread/sample/cancel": "experimental",
  "thread/archive": "stable",
  "thread/delete": "stable",
  "thread/unsubscribe": "stable",
  "thread/increment_elicitation": "experimental",
  "thread/decrement_elicitation": "experimental",
  "thread/name/set": "stable",
  "thread/prediction/request": "experimental",
  "thread/goal/set": "stable",
  "thread/goal/get": "stable",
  "thread/goal/clear": "stable",
  "thread/queue/add": "experimental",
  "thread/queue/list": "experimental",
  "thread/queue/update": "experimental",
  "thread/queue/delete": "experimental",
  "thread/queue/reorder": "experimental",
  "thread/queue/start": "experimental",
  "thread/metadata/update": "stable",
  "thread/attachment/add": "stable",
  "thread/attachment/list": "stable",
  "thread/attachmentOwner/list": "stable",
  "thread/attachment/remove": "stable",
  "thread/section/move": "stable",
  "thread/settings/update": "experimental",
  "thread/memoryMode/set": "experimental",
  "thread/memory/read": "experimental",
  "memory/status": "experimental",
  "memory/reset": "experimental",
  "rollout/compress": "experimental",
  "thread/unarchive": "stable",
  "thread/compact/start": "stable",
  "thread/shellCommand": "stable",
  "thread/approveGuardianDeniedAction": "stable",
  "thread/backgroundTerminals/clean": "experimental",
  "thread/backgroundTerminals/list": "experimental",
  "thread/backgroundTerminals/terminate": "experimental",
  "thread/revert": "stable",
  "thread/list": "stable",
  "project/list": "experimental",
  "project/read": "experimental",
  "project/create": "experimental",
  "project/import": "experimental",
  "project/update": "experimental",
  "project/move": "experimental",
  "project/delete": "experimental",
  "threadSection/list": "stable",
  "threadSection/create": "stable",
  "threadSection/update": "stable",
  "threadSection/delete": "stable",
  "thread/search": "experimental",
  "thread/searchOccurrences": "experimental",
  "thread/loaded/list": "stable",
  "thread/read": "stable",
  "thread/readState/update": "experimental",
  "thread/turns/list": "stable",
  "thread/items/list": "stable",
  "thread/items/read": "experimental",
  "thread/guardianReview": "experimental",
  "thread/inject_items": "stable",
  "thread/prepareApprovedPlan": "experimental",
  "skills/list": "stable",
  "skills/extraRoots/set": "stable",
  "hooks/list": "stable",
  "marketplace/add": "stable",
  "marketplace/remove": "stable",
  "marketplace/upgrade": "stable",
  "plugin/list": "stable",
  "plugin/search": "experimental",
  "plugin/installed": "stable",
  "plugin/reconcile": "stable",
  "plugin/read": "stable",
  "plugin/skill/read": "stable",
  "plugin/share/save": "stable",
  "plugin/share/updateTargets": "stable",
  "plugin/share/list": "stable",
  "plugin/share/checkout": "stable",
  "plugin/share/delete": "stable",
  "app/read": "stable",
  "app/list": "stable",
  "app/installed": "stable",
  "fs/readFile": "stable",
  "fs/writeFile": "stable",
  "fs/createDirectory": "stable",
  "fs/getMetadata": "stable",
  "fs/readDirectory": "stable",
  "fs/remove": "stable",
  "fs/copy": "stable",
  "fs/watch": "stable",
  "fs/unwatch": "stable",
  "skills/config/write": "stable",
  "plugin/install": "stable",
  "plugin/uninstall": "stable",
  "turn/start": "stable",
  "turn/settings/update": "experimental",
  "turn/steer": "stable",
  "turn/interrupt": "stable",
  "thread/realtime/start": "experimental",
  "thread/realtime/appendAudio": "experimental",
  "thread/realtime/appendText": "experimental",
  "thread/realtime/appendSpeech": "experimental",
  "thread/realtime/stop": "experimental",
  "thread/timeline/list": "experimental",
  "thread/realtime/listVoices": "experimental",
  "review/start": "stable",
  "model/list": "stable",
  "account/gatewayOAuth/read": "stable",
  "account/gatewayOAuth/login": "stable",
  "account/gatewayOAuth/cancel": "stable",
  "modelProvider/list": "stable",
  "modelProvider/config/write": "stable",
  "modelProvider/capabilities/read": "stable",
  "experimentalFeature/list": "stable",
  "permissionProfile/list": "stable",
  "experimentalFeature/enablement/set": "stable",
  "remoteControl/enable": "experimental",
  "remoteControl/disable": "experimental",
  "remoteControl/status/read": "experimental",
  "remoteControl/pairing/start": "experimental",
  "remoteControl/pairing/status": "experimental",
  "remoteControl/client/list": "experimental",
  "remoteControl/client/revoke": "experimental",
  "collaborationMode/list": "experimental",
  "mock/experimentalMethod": "experimental",
  "environment/add": "experimental",
  "environment/info": "experimental",
  "environment/status": "experimental",
  "mcpServer/oauth/login": "stable",
  "config/mcpServer/reload": "stable",
  "mcpServerStatus/list": "stable",
  "mcpServer/resource/read": "stable",
  "mcpServer/event/stream/start": "experimental",
  "mcpServer/event/stream/stop": "experimental",
  "mcpServer/tool/call": "stable",
  "windowsSandbox/setupStart": "stable",
  "windowsSandbox/readiness": "stable",
  "account/login/start": "stable",
  "account/bedrock/discover": "experimental",
  "account/bedrock/setup": "experimental",
  "account/gcp/setup": "experimental",
  "account/bedrock/checkGovCloudRequirements": "experimental",
  "account/login/cancel": "stable",
  "accountSession/list": "experimental",
  "accountSession/switch": "experimental",
  "account/logout": "stable",
  "account/securitySetup/read": "stable",
  "account/rateLimits/read": "stable",
  "account/rateLimitResetCredit/consume": "stable",
  "account/usage/read": "stable",
  "account/workspaceMessages/read": "stable",
  "account/sendAddCreditsNudgeEmail": "stable",
  "feedback/upload": "stable",
  "feedback/save": "stable",
  "command/exec": "stable",
  "command/exec/write": "stable",
  "command/exec/terminate": "stable",
  "command/exec/resize": "stable",
  "process/spawn": "experimental",
  "process/writeStdin": "experimental",
  "process/kill": "experimental",
  "process/resizePty": "experimental",
  "config/read": "stable",
  "externalAgentConfig/detect": "stable",
  "externalAgentConfig/import": "stable",
  "externalAgentConfig/import/recordHistory": "stable",
  "externalAgentConfig/import/readHistories": "stable",
  "config/value/write": "stable",
  "config/batchWrite": "stable",
  "configRequirements/read": "stable",
  "account/read": "stable",
  getConversationSummary: "stable",
  gitDiffToRemote: "stable",
  getAuthStatus: "stable",
  fuzzyFileSearch: "stable",
  "fuzzyFileSearch/sessionStart": "experimental",
  "fuzzyFileSearch/sessionUpdate": "experimental",
  "fuzzyFileSearch/sessionStop": "experimental",
};

export const serverRequestMethods: Readonly<Record<keyof ServerRequests, Stability>> = {
  "item/commandExecution/requestApproval": "stable",
  "item/fileChange/requestApproval": "stable",
  "item/tool/requestUserInput": "stable",
  "mcpServer/elicitation/request": "stable",
  "item/permissions/requestApproval": "stable",
  "item/tool/call": "stable",
  "account/chatgptAuthTokens/refresh": "stable",
  "attestation/generate": "stable",
  "currentTime/read": "experimental",
  applyPatchApproval: "stable",
  execCommandApproval: "stable",
};

export const serverNotificationMethods: Readonly<Record<keyof ServerNotifications, Stability>> = {
  error: "stable",
  "thread/started": "stable",
  "thread/status/changed": "stable",
  "thread/readState/changed": "stable",
  "thread/archived": "stable",
  "thread/deleted": "stable",
  "thread/unarchived": "stable",
  "thread/closed": "stable",
  "thread/reverted": "stable",
  "skills/changed": "stable",
  "thread/name/updated": "stable",
  "thread/section/changed": "stable",
  "thread/attachment/updated": "stable",
  "thread/goal/updated": "stable",
  "thread/prediction/updated": "stable",
  "thread/goal/cleared": "stable",
  "thread/queue/changed": "stable",
  "project/changed": "stable",
  "thread/project/updated": "stable",
  "thread/environment/connected": "stable",
  "thread/environment/disconnected": "stable",
  "thread/settings/updated": "stable",
  "thread/tokenUsage/updated": "stable",
  "turn/started": "stable",
  "hook/started": "stable",
  "turn/completed": "stable",
  "hook/completed": "stable",
  "turn/diff/updated": "stable",
  "turn/plan/updated": "stable",
  "item/started": "stable",
  "item/autoApprovalReview/started": "stable",
  "item/autoApprovalReview/completed": "stable",
  "autoApprovalReview/strictReviewRequired": "stable",
  "item/completed": "stable",
  "rawResponseItem/completed": "stable",
  "rawResponse/completed": "stable",
  "item/agentMessage/delta": "stable",
  "item/plan/delta": "stable",
  "command/exec/outputDelta": "stable",
  "process/outputDelta": "stable",
  "process/exited": "stable",
  "item/commandExecution/outputDelta": "stable",
  "item/commandExecution/terminalInteraction": "stable",
  "item/fileChange/outputDelta": "stable",
  "item/fileChange/patchUpdated": "stable",
  "serverRequest/resolved": "stable",
  "item/mcpToolCall/progress": "stable",
  "mcpServer/oauthLogin/completed": "stable",
  "mcpServer/startupStatus/updated": "stable",
  "mcpServer/event/stream/notification": "stable",
  "account/updated": "stable",
  "account/gatewayOAuth/changed": "stable",
  "account/rateLimits/updated": "stable",
  "app/list/updated": "stable",
  "remoteControl/status/changed": "stable",
  "externalAgentConfig/import/progress": "stable",
  "externalAgentConfig/import/completed": "stable",
  "fs/changed": "stable",
  "item/reasoning/summaryTextDelta": "stable",
  "item/reasoning/summaryPartAdded": "stable",
  "item/reasoning/textDelta": "stable",
  "thread/compacted": "stable",
  "model/rerouted": "stable",
  "model/verification": "stable",
  "modelProvider/authRecoveryStarted": "stable",
  "modelProvider/authRecoveryCompleted": "stable",
  "turn/moderationMetadata": "stable",
  "model/safetyBuffering/updated": "stable",
  warning: "stable",
  guardianWarning: "stable",
  deprecationNotice: "stable",
  configWarning: "stable",
  "fuzzyFileSearch/sessionUpdated": "stable",
  "fuzzyFileSearch/sessionCompleted": "stable",
  "thread/realtime/started": "stable",
  "thread/realtime/itemAdded": "stable",
  "thread/realtime/item/started": "stable",
  "thread/realtime/item/transcript/delta": "stable",
  "thread/realtime/item/completed": "stable",
  "thread/realtime/transcript/delta": "stable",
  "thread/realtime/transcript/done": "stable",
  "thread/realtime/outputAudio/delta": "stable",
  "thread/realtime/sdp": "stable",
  "thread/realtime/error": "stable",
  "thread/realtime/closed": "stable",
  "windows/worldWritableWarning": "stable",
  "windowsSandbox/setupCompleted": "stable",
  "account/login/completed": "stable",
};

export const clientNotificationMethods: Readonly<Record<keyof ClientNotifications, Stability>> = {
  initialized: "stable",
};
