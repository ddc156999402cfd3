/**
 * Drives real programs through Fairlead against the mock LLM: `test:live [LANE…] [--only ID]`. Without a lane, all of
 * them, two at a time. `--table` writes the tables of what they prove into `docs/` instead.
 */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import type { LiveLane } from "./lane.ts";
import { lanes } from "./lanes.ts";
import { runLane } from "./run-lane.ts";
import { runLanes } from "./run-lanes.ts";
import { tableFile, tableOf } from "./table.ts";

async function main(): Promise<boolean> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { only: { type: "string", multiple: true }, table: { type: "boolean" } },
  });
  const chosen = positionals.length === 0 ? lanes : positionals.map(laneOf);
  if (values.table === true) {
    for (const lane of chosen) await writeFile(tableFile(lane), tableOf(lane));
    return true;
  }
  const mustRun = process.env["CI"] === "true";
  // Every daemon of a scenario's own listens for signals, and scenarios run side by side.
  process.setMaxListeners(0);
  const only = values.only ?? null;
  return runLanes(chosen, (lane, print) => runLane(lane, { only, mustRun, print }), write);
}

function laneOf(name: string): LiveLane {
  const lane = lanes.find((candidate) => candidate.name === name);
  if (lane !== undefined) return lane;
  throw new Error(`unknown lane ${name}: choose ${lanes.map((known) => known.name).join(", ")}`);
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
