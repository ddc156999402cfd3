import { access, constants, realpath, stat } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import type { ProcessGroups } from "@fairlead/bridge-core";
import type { Log } from "../../serve/log.ts";
import { codexCandidates, type Machine, searchPath } from "./candidates.ts";
import { runProgram } from "./run-program.ts";
import { type AppServerSupport, readSupport } from "./support.ts";
import { newestFirst, parseVersion, type Version } from "./version.ts";

/** The codex to use. */
export interface FoundCodex extends AppServerSupport {
  /** Absolute path. */
  readonly file: string;
  /** Null when it does not tell. */
  readonly version: string | null;
}

/** What looking for codex came to; `detail` says what is wrong and what to type. */
export type CodexSearch =
  | { readonly ok: true; readonly codex: FoundCodex }
  | {
      readonly ok: false;
      readonly reason: "not-installed" | "unsupported-version";
      readonly detail: string;
    };

/** What {@link CodexFinder} needs. */
export interface CodexFinderOptions {
  /** The program the operator chose: a name or an absolute path. Null = the newest one there is. */
  readonly bin: string | null;
  readonly groups: () => Promise<ProcessGroups>;
  readonly log: Log;
}

interface Candidate {
  readonly file: string;
  /** Another one when the file was changed. */
  readonly print: string;
}

const askTimeoutMs = 5000;
const askedAtOnce = 4;
const install = "run `npm i -g @openai/codex`";

/**
 * Finds the newest codex that has an app-server. The answer holds until a codex is installed, removed
 * or changed, so looking again costs a few file look-ups.
 */
export class CodexFinder {
  readonly #options: CodexFinderOptions;
  #known: { readonly print: string; readonly search: Promise<CodexSearch> } | null = null;

  constructor(options: CodexFinderOptions) {
    this.#options = options;
  }

  /** Forgets what was found. */
  forget(): void {
    this.#known = null;
  }

  /** Looks on a machine. Never rejects but for an environment that cannot be read. */
  async find(machine: Machine): Promise<CodexSearch> {
    const { bin } = this.#options;
    const files = bin === null ? codexCandidates(machine) : chosen(bin, machine);
    const found = await existing(files);
    const candidates = bin === null ? found : found.slice(0, 1);
    const print = JSON.stringify([candidates, machine.env["PATH"]]);
    if (this.#known?.print === print) return this.#known.search;
    const search = this.#search(candidates, machine);
    const known = { print, search };
    this.#known = known;
    search.catch(() => {
      if (this.#known === known) this.#known = null;
    });
    return search;
  }

  async #search(
    candidates: readonly Candidate[],
    { env, home, platform }: Machine,
  ): Promise<CodexSearch> {
    const { bin, log } = this.#options;
    const groups = await this.#options.groups();
    const ask = (file: string, args: readonly string[]) =>
      runProgram({ file, args, env, cwd: home, groups }, { timeoutMs: askTimeoutMs });
    const versions = await eachOf(candidates, async ({ file }) => {
      const printed = await ask(file, ["--version"]);
      const version: Version | null = printed?.isOk === true ? parseVersion(printed.stdout) : null;
      return { file, version };
    });
    const ordered = newestFirst(versions);
    for (const { file, version } of ordered) {
      const help = await ask(file, ["app-server", "--help"]);
      if (help?.isOk !== true) {
        log("debug", `${file} is left out: it has no \`codex app-server\``);
        continue;
      }
      const support = readSupport(help.stdout, platform);
      return { ok: true, codex: { file, version: version?.text ?? null, ...support } };
    }
    return { ok: false, ...failure(bin, ordered) };
  }
}

function failure(
  bin: string | null,
  found: readonly { readonly file: string; readonly version: Version | null }[],
): { readonly reason: "not-installed" | "unsupported-version"; readonly detail: string } {
  const [newest] = found;
  if (newest !== undefined) {
    const version = newest.version === null ? "" : ` ${newest.version.text}`;
    return {
      reason: "unsupported-version",
      detail: `codex${version} at ${newest.file} has no working \`codex app-server\`: update it, ${install}`,
    };
  }
  return {
    reason: "not-installed",
    detail:
      bin === null
        ? `codex is not installed, or not where it is looked for: ${install}`
        : `the codex chosen by \`bin\` of [agents.codex], ${bin}, is not an executable file: ` +
          "correct it with `fairlead config edit`, or take it out to use the newest one installed",
  };
}

/** Only what the operator chose: the file, or the first of this name on the PATH. */
function chosen(bin: string, machine: Machine): readonly string[] {
  if (isAbsolute(bin)) return [bin];
  if (bin.startsWith("~/")) return [join(machine.home, bin.slice(2))];
  const endings = machine.platform === "win32" ? ["", ".exe", ".cmd", ".bat"] : [""];
  const folders = searchPath(machine).filter(isAbsolute);
  return folders.flatMap((folder) => endings.map((ending) => join(folder, bin + ending)));
}

/** Those that can be run, each once, whatever the links to it. */
async function existing(files: readonly string[]): Promise<readonly Candidate[]> {
  const found = await Promise.all(
    files.map(async (file) => {
      try {
        const real = await realpath(file);
        await access(real, constants.X_OK);
        const entry = await stat(real);
        return entry.isFile()
          ? { file, real, print: `${real} ${entry.mtimeMs} ${entry.size} ${entry.ino}` }
          : null;
      } catch {
        return null;
      }
    }),
  );
  const byTarget = new Map<string, Candidate>();
  for (const entry of found) {
    if (entry === null || byTarget.has(entry.real)) continue;
    byTarget.set(entry.real, { file: entry.file, print: entry.print });
  }
  return [...byTarget.values()];
}

async function eachOf<T, R>(
  all: readonly T[],
  work: (one: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const waiting = [...all.entries()];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, one] = next;
      results[index] = await work(one);
    }
  };
  await Promise.all(Array.from({ length: askedAtOnce }, worker));
  return results;
}
