export {
  type ClientSession,
  CodexClient,
  type CodexClientOptions,
  type HandlerScope,
  type WaitOptions,
} from "./codex-client.ts";
export type { FrameTap } from "./frame-tap.ts";
export type { Notification } from "./notification-log.ts";
export type { ApprovalRequest, Decision, FinishedTurn, RunTurnOptions } from "./run-turn.ts";
export {
  type AnyServerRequestHandler,
  type ServerRequestContext,
  type ServerRequestHandler,
  leaveToOthers,
} from "./server-request-handlers.ts";
export { type Connected, RpcError, rpcCode, type SessionNotice } from "@fairlead/bridge-core/peer";
