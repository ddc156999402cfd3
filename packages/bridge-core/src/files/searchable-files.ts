import { posix } from "node:path";
import { setImmediate as nextLoop } from "node:timers/promises";
import type { FuzzyFileSearchResult } from "@fairlead/codex-proto";
import * as fuzzysort from "fuzzysort";
import type { ListedPath } from "./file-list.ts";

/** Paths matched before other work gets its turn. */
const pathsPerSlice = 4096;
const maxResults = 50;
/** Worse matches are letters scattered over the path. */
const minScore = 0.2;

type SearchablePath = ListedPath & { readonly root: string };

/** A fixed set of paths that can be searched again and again. */
export class SearchableFiles {
  readonly #slices: readonly fuzzysort.SnapshotKey<SearchablePath>[];

  constructor(paths: readonly SearchablePath[]) {
    const count = Math.ceil(paths.length / pathsPerSlice);
    this.#slices = Array.from({ length: count }, (_, index) =>
      fuzzysort.snapshot(paths.slice(index * pathsPerSlice, (index + 1) * pathsPerSlice), {
        key: "path",
      }),
    );
  }

  /**
   * The best 50 matches, best first; none for an empty query and when aborted. Lets other work run
   * in between.
   */
  async search(query: string, signal: AbortSignal): Promise<FuzzyFileSearchResult[]> {
    if (query.trim() === "") return [];
    let best: fuzzysort.KeyResult<SearchablePath>[] = [];
    for (const slice of this.#slices) {
      if (signal.aborted) return [];
      const found = fuzzysort.go(query, slice, { limit: maxResults, threshold: minScore });
      best = [...best, ...found].toSorted((a, b) => b.score - a.score).slice(0, maxResults);
      await nextLoop();
    }
    if (signal.aborted) return [];
    return best.map(({ obj: { root, path, kind }, score, indexes }) => ({
      root,
      path,
      match_type: kind,
      file_name: posix.basename(path),
      // Codex's scores are whole numbers.
      score: Math.round(score * 1000),
      indices: [...indexes],
    }));
  }
}
