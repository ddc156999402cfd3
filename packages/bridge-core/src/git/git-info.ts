import type { GitInfo } from "@fairlead/codex-proto";
import { type GitPlace, gitOutput } from "./git-command.ts";

/**
 * Commit, branch and origin of the repository around a folder, for `Thread.gitInfo`. Null outside
 * a repository or when git cannot say in time; single fields are null when there is no commit,
 * branch or origin. Never rejects.
 */
export async function gitInfo(place: GitPlace): Promise<GitInfo | null> {
  const line = async (...args: string[]): Promise<string | null> =>
    (await gitOutput(place, args))?.trim() || null;
  const [folder, sha, branch, originUrl] = await Promise.all([
    line("rev-parse", "--git-dir"),
    line("rev-parse", "--verify", "--quiet", "HEAD"),
    line("symbolic-ref", "--short", "--quiet", "HEAD"),
    line("config", "--get", "remote.origin.url"),
  ]);
  if (folder === null) return null;
  return { sha, branch, originUrl: originUrl === null ? null : withoutCredentials(originUrl) };
}

/** A user name or token in a web address is nothing to send to clients. */
function withoutCredentials(url: string): string {
  return url.replace(/^(https?:\/\/)[^/]*@/, "$1");
}
