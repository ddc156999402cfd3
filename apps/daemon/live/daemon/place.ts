import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CodexClient, type CodexClientOptions } from "@fairlead/client";
import { type Paths, pathsOf } from "../../src/config/paths.ts";
import { callDaemon } from "../../src/control/client.ts";
import type { StatusInfo } from "../../src/control/status-info.ts";
import { readStatus } from "../../src/control/status.ts";
import { exists } from "../../src/lifecycle/process-start.ts";
import { holderOf } from "../../src/lifecycle/lock.ts";
import { untilAnswers } from "../../src/lifecycle/start-daemon.ts";
import { Screen } from "../tui/screen.ts";
import { follow, isZombie, type Ran, type Running, runProgram } from "./programs.ts";

/** A user without rights, whom every system has. */
export const nobody = 65_534;

/** A daemon in the foreground. */
export interface Served {
  readonly pid: number;
  readonly child: ChildProcess;
  /** What it printed so far. */
  readonly output: () => string;
  readonly exit: Promise<number | null>;
}

/** How to run something. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Number of the user; default: that of the lane. */
  readonly uid?: number;
  /** Path of another `main.js`. */
  readonly main?: string;
}

/** What a place is made of. */
export interface PlaceOptions {
  /** Path of `main.js`. */
  readonly main: string;
  readonly signal: AbortSignal;
  /** Text of `host.toml`; null = none, as before a first run. Default: nothing but this machine. */
  readonly config?: string | null;
}

/** Reachable from nowhere else, on no fixed port. */
export const quietConfig = "[websocket]\nport = 0\n\n[alleycat]\nenabled = false\n";

/**
 * A machine of a row's own, as far as a daemon sees one: a home that is empty but for `host.toml`, and
 * no service manager. Dispose kills what runs in it.
 */
export class Place implements AsyncDisposable {
  readonly root: string;
  readonly home: string;
  readonly paths: Paths;
  readonly #options: PlaceOptions;
  readonly #children: Pick<Served, "child" | "exit">[] = [];
  readonly #mounts: string[] = [];

  private constructor(root: string, options: PlaceOptions) {
    this.root = root;
    this.home = join(root, "home");
    this.#options = options;
    this.paths = pathsOf({
      home: undefined,
      env: {},
      platform: process.platform,
      homedir: this.home,
      tmpdir: join(root, "t"),
      cwd: root,
      uid: process.getuid?.() ?? null,
    });
  }

  static async make(options: PlaceOptions): Promise<Place> {
    const root = await realpath(await mkdtemp(join(tmpdir(), "fl-")));
    const place = new Place(root, options);
    for (const name of ["home", "t", "project"]) mkdirSync(join(root, name));
    const { config = quietConfig } = options;
    if (config !== null) place.configure(config);
    return place;
  }

  /** Path of the `main.js` that is run here. */
  get main(): string {
    return this.#options.main;
  }

  /** An empty folder to work in. */
  get project(): string {
    return join(this.root, "project");
  }

  /** Writes `host.toml`. */
  configure(text: string): void {
    mkdirSync(dirname(this.paths.configFile), { recursive: true, mode: 0o700 });
    writeFileSync(this.paths.configFile, text, { mode: 0o600 });
  }

  /** Text of `host.toml`. */
  configText(): string {
    return readFileSync(this.paths.configFile, "utf8");
  }

  /** Runs `fairlead` with these words to its end. */
  async fairlead(words: readonly string[], options: RunOptions = {}): Promise<Ran> {
    return runProgram(process.execPath, [options.main ?? this.#options.main, ...words], {
      cwd: this.project,
      env: this.environment(options.env),
      signal: this.#options.signal,
      ...(options.uid !== undefined && { uid: options.uid, gid: options.uid }),
    });
  }

  /** Starts `fairlead serve` in the foreground and waits until it answers. */
  async serve(words: readonly string[] = [], options: RunOptions = {}): Promise<Served> {
    const served = this.begin(words, options);
    await this.ready(served);
    return served;
  }

  /** Waits until it answers. Rejects with what it printed when it ends instead. */
  async ready(served: Served): Promise<void> {
    const exited = new AbortController();
    void served.exit.then(() => exited.abort());
    await untilAnswers(this.paths, { logFile: "", exited: exited.signal }).catch(
      (error: unknown) => {
        throw new Error(`it did not start: ${served.output()}`, { cause: error });
      },
    );
  }

  /** The same, without waiting. */
  begin(words: readonly string[] = [], options: RunOptions = {}): Served {
    const child = spawn(process.execPath, [options.main ?? this.#options.main, "serve", ...words], {
      cwd: this.project,
      env: this.environment(options.env),
      stdio: ["ignore", "pipe", "pipe"],
      ...(options.uid !== undefined && { uid: options.uid, gid: options.uid }),
    });
    let output = "";
    child.stdout.on("data", (bytes: Buffer) => (output += bytes.toString()));
    child.stderr.on("data", (bytes: Buffer) => (output += bytes.toString()));
    const exit = once(child, "close").then(([code]: unknown[]) =>
      typeof code === "number" ? code : null,
    );
    const served = { pid: child.pid ?? 0, child, output: () => output, exit };
    this.#children.push(served);
    return served;
  }

  /** Runs `fairlead` with these words, and lets it go on. */
  start(words: readonly string[], options: RunOptions = {}): Running {
    const child = spawn(process.execPath, [this.#options.main, ...words], {
      cwd: this.project,
      env: this.environment(options.env),
    });
    const running = follow(child);
    this.#children.push(running);
    return running;
  }

  /** Runs `fairlead` with these words on a terminal. */
  screen(words: readonly string[]): Promise<Screen> {
    const environment = this.environment({
      TERM: "xterm-256color",
      TMUX_TMPDIR: join(this.root, "t"),
    });
    return Screen.open({
      argv: [process.execPath, this.#options.main, ...words],
      cwd: this.project,
      env: environment,
      name: "place",
      signal: this.#options.signal,
    });
  }

  /** What the running daemon says of itself. */
  async status(): Promise<StatusInfo> {
    return readStatus(await callDaemon(this.paths, "status", {}, { signal: this.#options.signal }));
  }

  /** Pid of the daemon that runs here; null = none. */
  pid(): Promise<number | null> {
    return holderOf(this.paths);
  }

  /** Resolves once no process has this number. */
  async ended(pid: number): Promise<void> {
    while (exists(pid) && !isZombie(pid)) {
      await sleep(20, undefined, { signal: this.#options.signal });
    }
  }

  /** The number in a file of the project, once a command has written it. */
  async pidIn(name: string): Promise<number> {
    for (;;) {
      const text = await readFile(join(this.project, name), "utf8").catch(() => "");
      if (text.endsWith("\n")) return Number(text);
      await sleep(20, undefined, { signal: this.#options.signal });
    }
  }

  /** A client of an agent of the daemon here. Default: the demo agent. */
  client(options: Partial<CodexClientOptions> = {}, agent = "demo"): Promise<CodexClient> {
    return CodexClient.connect(`unix://${this.paths.socket(agent)}`, {
      clientInfo: { name: "live", version: "0" },
      ...options,
    });
  }

  /** Address of the WebSocket of the daemon here. */
  async webSocketUrl(): Promise<string> {
    const { listeners } = await this.status();
    const [address] = listeners.find(({ name }) => name === "websocket")?.addresses ?? [];
    if (address === undefined) throw new Error("there is no WebSocket");
    return address;
  }

  /** Makes a folder a file system of its own, of this size. Only root can. */
  mountSmall(folder: string, bytes: number): void {
    mkdirSync(folder, { recursive: true });
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${bytes},mode=700`, "tmpfs", folder]);
    this.#mounts.push(folder);
  }

  /** Gives everything here to another user. Only root can. */
  giveTo(uid: number): void {
    execFileSync("chown", ["-R", `${uid}:${uid}`, this.root]);
    chownSync(this.root, uid, uid);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { child, exit } of this.#children) {
      child.kill("SIGKILL");
      await exit;
    }
    const detached = await this.pid();
    if (detached !== null) {
      process.kill(detached, "SIGKILL");
      while (exists(detached) && !isZombie(detached)) await sleep(20);
    }
    for (const folder of this.#mounts) execFileSync("umount", ["-l", folder]);
    await rm(this.root, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Nothing of this machine's own services and settings. */
  environment(more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
    const { PATH = "" } = process.env;
    return {
      PATH,
      HOME: this.home,
      TMPDIR: join(this.root, "t"),
      SHELL: "/bin/sh",
      LANG: "C.UTF-8",
      XDG_RUNTIME_DIR: join(this.root, "t"),
      ...more,
    };
  }
}
