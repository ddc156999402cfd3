import type { JsonObject } from "../../json.ts";
import { objectOf } from "../../json.ts";
import type { NativeEntry, StoredList } from "./native-log.ts";
import type { RecordedAgent } from "./recorded-agent.ts";
import type { RecordedServers } from "./recorded-servers.ts";

/** The lists that an agent's server keeps. */
export interface StoreWatch {
  /** What is new or changed since the last call in every list that the entries are about. */
  changes(entries: readonly NativeEntry[], agent: RecordedAgent): Promise<readonly NativeEntry[]>;
}

/** Watches the lists of the server that was asked last. */
export function storeWatch(servers: RecordedServers): StoreWatch {
  const seen = new Map<string, ReadonlySet<string>>();
  return {
    async changes(entries, agent) {
      const lists = new Map<string, StoredList>();
      for (const entry of entries) {
        if (entry.type !== "send" && entry.type !== "recv") continue;
        for (const list of agent.stored?.(entry.frame) ?? []) lists.set(list.path, list);
      }
      const found: NativeEntry[] = [];
      for (const list of lists.values()) {
        const now = await servers.list(list.path);
        const before = seen.get(list.path);
        const put = (now ?? []).filter((entry) => before?.has(JSON.stringify(entry)) !== true);
        if (put.length === 0) continue;
        seen.set(list.path, new Set((now ?? []).map((entry) => JSON.stringify(entry))));
        found.push({
          type: "store",
          ...list,
          put: put.map((entry: JsonObject) => objectOf(entry)),
        });
      }
      return found;
    },
  };
}
