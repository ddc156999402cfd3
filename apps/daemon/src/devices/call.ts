import { ownPathSource, pathsOf } from "../config/paths.ts";
import { type CallOptions, callDaemon } from "../control/client.ts";

/** Asks a daemon for something, as `callDaemon` does. */
export type Call = (op: string, params?: unknown, options?: CallOptions) => Promise<unknown>;

/** The daemon of a data folder. */
export function callOf(dataDir: string | undefined): Call {
  const place = pathsOf(ownPathSource(dataDir));
  return (op, params, options) => callDaemon(place, op, params, options);
}
