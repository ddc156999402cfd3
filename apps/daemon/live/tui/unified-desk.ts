import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, realpath, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import {
  type MockLlm,
  type MockRequest,
  claudeEnvironment,
  codexHome,
  installAgent,
  startMockLlm,
} from "@fairlead/testkit";
import { Owned } from "../../src/serve/owned.ts";
import { type Running, type Sandbox, sandbox } from "../../test/run-fairlead.ts";
import { codexConfig } from "./desk.ts";
import { Screen } from "./screen.ts";

/**
 * A desk with one daemon for Claude Code and codex, both with a mock for a model, and codex TUIs that
 * know only the endpoint of all agents. The codex behind the daemon has a home of its own.
 */
export class UnifiedDesk implements AsyncDisposable {
  readonly mock: MockLlm;
  readonly #owned: Owned;
  readonly #place: Sandbox;
  readonly #root: string;
  readonly #codex: string;
  readonly #env: Readonly<Record<string, string>>;
  #daemon: Running;

  private constructor(parts: {
    readonly mock: MockLlm;
    readonly owned: Owned;
    readonly place: Sandbox;
    readonly root: string;
    readonly codex: string;
    readonly env: Readonly<Record<string, string>>;
  }) {
    this.mock = parts.mock;
    this.#owned = parts.owned;
    this.#place = parts.place;
    this.#root = parts.root;
    this.#codex = parts.codex;
    this.#env = parts.env;
    this.#daemon = this.#serve();
  }

  /** Starts the daemon; new threads are Claude's. Rejects when a program cannot be installed. */
  static async open(): Promise<UnifiedDesk> {
    const [codex, claude] = await Promise.all([installAgent("codex"), installAgent("claude")]);
    if (!codex.ok) throw new Error(codex.reason);
    if (!claude.ok) throw new Error(claude.reason);
    const owned = new Owned();
    try {
      const mock = await startMockLlm();
      owned.add({ [Symbol.asyncDispose]: () => mock.close() });
      const place = owned.add(await sandbox());
      const root = await realpath(place.folder);
      const [home, client] = [join(root, "home"), join(root, "client")];
      await Promise.all([home, client, join(root, "projects")].map((folder) => mkdir(folder)));
      await writeFile(join(client, "config.toml"), codexConfig);
      const folders = [dirname(codex.command), dirname(claude.command), process.env["PATH"] ?? ""];
      const dir = join(root, "codex");
      const env = {
        ...(await codexHome({ dir, mockUrl: mock.url, command: codex.command })),
        ...claudeEnvironment({ home, mockUrl: mock.url }),
        FAIRLEAD_HOME: join(root, "data"),
        PATH: folders.join(delimiter),
        TMPDIR: root,
      };
      const desk = new UnifiedDesk({ mock, owned, place, root, codex: codex.command, env });
      await desk.#daemon.until(/Stop with Ctrl-C/);
      return desk;
    } catch (error) {
      await owned[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Ends the daemon as a system does, and starts it again. */
  async restartDaemon(): Promise<void> {
    this.#daemon.child.kill("SIGTERM");
    await this.#daemon.exitCode;
    this.#daemon = this.#serve();
    await this.#daemon.until(/Stop with Ctrl-C/);
  }

  /** A new empty project folder. */
  async project(): Promise<string> {
    return mkdtemp(join(this.#root, "projects", "p"));
  }

  /** The codex TUI in a folder, on the unix socket that is all agents. */
  async codex(cwd: string, signal: AbortSignal): Promise<Screen> {
    const client = join(this.#root, "client");
    const socket = join(this.#root, "data", "run", "all.sock");
    const screen = await Screen.open({
      argv: [this.#codex, "--remote", `unix://${socket}`, "--cd", cwd],
      cwd,
      env: {
        CODEX_HOME: client,
        HOME: client,
        LC_ALL: "C.UTF-8",
        PATH: this.#env["PATH"] ?? "",
        TMPDIR: this.#root,
        TMUX_TMPDIR: this.#root,
      },
      name: `fairlead-${randomUUID().slice(0, 8)}`,
      signal,
    });
    return this.#owned.add(screen);
  }

  /** The request for a model that a prompt led to. */
  asked(prompt: string): Promise<MockRequest> {
    return this.mock.waitForRequest((request) => request.prompt === prompt);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#owned[Symbol.asyncDispose]();
  }

  #serve(): Running {
    const words = ["serve", "--port", "0", "--no-alleycat", "--agent-default", "claude"];
    return this.#place.start(words, this.#env);
  }
}
