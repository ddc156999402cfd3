import type { BridgeFactory } from "@fairlead/bridge-core";
import { fixtureFolder } from "../fixture/folder.ts";
import type { NativeSetup } from "../fixture/native-setup.ts";
import type { Way } from "./report.ts";
import type { Serve } from "./scenario-run.ts";
import { serveHere } from "./served.ts";

/** What daemons that are killed are made of. */
export interface DaemonPrograms {
  /**
   * A built module whose default export is the bridge: the daemon to kill is a process of its own,
   * which loads it. Without it the kill is played in this process, on a copy of the data folder
   * taken at that moment.
   */
  readonly module?: URL;
}

/** The daemons of a suite. */
export interface Daemons extends AsyncDisposable {
  /** How a scenario's daemon is started for a way of running it. */
  serving(way: Way): Serve;
}

interface DaemonsOptions extends DaemonPrograms {
  readonly fixtures: string;
  readonly setup: NativeSetup;
  readonly live: boolean;
}

/** Starts daemons as they are needed. Dispose ends those that stand by. */
export function daemonsOf(factory: BridgeFactory, options: DaemonsOptions): Daemons {
  const { setup, live } = options;
  const fixtures = fixtureFolder(options.fixtures);
  const here: Serve = async (place, events) =>
    serveHere(factory, { place, fixtures, setup, live, ...events });
  return {
    serving: () => here,
    async [Symbol.asyncDispose]() {},
  };
}
