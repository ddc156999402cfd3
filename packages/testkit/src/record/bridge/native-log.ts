import type { JsonObject } from "../../json.ts";

/** One event at the edge between a bridge and its agent. `process` counts those the bridge starts. */
export type NativeEntry =
  | { readonly type: "start"; readonly process: number; readonly args: readonly string[] }
  /** A line; or `{"http":…}`, which is a request, its answer, or an event of its stream. */
  | { readonly type: "send" | "recv"; readonly process: number; readonly frame: JsonObject }
  | { readonly type: "text"; readonly process: number; readonly text: string }
  | { readonly type: "signal"; readonly process: number; readonly name: string }
  | {
      readonly type: "exit";
      readonly process: number;
      readonly code: number | null;
      readonly stderr: string;
    }
  /** The agent called a tool of the client's, or a hook or a plugin of it the bridge itself, over HTTP. */
  | { readonly type: "post"; readonly to: "tool" | "gate"; readonly body: JsonObject }
  /** The script is about to start what this beat answers. */
  | { readonly type: "cue"; readonly beat: string }
  | { readonly type: "release" }
  /** What the agent wrote to its own files since the cue before. */
  | { readonly type: "file"; readonly path: string; readonly lines: readonly JsonObject[] }
  /** What is new, since the cue before, in a list that the agent's server keeps. */
  | ({ readonly type: "store"; readonly put: readonly JsonObject[] } & StoredList);

/** A list that an agent's server keeps. */
export interface StoredList {
  /** Its name in beats. */
  readonly store: string;
  /** Where it is read. */
  readonly path: string;
  /** Dotted path of an entry's id. */
  readonly by: string;
}
