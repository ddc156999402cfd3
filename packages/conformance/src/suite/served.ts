import { cpSync } from "node:fs";
import { type BridgeFactory, createAgentServer, memoryPair } from "@fairlead/bridge-core";
import type { FrameTransport } from "@fairlead/bridge-core";
import type { FixtureFolder } from "../fixture/folder.ts";
import type { NativeSetup } from "../fixture/native-setup.ts";
import { type PlayingHost, playingHost } from "../fixture/playing-host.ts";

/** The folders of one run. */
export interface Place {
  /** Of the thread index and journals. */
  readonly dataDir: string;
  /** The project folder. */
  readonly cwd: string;
  /** The user's home, where the agent keeps its files. */
  readonly home: string;
}

/** Who a connection is, so that it can come back. */
export interface SessionRequest {
  readonly device: string;
  readonly cursor: number | null;
}

/** How far the agent of a scenario has come. */
export interface AgentState {
  /** What it waits for, a sentence each. */
  readonly waitingFor: readonly string[];
  /** What the bridge should have written and did not, or wrote too much. */
  readonly leftOver: readonly string[];
}

/** What the suite hears of a daemon. */
export interface ServedEvents {
  readonly onActivity: () => void;
  /** The bridge did what the fixture does not have. */
  readonly onProblem: (problem: string) => void;
}

/** A connection, from the client's end. */
export interface OpenedConnection {
  readonly transport: FrameTransport;
  /** What became of the session asked for; null when none was. */
  readonly attached: "fresh" | "resumed" | "drift" | null;
}

/** A daemon with one bridge and the agent that plays its fixtures. */
export interface Served extends AsyncDisposable {
  open(session: SessionRequest | null): OpenedConnection;
  /** What the agent does at its next prompt. Rejects when there is no such fixture. */
  cue(beat: string): Promise<void>;
  /** Lets the agent go on where it waits. */
  release(): Promise<void>;
  /** Resolves when the agent has said all it has to say for now. */
  state(): Promise<AgentState>;
  /** Ends it as `kill -9` would. Resolves, when it is gone, with where the next one finds its data. */
  kill(): Promise<Place>;
}

/** What a bridge is served with. */
export interface ServingOptions extends ServedEvents {
  readonly place: Place;
  readonly fixtures: FixtureFolder;
  readonly setup: NativeSetup;
  /** The real agent instead of fixtures. Default false. */
  readonly live?: boolean;
}

/** Long enough for an agent that is asked to stop, short enough for one that does not. */
const interruptGraceMs = 2000;

/** Serves a bridge in this process. */
export function serveHere(factory: BridgeFactory, options: ServingOptions): Served {
  const { place, fixtures, setup, live = false, onActivity, onProblem } = options;
  const { home, dataDir, cwd } = place;
  const playing = playingHost({ fixtures, setup, home, onActivity, onProblem });
  const environment = { ...ownPath(), HOME: home };
  const server = createAgentServer({
    bridge: (host) => factory(live ? host : playing.over(host)),
    dataDir,
    defaultCwd: cwd,
    policy: { approvals: "auto", sandbox: "danger-full-access" },
    interruptGraceMs,
    ...(!live && { environment: () => Promise.resolve(environment) }),
  });
  return {
    open(session) {
      const [near, far] = memoryPair();
      const { session: notice } = server.attach(far, { session });
      return { transport: near, attached: notice?.attached ?? null };
    },
    async cue(beat) {
      if (!live) playing.player.cue(beat);
    },
    async release() {
      playing.player.release();
    },
    state: () => stateOf(playing),
    async kill() {
      // What is on the disk at this moment is what a killed process leaves.
      const dataDir = copyOf(place.dataDir);
      const home = copyOf(place.home);
      await end();
      return { ...place, dataDir, home };
    },
    [Symbol.asyncDispose]: () => end(),
  };

  async function end(): Promise<void> {
    playing[Symbol.dispose]();
    await server[Symbol.asyncDispose]();
  }
}

async function stateOf({ player }: PlayingHost): Promise<AgentState> {
  while (player.isBusy) await new Promise<void>((resolve) => void setImmediate(resolve));
  return { waitingFor: player.waitingFor(), leftOver: player.leftOver() };
}

function copyOf(folder: string): string {
  const copy = `${folder}+`;
  cpSync(folder, copy, { recursive: true });
  return copy;
}

/** The user's own commands find their programs; nothing else of this process reaches them. */
function ownPath(): Readonly<Record<string, string>> {
  const path = process.env["PATH"];
  return path === undefined ? {} : { PATH: path };
}
