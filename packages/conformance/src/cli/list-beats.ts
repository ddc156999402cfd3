import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type BeatRow, beatsReport } from "../report/beats.ts";
import { beats } from "../scenarios.ts";
import { readManifest } from "../suite/manifest.ts";
import { neededBeats } from "./needed-beats.ts";
import type { CliRequest } from "./options.ts";
import { type CliStreams, UsageError } from "./streams.ts";

/**
 * Lists the beats a manifest's claims need and whether they are recorded, or all beats where there
 * is no manifest. Resolves with the exit code: 1 = one is missing.
 */
export async function listBeats(
  { fixtures }: Extract<CliRequest, { type: "beats" }>,
  { out }: CliStreams,
): Promise<number> {
  const names = fixtures === null ? [] : await filesOf(fixtures);
  if (fixtures === null || !names.includes("manifest.json")) {
    const rows = neededBeats(() => true).map((beat) => ({ ...beat, isThere: null }));
    const why = fixtures === null ? "no --fixtures" : `no manifest.json in ${fixtures}`;
    out(beatsReport(`${rows.length} beats, with the features they are for (${why}).`, rows));
    return 0;
  }
  const manifest = readManifest(fixtures);
  const rows: readonly BeatRow[] = neededBeats(({ needs }) =>
    needs.every((feature) => manifest.features[feature] === true),
  ).map((beat) => ({ ...beat, isThere: existsSync(join(fixtures, `${beat.name}.jsonl`)) }));
  const missing = rows.filter(({ isThere }) => isThere === false);
  const found = missing.length === 0 ? "all there" : `${missing.length} missing`;
  const title = `${manifest.agent} ${manifest.version} claims what needs ${rows.length} beats: ${found}.`;
  out(beatsReport(title, rows, strangers(names)));
  return missing.length === 0 ? 0 : 1;
}

/** Files that look like a beat and are none, such as one whose name is mistyped. */
function strangers(names: readonly string[]): readonly string[] {
  const known = new Set(["open", ...Object.keys(beats)].map((name) => `${name}.jsonl`));
  return names.filter((name) => name.endsWith(".jsonl") && !known.has(name)).toSorted();
}

async function filesOf(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    throw new UsageError(`there is no folder ${folder} for --fixtures`, { cause: error });
  }
}
