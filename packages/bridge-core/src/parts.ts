/** Parts that bridges share: reading what agents write and keep, and showing what their tools do. */
export {
  fieldsOf,
  isFields,
  jsonFieldsOf,
  listOf,
  numberOf,
  textOf,
  type Fields,
  type JsonFields,
} from "./parts/fields.ts";
export { Children, type ChildStart } from "./parts/children.ts";
export { asCommand, imageInput, textInput } from "./parts/user-input.ts";
export {
  edgeLines,
  type EdgeLine,
  isReadable,
  jsonLines,
  livingOf,
  printedBy,
  readJson,
} from "./parts/files.ts";
export {
  entriesOf,
  sessionFiles,
  SessionSummaries,
  type SessionFile,
} from "./parts/session-files.ts";
export { exists, projectFolders, type ProjectFolders } from "./parts/project-folders.ts";
export { NativeTurns, type Outcome } from "./parts/native-turns.ts";
export { PendingAnswers } from "./parts/pending-answers.ts";
export { AgentProgram, type ProgramProtocol, type ProgramSink } from "./parts/agent-program.ts";
export { imageSource, type ImageSource } from "./parts/images.ts";
export { listingItem, readingItem, searchingItem } from "./parts/looking.ts";
export { answerTo, choice } from "./parts/questions.ts";
export { unattended } from "./parts/unattended.ts";
export { versionNotice } from "./parts/version.ts";
export { failureKindOfStatus } from "./parts/http-failure.ts";
export { messageBlocks, messageTokens } from "./parts/messages-api.ts";
export { toolContents } from "./parts/contents.ts";
export { patchHunks, replacingHunk } from "./parts/hunks.ts";
export { followEvents, type EventSourceOptions } from "./parts/event-source.ts";
export {
  askHttp,
  openEvents,
  type HttpAnswer,
  type HttpRequest,
  type HttpServer,
} from "./parts/http-json.ts";
export {
  freePort,
  SharedBackends,
  type Lease,
  type SharedBackend,
  type SharedBackendsOptions,
} from "./parts/shared-backends.ts";
