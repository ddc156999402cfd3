export type * from "./generated/types.ts";
export { codexVersion } from "./generated/version.ts";
export { describeIssues } from "./issues.ts";
export {
  type ClientMethod,
  type ClientNotificationMethod,
  type ClientNotifications,
  type ClientRequests,
  type ServerNotificationMethod,
  type ServerNotifications,
  type ServerRequestMethod,
  type ServerRequests,
  type Stability,
  clientMethods,
  clientNotificationMethods,
  isClientMethod,
  isServerNotificationMethod,
  isServerRequestMethod,
  serverNotificationMethods,
  serverRequestMethods,
} from "./methods.ts";
export {
  type DynamicToolCallArgumentsDeltaNotification,
  type RemoteSkillSummary,
  type SequencedEnvelope,
  type SkillsRemoteExportResponse,
  type SkillsRemoteListResponse,
  type ThreadRollbackParams,
  type ThreadRollbackResponse,
  sequenceKey,
} from "./overlay.ts";
export {
  notificationSchema,
  paramsSchema,
  resultSchema,
  schemaFor,
  serverRequestSchema,
  serverResponseSchema,
} from "./schema.ts";
