import { execFile } from "node:child_process";
import { access, chmod, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { type OperatorPolicy, ProcessGroups } from "@fairlead/bridge-core";
import type { FrameTransport } from "@fairlead/bridge-core/peer";
import { CodexClient } from "@fairlead/client";
import { codexHome, type MockLlm, startMockLlm } from "@fairlead/testkit";
import type { AgentEntry } from "../../src/agents/agent-entry.ts";
import { type CodexEntryOptions, codexEntry } from "../../src/codex/codex-entry.ts";
import { Owned } from "../../src/serve/owned.ts";

const run = promisify(execFile);
const usual: OperatorPolicy = { approvals: "ask", sandbox: "workspace-write" };
const shownFrames = 12;
const shownLength = 300;

/** Remembers what was started in it. */
class WatchedGroups extends ProcessGroups {
  readonly started: number[] = [];

  override add(pid: number): void {
    this.started.push(pid);
    super.add(pid);
  }
}

/** Codex as the daemon has it. */
export type Codex = AgentEntry & AsyncDisposable;

/** One scenario's own codex home, mock LLM and project folder. */
export class CodexDesk {
  /** Absolute path of the real codex. */
  readonly command: string;
  /** Folder of everything; the project and the homes lie in it. */
  readonly root: string;
  /** The project folder: empty at first. */
  readonly folder: string;
  readonly mock: MockLlm;
  /** What the daemon logged. */
  readonly logged: string[] = [];
  readonly #owned: Owned;
  readonly #groups = new WatchedGroups({ watchdog: false });
  readonly #env: Readonly<Record<string, string>>;
  readonly #frames: string[] = [];
  readonly #problems: string[] = [];

  private constructor(
    parts: Pick<CodexDesk, "command" | "root" | "folder" | "mock">,
    env: Readonly<Record<string, string>>,
    owned: Owned,
  ) {
    this.command = parts.command;
    this.root = parts.root;
    this.folder = parts.folder;
    this.mock = parts.mock;
    this.#env = { ...env, PATH: [dirname(this.command), "/usr/bin", "/bin"].join(delimiter) };
    this.#owned = owned;
    owned.add(this.#groups);
  }

  /** Runs a scenario at a desk of its own. Rejects with the reason and the last frames. */
  static async run(
    command: string,
    scenario: (desk: CodexDesk) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const owned = new Owned();
    // What a scenario waits for rejects once its clients and its mock are gone.
    const stop = (): void => void owned[Symbol.asyncDispose]();
    signal.addEventListener("abort", stop, { once: true });
    const root = await realpath(await mkdtemp(join(tmpdir(), "fairlead-codex-")));
    owned.add({
      [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true, maxRetries: 5 }),
    });
    const frames: string[] = [];
    try {
      const mock = owned.add(await startMockLlm());
      const folder = join(root, "project");
      await mkdir(folder);
      const env = await codexHome({ dir: join(root, "home"), mockUrl: mock.url, command });
      const desk = new CodexDesk({ command, root, folder, mock }, env, owned);
      frames.push("the last frames:");
      await scenario(desk).finally(() => frames.push(...desk.#frames));
      await owned[Symbol.asyncDispose]();
      if (desk.#problems.length > 0) throw new Error(desk.#problems.join("\n"));
    } catch (error) {
      const cause: unknown = signal.aborted ? signal.reason : error;
      const reason = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
      throw new Error([reason, ...frames].join("\n  "), { cause: error });
    } finally {
      signal.removeEventListener("abort", stop);
      await owned[Symbol.asyncDispose]();
    }
  }

  /** Codex of a daemon; variables of `env` lie over those of the desk. */
  codex(options: Partial<CodexEntryOptions> & { readonly path?: readonly string[] } = {}): Codex {
    const { path, ...more } = options;
    const PATH = path === undefined ? {} : { PATH: [...path, "/usr/bin", "/bin"].join(delimiter) };
    return this.#owned.add(
      codexEntry({
        environment: async () => ({ ...this.#env, ...PATH }),
        groups: async () => this.#groups,
        stateDir: join(this.root, "state"),
        bin: null,
        env: {},
        policy: usual,
        log: (level, message) => this.logged.push(`${level} ${message}`),
        ...more,
      }),
    );
  }

  /** A client; what codex sends it is held to the schema. */
  async client(to: Codex | FrameTransport | string): Promise<CodexClient> {
    const target =
      typeof to === "object" && "connect" in to
        ? await to.connect({ signal: new AbortController().signal })
        : to;
    return this.#owned.add(
      await CodexClient.connect(target, {
        clientInfo: { name: "fairlead-live", version: "0" },
        experimental: true,
        validate: true,
        onInvalid: (problem) => this.#problems.push(problem),
        onFrame: (direction, frame) => {
          const mark = direction === "send" ? "→" : "←";
          this.#frames.push(`${mark} ${JSON.stringify(frame).slice(0, shownLength)}`);
          if (this.#frames.length > shownFrames) this.#frames.shift();
        },
      }),
    );
  }

  /** Takes charge of something until the scenario ends. */
  own<T extends AsyncDisposable | Disposable>(resource: T): T {
    return this.#owned.add(resource);
  }

  /** The environment of this codex for programs that the daemon does not start. */
  get environment(): Readonly<Record<string, string>> {
    return this.#env;
  }

  /** Puts lines in front of the configuration of codex. */
  async configure(...lines: readonly string[]): Promise<void> {
    const file = join(this.root, "home", "config.toml");
    await writeFile(file, [...lines, await readFile(file, "utf8")].join("\n"));
  }

  /** Writes a shell script `FOLDER/codex`; `$REAL` in it is the real codex. Returns the folder. */
  async wrapper(name: string, script: string): Promise<string> {
    const folder = join(this.root, name);
    await mkdir(folder);
    const file = join(folder, "codex");
    await writeFile(file, `#!/bin/sh\nREAL='${this.command}'\n${script}\n`);
    await chmod(file, 0o755);
    return folder;
  }

  /** True when a file of this name is in the project folder. */
  made(name: string): Promise<boolean> {
    return access(join(this.folder, name)).then(
      () => true,
      () => false,
    );
  }

  /** The app-servers that the daemon started and that still run: process ids by command line. */
  async servers(): Promise<readonly { readonly pid: number; readonly command: string }[]> {
    const ids = this.#groups.started.join(",");
    const { stdout } = await run("ps", ["-o", "pid=,stat=,args=", "-p", ids]).catch(() => ({
      stdout: "",
    }));
    return stdout.split("\n").flatMap((line) => {
      const [, pid = "", state = "", command = ""] = /^\s*(\d+)\s+(\S+)\s+(.*)$/u.exec(line) ?? [];
      const isServer = /\bapp-server(?:\s|$)/u.test(command) && !state.startsWith("Z");
      return isServer ? [{ pid: Number(pid), command }] : [];
    });
  }

  /** The one app-server of the daemon's. */
  async server(): Promise<{ readonly pid: number; readonly command: string }> {
    const [first, ...more] = await this.servers();
    if (first === undefined || more.length > 0) {
      throw new Error(`not one app-server, but ${JSON.stringify(await this.servers())}`);
    }
    return first;
  }
}
