/** Transports and listeners without the server: light to load. */
export { messageOf } from "./errors.ts";
export type { CloseReason, FrameTransport, TransportEvents } from "./rpc/transport.ts";
export {
  encodeNotice,
  encodeSessionQuery,
  parseNotice,
  parseSessionQuery,
  sessionHeader,
  type SessionNotice,
  type SessionRequest,
} from "./session/session-notice.ts";
export {
  type Connected,
  connectSession,
  connectWebSocket,
  type ConnectOptions,
} from "./transport/connect.ts";
export { acceptWebSocket, type AcceptOptions } from "./transport/accept.ts";
export type { PlainAnswer, PlainRequest, RequestHandler } from "./transport/http-requests.ts";
export {
  type ConnectionRequest,
  type ListenAddress,
  listenWebSocket,
  type ListenOptions,
  type ListenSettings,
  type Upgrade,
  type WebSocketListener,
} from "./transport/listen.ts";
export type {
  Admission,
  AdmittedClient,
  AgentSummary,
  ClientClaim,
  EndpointRequest,
  Listener,
  ListenerFactory,
  ListenerHost,
  OpenEndpoint,
} from "./transport/listener.ts";
export type { Refusal } from "./transport/refusal.ts";
export { memoryPair } from "./transport/memory.ts";
export { localSocketPath, type LocalSocket } from "./transport/socket-path.ts";
export { stdioTransport, type StdioOptions } from "./transport/stdio.ts";
export type { TlsFiles } from "./transport/tls-files.ts";
export { unixListener, type UnixListenerOptions } from "./transport/unix-listener.ts";
export { originOf, Visitors, type VisitorLimits } from "./transport/visitors.ts";
export {
  type WebSocketHostListener,
  webSocketListener,
  type WebSocketListenerOptions,
} from "./transport/websocket-listener.ts";
