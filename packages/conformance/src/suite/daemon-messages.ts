import type { NativeSetup } from "../fixture/native-setup.ts";
import type { AgentState, Place, SessionRequest } from "./served.ts";

/** What the suite tells a daemon that is a process of its own. */
export type ToDaemon =
  /** Load the bridge, and get ready for a scenario. */
  | {
      readonly type: "load";
      /** URL of the module whose default export is the bridge. */
      readonly module: string;
      readonly fixtures: string;
      readonly setup: NativeSetup;
      readonly live: boolean;
    }
  | { readonly type: "serve"; readonly place: Place }
  | {
      readonly type: "open";
      readonly connection: number;
      readonly session: SessionRequest | null;
    }
  | { readonly type: "frame"; readonly connection: number; readonly text: string }
  | { readonly type: "close"; readonly connection: number }
  | { readonly type: "cue"; readonly request: number; readonly beat: string }
  | { readonly type: "release"; readonly request: number }
  | { readonly type: "state"; readonly request: number };

/** What it tells the suite. */
export type FromDaemon =
  | { readonly type: "loaded" }
  | { readonly type: "served" }
  | { readonly type: "frame"; readonly connection: number; readonly text: string }
  | { readonly type: "closed"; readonly connection: number; readonly reason: string }
  | { readonly type: "problem"; readonly problem: string }
  | {
      readonly type: "done";
      readonly request: number;
      /** Null when it went well. */
      readonly error: string | null;
      readonly state: AgentState | null;
    };
