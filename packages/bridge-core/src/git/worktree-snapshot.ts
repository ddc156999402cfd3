import type { GitPlace } from "./git-command.ts";
import { ScratchIndex } from "./scratch-index.ts";

/** Longest a snapshot or a diff may take; a turn waits for its snapshot. */
const budgetMs = 5000;

/**
 * The state of a worktree at one moment. Owned by the turn it was taken for, which disposes it at
 * its end.
 */
export interface WorktreeSnapshot extends AsyncDisposable {
  /**
   * Unified git diff from the snapshot to the worktree as it is now, with untracked files; empty
   * when nothing changed. Null when git cannot say within five seconds or the diff is larger than
   * 4 MiB. May be asked again and again; never rejects.
   */
  diff(signal: AbortSignal): Promise<string | null>;
}

/**
 * Remembers the worktree around a folder, for `turn/diff/updated`. The repository, its index and
 * the worktree are only read, and nothing the repository configures is executed. Null outside a
 * repository and when it takes longer than five seconds; never rejects.
 */
export async function snapshotWorktree(place: GitPlace): Promise<WorktreeSnapshot | null> {
  const opening = withinBudget(place);
  const index = await ScratchIndex.open(opening).catch(() => null);
  if (index === null) return null;
  const before = await index.record(opening).catch(() => null);
  if (before === null) {
    await index[Symbol.asyncDispose]();
    return null;
  }
  const diffNow = async (signal: AbortSignal): Promise<string | null> => {
    const now = withinBudget({ ...place, signal });
    const after = await index.record(now);
    return after === null ? null : index.diff(now, before, after);
  };
  // Two runs at once would fight for the index.
  let last: Promise<unknown> = Promise.resolve();
  return {
    diff: (signal) => {
      const mine = last.then(() => diffNow(signal)).catch(() => null);
      last = mine;
      return mine;
    },
    [Symbol.asyncDispose]: async () => {
      await last;
      await index[Symbol.asyncDispose]();
    },
  };
}

function withinBudget(place: GitPlace): GitPlace {
  return { ...place, signal: AbortSignal.any([place.signal, AbortSignal.timeout(budgetMs)]) };
}
