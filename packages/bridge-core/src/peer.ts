/** The codex wire without the server: what a client of it needs. */
export { RpcError, rpcCode } from "./errors.ts";
export { encodeNotification, type RequestId } from "./rpc/frames.ts";
export {
  type IncomingRequest,
  Peer,
  type PeerHandlers,
  type PeerOptions,
  type RequestOptions,
} from "./rpc/peer.ts";
export type { CloseReason, FrameTransport, TransportEvents } from "./rpc/transport.ts";
export type { SessionNotice, SessionRequest } from "./session/session-notice.ts";
export {
  type Connected,
  connectSession,
  connectWebSocket,
  type ConnectOptions,
} from "./transport/connect.ts";
export { memoryPair } from "./transport/memory.ts";
export { stdioTransport, type StdioOptions } from "./transport/stdio.ts";
