import type { BridgeFactory } from "@fairlead/bridge-core";
import { fixtureFolder } from "../fixture/folder.ts";
import type { NativeSetup } from "../fixture/native-setup.ts";
import { DaemonProcess, daemonProgram } from "./daemon-process.ts";
import type { Way } from "./report.ts";
import type { Serve } from "./scenario-run.ts";
import { serveHere } from "./served.ts";

/** What daemons that are killed are made of. */
export interface DaemonPrograms {
  /**
   * A module whose default export is the bridge: the daemon to kill is a process of its own, which
   * loads it. Without it the kill is played in this process, on a copy of the data folder taken at
   * that moment.
   */
  readonly module?: URL;
  /** The program of that process, when it is built together with the module. Default: our own. */
  readonly daemon?: URL;
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

/** Starts daemons as they are needed. Dispose ends the one that stands by. */
export function daemonsOf(factory: BridgeFactory, options: DaemonsOptions): Daemons {
  const { setup, live, module, daemon = daemonProgram() } = options;
  const fixtures = fixtureFolder(options.fixtures);
  const here: Serve = async (place, events) =>
    serveHere(factory, { place, fixtures, setup, live, ...events });
  if (module === undefined) return { serving: () => here, async [Symbol.asyncDispose]() {} };

  const load = { module: module.href, fixtures: options.fixtures, setup, live };
  let spare: DaemonProcess | null = null;
  const apart: Serve = async (place, events, fate) => {
    // Whoever is never killed needs no process of its own.
    if (fate === "stays") return here(place, events, fate);
    const next = spare ?? new DaemonProcess(load, daemon);
    spare = null;
    const served = await next.serve(place, events);
    // Starting takes longer than a scenario: the next one starts while this one works.
    spare ??= new DaemonProcess(load, daemon);
    return served;
  };
  return {
    serving: (way) => (way === "kill" ? apart : here),
    async [Symbol.asyncDispose]() {
      await spare?.[Symbol.asyncDispose]();
    },
  };
}
