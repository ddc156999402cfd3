import assert from "node:assert/strict";
import type { LiveRow } from "../lane.ts";
import type { Place, PlaceOptions } from "./place.ts";
import type { Ran } from "./programs.ts";

/** A row of the lane of the daemon itself. */
export interface DaemonRow extends LiveRow {
  /** What it finds in its home. Default: a `host.toml` for this machine only. */
  readonly config?: PlaceOptions["config"];
  /** Elsewhere it would change the machine of who runs it. */
  readonly onlyOn?: NodeJS.Platform;
  /** It looks at a terminal, which tmux shows. */
  readonly needsScreen?: true;
  /** It needs what only root may do. */
  readonly needsRoot?: true;
  /** Rejects when Fairlead does not do what the sentence says. */
  readonly run: (place: Place) => Promise<void>;
}

/** The command ended with this code; gives what it did back. */
export function endedWith(ran: Ran, code: number): Ran {
  assert.equal(ran.code, code, `${ran.stdout}\n${ran.stderr}`);
  return ran;
}

/** Text of a user for a turn. */
export function words(text: string): readonly [{ type: "text"; text: string; text_elements: [] }] {
  return [{ type: "text", text, text_elements: [] }];
}
