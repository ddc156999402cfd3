import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

/** What a command printed, both streams, and how it ended. */
export interface Typed {
  readonly output: string;
  readonly exitCode: number | null;
}

const commandTimeoutMs = 600_000;

/** A stranger at an empty folder, who has Node, npm and bash and nothing of this repository. */
export class Reader {
  readonly folder: string;

  /** Throws when packages could be found above the folder. */
  constructor(folder: string) {
    this.folder = folder;
    for (let above = folder; above !== dirname(above); above = dirname(above)) {
      const packages = join(above, "node_modules");
      if (existsSync(packages)) throw new Error(`the guide would find ${packages}`);
    }
  }

  /** Types a command and waits for its end. */
  type(command: string, cwd: string = this.folder): Typed {
    const { stdout, status, error } = spawnSync("bash", ["-c", `exec 2>&1\n${command}`], {
      cwd,
      encoding: "utf8",
      env: strangersEnvironment(),
      stdio: ["ignore", "pipe", "inherit"],
      timeout: commandTimeoutMs,
      killSignal: "SIGKILL",
    });
    if (error !== undefined) throw error;
    return { output: stdout, exitCode: status };
  }

  write(path: string, text: string): void {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** Replaces a passage that is there exactly once. Returns the file as it was. */
  replace(path: string, before: string, after: string): string {
    const text = readFileSync(join(this.folder, path), "utf8");
    const count = text.split(before).length - 1;
    if (count !== 1) throw new Error(`${path} has the changed lines ${count} times, not once`);
    this.write(
      path,
      text.replace(before, () => after),
    );
    return text;
  }
}

/** Without what leads into the workspace, and without colours. */
function strangersEnvironment(): NodeJS.ProcessEnv {
  const ours = /^(npm_(package|lifecycle)_|NODE_|PNPM_|FORCE_COLOR|VITEST)/;
  const kept = Object.entries(process.env).filter(([name]) => !ours.test(name));
  const path = (process.env["PATH"] ?? "").split(delimiter);
  return {
    ...Object.fromEntries(kept),
    PATH: path.filter((entry) => !entry.includes("node_modules")).join(delimiter),
    NO_COLOR: "1",
    // What npm thinks of the user's configuration is not about the page.
    npm_config_loglevel: "error",
  };
}
