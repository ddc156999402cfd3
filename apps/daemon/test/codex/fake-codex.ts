import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ProcessGroups } from "@fairlead/bridge-core";

/** A machine of a test: a folder with a home, and programs that say they are codex. */
export interface FakeMachine extends AsyncDisposable {
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
  readonly groups: ProcessGroups;
  readonly logged: string[];
  readonly log: (level: string, message: string) => void;
  /** Writes a shell script as `FOLDER/codex`; returns its path. */
  program(folder: string, script: string): Promise<string>;
}

/** Makes one whose PATH has the folders, each below its root. */
export async function fakeMachine(...folders: readonly string[]): Promise<FakeMachine> {
  const root = await realpath(await mkdtemp(join(tmpdir(), "fairlead-codex-")));
  const home = join(root, "home");
  await mkdir(home);
  const path = folders.map((folder) => join(root, folder)).join(":");
  const groups = new ProcessGroups({ watchdog: false });
  const logged: string[] = [];
  return {
    root,
    env: { HOME: home, PATH: path },
    groups,
    logged,
    log: (level, message) => logged.push(`${level} ${message}`),
    async program(folder, script) {
      await mkdir(join(root, folder), { recursive: true });
      const file = join(root, folder, "codex");
      await writeFile(file, `#!/bin/sh\n${script}\n`);
      await chmod(file, 0o755);
      return file;
    },
    async [Symbol.asyncDispose]() {
      groups[Symbol.dispose]();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** A script that has a version, an app-server that says this, and a login. */
export function codexScript(
  version: string,
  appServer: string,
  help = "--listen unix://PATH",
): string {
  return `case "$*" in
    --version) echo "codex-cli ${version}" ;;
    "app-server --help") echo "${help}" ;;
    "login status") echo "Logged in" ;;
    app-server*) ${appServer} ;;
    *) exit 2 ;;
  esac`;
}
