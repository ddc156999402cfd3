/** Hermes Agent, by whichever of its ways in is there. */
export {
  type HermesChannel,
  type HermesOpening,
  type HermesParams,
  type HermesSink,
  patientMs,
} from "./channels/channel.ts";
export { notInstalled } from "./install.ts";
export { storedEvents, storedSessions, sessionsCommand } from "./store.ts";
export { findHermes, type HermesWay } from "./ways.ts";
