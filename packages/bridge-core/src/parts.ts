/** Parts that bridges share: reading what agents write and keep, and showing what their tools do. */
export {
  fieldsIn,
  fieldsOf,
  idIn,
  jsonIn,
  isFields,
  jsonFieldsOf,
  listOf,
  numberOf,
  textOf,
  timeOf,
  type Fields,
  type JsonFields,
} from "./parts/fields.ts";
export { Children, type ChildStart } from "./parts/children.ts";
export { asCommand, commandTyped, fileInput, imageInput, textInput } from "./parts/user-input.ts";
export {
  edgeLines,
  type EdgeLine,
  isReadable,
  jsonLines,
  livingOf,
  outputOf,
  ranWell,
  printedBy,
  readJson,
  saidBy,
  textsOf,
} from "./parts/files.ts";
export {
  entriesOf,
  sessionFiles,
  sessionIn,
  SessionSummaries,
  type SessionFile,
} from "./parts/session-files.ts";
export {
  exists,
  isSameFolder,
  projectFolders,
  type ProjectFolders,
} from "./parts/project-folders.ts";
export { NativeTurns, type Outcome } from "./parts/native-turns.ts";
export { AgentProgram, type ProgramProtocol, type ProgramSink } from "./parts/agent-program.ts";
export { imageSource, type ImageSource } from "./parts/images.ts";
export { listingItem, readingItem, searchingItem } from "./parts/looking.ts";
export { answerTo, choice, questionsOf } from "./parts/questions.ts";
export { unattended } from "./parts/unattended.ts";
export { versionNotice } from "./parts/version.ts";
export { failureIn, failureKindOfStatus, failureSaid } from "./parts/http-failure.ts";
export { countedTokens, messageBlocks, messageTokens } from "./parts/messages-api.ts";
export { firstTurnIn, opsBehind, PastTurns, type PastTurn } from "./parts/past-turns.ts";
export { textItem, TextItems, type TextKind } from "./parts/text-items.ts";
export { imageIn, toolContents } from "./parts/contents.ts";
export { otherTool } from "./parts/other-tool.ts";
export { diffChange, diffOrProposal, hunksOf, patchChanges } from "./parts/patches.ts";
export { pathFrom, pathOfUri } from "./parts/paths.ts";
export { markedSteps, planStep, planSteps, type PlanStep } from "./parts/plan-steps.ts";
export { changeHunks, lineHunk, patchHunks, replacingHunk } from "./parts/hunks.ts";
export { type Confirmation } from "./parts/confirmations.ts";
export { HttpClient, type HttpRequest, type HttpServer } from "./parts/http-json.ts";
export { type SessionFrame } from "./parts/session-events.ts";
export { SharedBackends, type Lease, type SharedBackend } from "./parts/shared-backends.ts";
export { addTokens, lessTokens } from "./turn/tokens.ts";
export { FileSessions, saidSession, type FileSessionsOptions } from "./parts/file-sessions.ts";
export { OrderedTurns } from "./parts/ordered-turns.ts";
export { Facts, settingFacts } from "./parts/facts.ts";
export { SessionTree } from "./parts/session-tree.ts";
export { ThreadOps } from "./parts/thread-ops.ts";
export { AgentServers } from "./parts/agent-servers.ts";
export { AgentServer, type AgentServerOptions } from "./parts/agent-server.ts";
export { grantOf, type Grant } from "./parts/grant.ts";
export { loggedOut, probed, usable, type Probing } from "./parts/probe.ts";
export { inputParts, wordsAndImages, mentionedFile, type InputPart } from "./parts/input-parts.ts";
export { type ServerThreadOptions } from "./parts/server-thread.ts";
export {
  SessionThread,
  type LiveSession,
  type ServerSession,
  type SessionTranslator,
} from "./parts/session-thread.ts";
export { PendingAsks, type PendingAsk } from "./parts/pending-asks.ts";
export { modelNamed } from "./parts/model-names.ts";
export { belowSession, serverSessions } from "./parts/server-sessions.ts";
export { ToldMessages, type ToldMessage } from "./parts/told-messages.ts";
export { actionOf, endsInRules, rulesIn, type PermissionRule } from "./parts/permission-rules.ts";
export { isOrdinaryFile } from "./parts/ordinary-files.ts";
export { environmentJson } from "./parts/environment-json.ts";
export { commandInfo } from "./parts/command-info.ts";
export { isPlainWithin, isWithin } from "./parts/guarded-paths.ts";
export { interpreterOf } from "./parts/script-interpreter.ts";
export { serverEvents } from "./parts/server-events.ts";
export { TextRuns } from "./parts/text-runs.ts";
export { TokenCounter } from "./parts/token-counter.ts";
export {
  askAbout,
  leavingPlan,
  outcomeFor,
  isAllowed,
  outcomeNamed,
  type AcpOutcome,
} from "./parts/acp/permissions.ts";
export { acpPrompt } from "./parts/acp/prompt.ts";
export { AcpReplay, acpTurnKey } from "./parts/acp/replay.ts";
export {
  acpChange,
  acpMode,
  acpNativeSession,
  acpOffers,
  acpOpening,
  AcpSession,
  isBypassing,
  isPlanning,
  takesInstructions,
  takesUrls,
  type AcpCategory,
} from "./parts/acp/session-state.ts";
export { AcpSettings } from "./parts/acp/session-settings.ts";
export { acpFiles } from "./parts/acp/tool-items.ts";
export { AcpTranslator } from "./parts/acp/translator.ts";
export { elicitationAnswer, elicitationAsk } from "./parts/acp/elicitation.ts";
export { WaitingAsks } from "./parts/waiting-asks.ts";
export { terminalLogin, unattendedLogin } from "./parts/acp/logins.ts";
export {
  inputIn,
  MessageStream,
  type MessageTongue,
  type StreamedCall,
} from "./parts/message-stream.ts";
export { settingsIn } from "./parts/jsonc.ts";
export { PluginGate, refusal, type Leave, type PluginSink } from "./parts/plugin-gate.ts";
export { unlessLate } from "./parts/unless-late.ts";
export { messageContent } from "./parts/messages-input.ts";
export { saidOutcome } from "./parts/said-outcome.ts";
export { acpFailure } from "./parts/acp/failures.ts";
export { JsonRpcProgram, type JsonRpcAgent } from "./parts/json-rpc-program.ts";
export { CallStream } from "./parts/call-stream.ts";
export { callAsk, changesWithin, type AskingCall } from "./parts/call-ask.ts";
export { HookGate } from "./parts/hook-gate.ts";
export { orDisposed } from "./parts/or-disposed.ts";
export { printedFrames } from "./parts/printed-frames.ts";
export {
  BlockStream,
  type BlockTongue,
  type CallPlace,
  type RunningCall,
} from "./parts/block-stream.ts";
export { mcpServerList } from "./parts/mcp-servers.ts";
export { RequestAsks } from "./parts/request-asks.ts";
