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
export {
  createAgentServer,
  type AgentServer,
  type AgentServerOptions,
  type AttachedClient,
  type AttachOptions,
} from "./server/agent-server.ts";
export type { SessionNotice, SessionRequest } from "./session/session-notice.ts";
export { opChannel, type OpChannel } from "./server/op-channel.ts";
export { applyPolicy, defaultPolicy, type OperatorPolicy, type ThreadPolicy } from "./policy.ts";
export { operatorRequirements } from "./methods/operator-requirements.ts";
export { refuseClientWrite } from "./methods/client-effects.ts";
export { requireWithinRoots, type RootsGate, threadWork } from "./methods/roots-gate.ts";
export {
  type Environment,
  type EnvironmentResolver,
  loginShellEnvironment,
  type LoginShellOptions,
} from "./process/environment.ts";
export { createBridgeHost, type BridgeHostOptions } from "./process/host.ts";
export { ProcessGroups, type ProcessGroupsOptions } from "./process/process-groups.ts";
export {
  resolveProgram,
  type ResolvedProgram,
  type ResolveProgramOptions,
} from "./process/resolve-program.ts";
export { unwatched } from "./process/watchdog-program.ts";
export type { CloseReason, FrameTransport, TransportEvents } from "./rpc/transport.ts";
export {
  listenWebSocket,
  type ConnectionRequest,
  type ListenAddress,
  type ListenOptions,
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
export { memoryPair } from "./transport/memory.ts";
export { stdioTransport, type StdioOptions } from "./transport/stdio.ts";
