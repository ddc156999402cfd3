import type { ThreadListParams, ThreadSourceKind } from "@fairlead/codex-proto";
import type { ThreadMeta } from "./meta.ts";

/** The part of a list request that chooses threads. */
export type ThreadFilter = Pick<
  ThreadListParams,
  | "archived"
  | "ancestorThreadId"
  | "attachedToThreadId"
  | "cwd"
  | "excludedThreadIds"
  | "modelProviders"
  | "originators"
  | "parentThreadId"
  | "projectId"
  | "searchTerm"
  | "sectionId"
  | "sourceKinds"
>;

/** What a client means that names no source: threads a person started. */
const interactive: readonly ThreadSourceKind[] = ["cli", "vscode"];

/**
 * Chooses threads as codex does; sections, projects and attachments do not exist here, so asking
 * for one finds none.
 */
export function matchesFilter(agent: string, meta: ThreadMeta, filter: ThreadFilter): boolean {
  const { cwd, searchTerm, sourceKinds, modelProviders, originators, excludedThreadIds } = filter;
  if (filter.sectionId != null || filter.projectId != null) return false;
  if (filter.attachedToThreadId != null) return false;
  if (meta.ephemeral || meta.preview === "") return false;
  if (meta.archived !== (filter.archived ?? false)) return false;
  const parent = filter.parentThreadId ?? filter.ancestorThreadId ?? null;
  if (meta.parentThreadId !== parent) return false;
  if (excludedThreadIds?.includes(meta.id) === true) return false;
  if (modelProviders != null && modelProviders.length > 0 && !modelProviders.includes(agent))
    return false;
  if (originators != null && originators.length > 0) {
    if (meta.originator === null || !originators.includes(meta.originator)) return false;
  }
  const kinds = sourceKinds == null || sourceKinds.length === 0 ? interactive : sourceKinds;
  if (parent === null && !kinds.some((kind) => kind === meta.source)) return false;
  if (cwd != null && !(typeof cwd === "string" ? [cwd] : cwd).includes(meta.cwd)) return false;
  if (searchTerm != null && searchTerm !== "") {
    const term = searchTerm.toLowerCase();
    return [meta.name ?? "", meta.preview].some((text) => text.toLowerCase().includes(term));
  }
  return true;
}

/** False when no thread of the agent's own storage can fit, so that it need not be read. */
export function mayListNative(filter: ThreadFilter): boolean {
  if (filter.sectionId != null || filter.projectId != null) return false;
  if (filter.attachedToThreadId != null) return false;
  const { sourceKinds } = filter;
  return sourceKinds == null || sourceKinds.length === 0 || sourceKinds.includes("cli");
}

/** The time a list is sorted by, in milliseconds. */
export function sortTime(meta: ThreadMeta, key: ThreadListParams["sortKey"]): number {
  return key === "updated_at" || key === "recency_at" ? meta.updatedAtMs : meta.createdAtMs;
}
