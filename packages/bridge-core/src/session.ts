/**
 * The session layer alone, for a program that keeps sessions of its own and passes frames on. Loads
 * neither the server nor the schema.
 */
export { messageOf, RpcError, rpcCode } from "./errors.ts";
export {
  encodeFailure,
  encodeNotification,
  encodeRequest,
  encodeResponse,
  type ErrorBody,
  type Frame,
  parseFrame,
  type RequestId,
} from "./rpc/frames.ts";
export type { CloseReason, FrameTransport, TransportEvents } from "./rpc/transport.ts";
export type { ClientAnswer } from "./server/ask-desk.ts";
export { ownPlatform } from "./server/platform.ts";
export type { SessionLink } from "./session/attachment.ts";
export { type EpochSource, fileEpochs, memoryEpochs } from "./session/epoch-source.ts";
export { defaultSessionLimits, type SessionLimits } from "./session/limits.ts";
export { type NotificationFrame, relayedFrame } from "./session/notification-frame.ts";
export type { Remembered } from "./session/request-cache.ts";
export { type FoundSession, SessionBook, type SessionBookOptions } from "./session/session-book.ts";
export {
  encodeNotice,
  parseSessionQuery,
  sessionHeader,
  type SessionNotice,
  type SessionRequest,
} from "./session/session-notice.ts";
export { type ClientDescription, Session } from "./session/session.ts";
