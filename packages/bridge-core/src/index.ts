export type {
  AgentProcess,
  AgentStatus,
  AgentThread,
  BridgeAdapter,
  BridgeCapabilities,
  BridgeFactory,
  BridgeHost,
  Call,
  CommandInfo,
  InFolder,
  McpServer,
  ModelInfo,
  NativeSession,
  NativeSessions,
  OpenThread,
  Prompt,
  Settings,
  SpawnSpec,
} from "./adapter.ts";
export type {
  Ask,
  AskAnswer,
  Failure,
  FailureKind,
  FileChange,
  ItemDraft,
  ItemPatch,
  Question,
  ThreadOp,
  Tokens,
  ToolContent,
} from "./ops.ts";
export { BridgeError, RpcError, messageOf, rpcCode } from "./errors.ts";
export { createBridgeHost, type BridgeHostOptions } from "./process/host.ts";
export {
  type Environment,
  type EnvironmentResolver,
  loginShellEnvironment,
  type LoginShellOptions,
} from "./process/environment.ts";
export { ProcessGroups } from "./process/process-groups.ts";
export type { FrameTransport } from "./rpc/transport.ts";
export {
  type ConnectionRequest,
  type ListenAddress,
  type ListenOptions,
  listenWebSocket,
  type WebSocketListener,
} from "./transport/listen.ts";
export { stdioTransport, type StdioOptions } from "./transport/stdio.ts";
