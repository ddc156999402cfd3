import type { ClientRequests } from "@fairlead/codex-proto";
import { RpcError } from "../errors.ts";
import type { ProcessSurroundings } from "../exec/process-environment.ts";
import type { Handlers } from "../methods/handler.ts";
import { type GitPlace, gitOutput } from "./git-command.ts";
import { ScratchIndex } from "./scratch-index.ts";

type DiffToRemote = ClientRequests["gitDiffToRemote"]["result"];

/**
 * `gitDiffToRemote`: the commit a branch has in common with its upstream (else with the remote's
 * default branch) and the diff from there to the worktree, untracked files included.
 */
export function gitMethods({
  environment,
  groups,
}: Omit<ProcessSurroundings, "defaultCwd">): Handlers {
  return {
    gitDiffToRemote: async ({ cwd }, { client }) => {
      const place = { cwd, env: await environment(cwd), signal: client.closed, groups };
      const found = await diffToRemote(place).catch(() => null);
      if (found !== null) return found;
      throw RpcError.invalidRequest(
        `failed to compute git diff to remote for cwd: ${JSON.stringify(cwd)}`,
      );
    },
  };
}

async function diffToRemote(place: GitPlace): Promise<DiffToRemote | null> {
  const sha = (await commonWith(place, "@{upstream}")) ?? (await commonWith(place, "origin/HEAD"));
  if (sha === null) return null;
  await using index = await ScratchIndex.open(place);
  const tree = await index?.record(place);
  if (index === null || tree === null || tree === undefined) return null;
  const diff = await index.diff(place, sha, tree);
  return diff === null ? null : { sha, diff };
}

async function commonWith(place: GitPlace, remote: string): Promise<string | null> {
  return (await gitOutput(place, ["merge-base", "HEAD", remote]))?.trim() ?? null;
}
