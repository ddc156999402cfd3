import { access, constants, stat } from "node:fs/promises";
import path from "node:path";
import process from "node:process";

/** How a program is looked for. */
export interface ResolveProgramOptions {
  /** Names it also goes by, tried in turn behind its own. */
  readonly aliases?: readonly string[];
  /** Folders behind those of the `PATH`. */
  readonly folders?: readonly string[];
  /** Folder that relative entries of the `PATH` are relative to. Default: that of this process. */
  readonly cwd?: string;
  /** Default: this one. */
  readonly platform?: NodeJS.Platform;
  /** Default: asks the disk. */
  readonly isExecutable?: (file: string) => Promise<boolean>;
}

/** Where a program is, or the end of a sentence that says where it was looked for. */
export type ResolvedProgram = { readonly file: string } | { readonly missing: string };

/** Where the system itself looks when there is no `PATH`. */
const systemPath = "/usr/bin:/bin";
const systemPathExt = ".COM;.EXE;.BAT;.CMD";

/**
 * Finds the executable that a name means in an environment: on its `PATH`, on Windows with the
 * endings of `PATHEXT`. A name with a folder in it is taken as it is. Never rejects.
 */
export async function resolveProgram(
  name: string,
  environment: Readonly<Record<string, string>>,
  options: ResolveProgramOptions = {},
): Promise<ResolvedProgram> {
  const { aliases = [], folders = [], cwd = process.cwd(), platform = process.platform } = options;
  const { isExecutable = isExecutableFile } = options;
  const windows = platform === "win32";
  const paths = windows ? path.win32 : path.posix;
  if (name.includes("/") || (windows && name.includes("\\"))) return { file: name };
  const found = valueOf(environment, "PATH", windows) ?? (windows ? "" : systemPath);
  const onPath = found.split(paths.delimiter).filter((folder) => folder !== "");
  const places = [...new Set([...onPath, ...folders].map((folder) => paths.resolve(cwd, folder)))];
  for (const known of [name, ...aliases]) {
    const endings = windows ? endingsOf(known, environment) : [""];
    for (const place of places) {
      for (const ending of endings) {
        const file = paths.join(place, `${known}${ending}`);
        if (await isExecutable(file)) return { file };
      }
    }
  }
  return { missing: places.length === 0 ? "the PATH is empty" : `looked in ${places.join(", ")}` };
}

function endingsOf(name: string, environment: Readonly<Record<string, string>>): string[] {
  const endings = (valueOf(environment, "PATHEXT", true) ?? systemPathExt)
    .toLowerCase()
    .split(";")
    .filter((ending) => ending !== "");
  // What has an ending is meant with it; a file without one is a script that Windows cannot start.
  return endings.some((ending) => name.toLowerCase().endsWith(ending)) ? [""] : endings;
}

/** Names of variables have no case on Windows. */
function valueOf(
  environment: Readonly<Record<string, string>>,
  name: string,
  windows: boolean,
): string | undefined {
  if (!windows) return environment[name];
  return Object.entries(environment).find(([key]) => key.toUpperCase() === name)?.[1];
}

async function isExecutableFile(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
