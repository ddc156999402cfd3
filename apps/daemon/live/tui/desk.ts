import { randomUUID } from "node:crypto";
import { access, mkdir, mkdtemp, readFile, readdir, realpath, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { type MockLlm, claudeEnvironment, startMockLlm } from "@fairlead/testkit";
import { type Running, type Sandbox, sandbox } from "../../test/run-fairlead.ts";
import { fairleadCommand } from "../fairlead-command.ts";
import { Screen } from "./screen.ts";

/** What the user of the codex TUI has switched off. */
export const codexConfig = `check_for_update_on_startup = false
[analytics]
enabled = false
`;

/**
 * A user's desk: codex, Claude Code with a mock for a model, a home folder, and `fairlead serve`
 * that runs.
 */
export class Desk implements AsyncDisposable {
  readonly mock: MockLlm;
  readonly #sandbox: Sandbox;
  readonly #root: string;
  readonly #codex: string;
  readonly #env: Readonly<Record<string, string>>;
  #daemon: Running;

  private constructor(parts: {
    readonly mock: MockLlm;
    readonly place: Sandbox;
    readonly root: string;
    readonly codex: string;
    readonly env: Readonly<Record<string, string>>;
  }) {
    this.mock = parts.mock;
    this.#sandbox = parts.place;
    this.#root = parts.root;
    this.#codex = parts.codex;
    this.#env = parts.env;
    this.#daemon = this.#serve();
  }

  /** Makes a desk with the programs at these paths. */
  static async open(programs: { readonly codex: string; readonly claude: string }): Promise<Desk> {
    const [place, mock] = await Promise.all([sandbox(), startMockLlm()]);
    const root = await realpath(place.folder);
    const home = join(root, "home");
    const codexHome = join(root, "codex");
    await Promise.all([home, codexHome, join(root, "projects")].map((folder) => mkdir(folder)));
    await writeFile(join(codexHome, "config.toml"), codexConfig);
    const folders = [programs.codex, programs.claude].map((program) => dirname(program));
    const env = {
      ...claudeEnvironment({ home, mockUrl: mock.url }),
      CODEX_HOME: codexHome,
      FAIRLEAD_HOME: join(root, "data"),
      LC_ALL: "C.UTF-8",
      PATH: [...folders, process.env["PATH"] ?? ""].join(delimiter),
      TMPDIR: root,
      TMUX_TMPDIR: root,
    };
    const desk = new Desk({ mock, place, root, codex: programs.codex, env });
    await desk.#daemon.until(/Stop with Ctrl-C/);
    return desk;
  }

  /** A new empty project folder. */
  async project(): Promise<string> {
    return mkdtemp(join(this.#root, "projects", "p"));
  }

  /**
   * The codex TUI in a folder, connected to the daemon's unix socket, or to its WebSocket with the
   * token.
   */
  async codex(cwd: string, signal: AbortSignal, over: "unix" | "ws" = "unix"): Promise<Screen> {
    const [, url = ""] = await this.#daemon.until(/websocket\s+(ws:\S+)/);
    const remote =
      over === "unix"
        ? [`unix://${join(this.#root, "data", "run", "claude.sock")}`]
        : [url, "--remote-auth-token-env", "FAIRLEAD_TOKEN"];
    const tokenFile = join(this.#root, "data", "state", "operator-token");
    const token = (await readFile(tokenFile, "utf8")).trim();
    const argv = [this.#codex, "--remote", ...remote, "--cd", cwd];
    return this.#screen(argv, cwd, signal, { FAIRLEAD_TOKEN: token });
  }

  /** `fairlead` with these words in a folder, on a machine where no daemon runs. */
  async fairlead(args: readonly string[], cwd: string, signal: AbortSignal): Promise<Screen> {
    const home = { FAIRLEAD_HOME: join(this.#root, "alone") };
    // tmux sets SHELL, and a login shell would put the machine's own PATH in place of this one.
    return this.#screen(["env", "SHELL=", ...fairleadCommand, ...args], cwd, signal, home);
  }

  /** Ends the daemon as a system does, and starts it again. */
  async restartDaemon(): Promise<void> {
    this.#daemon.child.kill("SIGTERM");
    await this.#daemon.exitCode;
    this.#daemon = this.#serve();
    await this.#daemon.until(/Stop with Ctrl-C/);
  }

  /** What Claude Code keeps of its sessions of a project, one text each. */
  async sessions(cwd: string): Promise<readonly string[]> {
    const folder = join(this.#root, "home", ".claude", "projects", cwd.replace(/[^a-z\d]/gi, "-"));
    const files = (await readdir(folder)).filter((name) => name.endsWith(".jsonl"));
    return Promise.all(files.map((name) => readFile(join(folder, name), "utf8")));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sandbox[Symbol.asyncDispose]();
    await this.mock.close();
  }

  async #screen(
    argv: readonly string[],
    cwd: string,
    signal: AbortSignal,
    more: Readonly<Record<string, string>>,
  ): Promise<Screen> {
    const env = { ...this.#env, ...more };
    return Screen.open({ argv, cwd, env, signal, name: `fairlead-${randomUUID().slice(0, 8)}` });
  }

  #serve(): Running {
    return this.#sandbox.start(
      ["serve", "--port", "0", "--no-alleycat", "--agent-default", "claude"],
      this.#env,
    );
  }
}

/** True when a file is there. */
export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
