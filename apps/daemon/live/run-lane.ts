import { setTimeout as sleep } from "node:timers/promises";
import { type LiveLane, type OpenLane, RowSkipped } from "./lane.ts";

/** A scenario waits for frames, never for time; one that takes this long hangs. */
const hangsAfterMs = 60_000;

/** How long a hanging scenario may take to tell where it hangs. */
const hangGraceMs = 10_000;

/** How to run a lane. */
export interface RunLaneOptions {
  /** Ids of the rows to run; null = all. */
  readonly only: readonly string[] | null;
  /** True in CI: a lane that cannot be opened has failed, unless it may be missing. */
  readonly mustRun: boolean;
  readonly print: (line: string) => void;
}

/**
 * Runs a lane and prints a line per row, then `live TITLE: N passed, N skipped`. False when a row failed, or
 * when the lane cannot be opened and must run. Rejects when `only` names an unknown row.
 */
export async function runLane(lane: LiveLane, options: RunLaneOptions): Promise<boolean> {
  const { only, print } = options;
  const mustRun = options.mustRun && lane.mayBeMissing !== true;
  const unknown = only?.find((id) => !lane.rows.some((row) => row.id === id));
  if (unknown !== undefined) throw new Error(`the lane ${lane.name} has no scenario ${unknown}`);
  const ids = lane.rows.map(({ id }) => id).filter((id) => only?.includes(id) ?? true);
  const opening = await lane.open();
  if (!opening.ok) {
    print(`${lane.name} cannot run: ${opening.reason}`);
    const count = mustRun ? `${ids.length} failed, 0` : `${ids.length}`;
    print(`live ${lane.name}: 0 passed, ${count} skipped`);
    return !mustRun;
  }
  await using opened = opening.lane;
  const { failures, skipped } = await runRows(opened, ids, lane.atOnce, print);
  const failed = failures === 0 ? "" : `${failures} failed, `;
  const passed = ids.length - failures - skipped;
  print(`live ${opening.title}: ${passed} passed, ${failed}${skipped} skipped`);
  return failures === 0;
}

/** Resolves with how many did not pass. */
async function runRows(
  lane: OpenLane,
  ids: readonly string[],
  atOnce: number,
  print: (line: string) => void,
): Promise<{ readonly failures: number; readonly skipped: number }> {
  const waiting = [...ids];
  let failures = 0;
  let skipped = 0;
  const worker = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      const startedMs = performance.now();
      const reason = await outcome(lane, id);
      const took = `${Math.round(performance.now() - startedMs)} ms`;
      if (reason === null) {
        print(`ok   ${id} (${took})`);
      } else if (reason instanceof RowSkipped) {
        skipped += 1;
        print(`skip ${id}: ${reason.message}`);
      } else {
        failures += 1;
        print(`FAIL ${id} (${took})\n${reason}`);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return { failures, skipped };
}

/** The reason of a failure; null = passed. */
async function outcome(lane: OpenLane, id: string): Promise<string | RowSkipped | null> {
  const over = new AbortController();
  const hang = new AbortController();
  const hanging = async (): Promise<void> => {
    await sleep(hangsAfterMs, undefined, { signal: over.signal });
    hang.abort(new Error(`it still waits after ${hangsAfterMs / 1000} s`));
    await sleep(hangGraceMs, undefined, { signal: over.signal });
    throw new Error(`it still waits after ${(hangsAfterMs + hangGraceMs) / 1000} s`);
  };
  try {
    await Promise.race([lane.run(id, hang.signal), hanging()]);
    return null;
  } catch (error) {
    if (error instanceof RowSkipped) return error;
    return error instanceof Error ? error.message : String(error);
  } finally {
    over.abort();
  }
}
