/** Starting programs, and ending them, without the server: light to load. */
export {
  type Environment,
  type EnvironmentResolver,
  loginShellEnvironment,
  type LoginShellOptions,
} from "./process/environment.ts";
export type { ChildSpec, OutputListener, OutputStream, TerminalSize } from "./exec/child.ts";
export {
  type ProcessExit,
  type ProcessSpec,
  type RunningProcess,
  startProcess,
} from "./exec/running-process.ts";
export { missingTerminals } from "./exec/terminal-child.ts";
export { ProcessGroups, type ProcessGroupsOptions } from "./process/process-groups.ts";
export {
  resolveProgram,
  type ResolvedProgram,
  type ResolveProgramOptions,
} from "./process/resolve-program.ts";
export { unwatched } from "./process/watchdog-program.ts";
