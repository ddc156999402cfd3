import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { JsonObject } from "../../json.ts";
import { isObject, objectOf } from "../../json.ts";

/** Files of JSON lines in a folder, which only ever grow. */
export interface FileWatch {
  /** The lines added to each file since the last call, by absolute path. */
  changes(): Promise<ReadonlyMap<string, readonly JsonObject[]>>;
}

/** Watches a folder that need not exist yet. */
export function fileWatch(folder: string): FileWatch {
  const seen = new Map<string, number>();
  return {
    async changes() {
      const found = new Map<string, readonly JsonObject[]>();
      const names = await readdir(folder, { recursive: true }).catch(() => []);
      for (const name of names.filter((path) => path.endsWith(".jsonl")).toSorted()) {
        const path = join(folder, name);
        const lines = (await readFile(path, "utf8")).split("\n").filter((line) => line !== "");
        const fresh = lines.slice(seen.get(path) ?? 0);
        seen.set(path, lines.length);
        const objects = fresh.map((line): unknown => JSON.parse(line)).filter(isObject);
        if (objects.length > 0) found.set(path, objects.map(objectOf));
      }
      return found;
    },
  };
}
