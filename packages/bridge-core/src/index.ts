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
export { opChannel, type OpChannel } from "./server/op-channel.ts";
export { memoryPair } from "./transport/memory.ts";
