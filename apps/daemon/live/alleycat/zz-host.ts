import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { z } from "zod";
import { pathsOf } from "../../src/config/paths.ts";
import { fairleadCommand } from "../fairlead-command.ts";

/** What is in the QR code. */
export interface Payload {
  readonly v: 1;
  readonly node_id: string;
  readonly token: string;
  readonly host_name?: string | undefined;
  /** Where to dial it directly. */
  readonly addrs: readonly string[];
}

const Payload: z.ZodType<Payload> = z.strictObject({
  v: z.literal(1),
  node_id: z.string().length(64),
  token: z.string().min(1),
  host_name: z.string().optional(),
  addrs: z.array(z.string()).min(1),
});

/** `fairlead serve` in a home of its own, reached over iroh on loopback and otherwise not at all. */
export class PhoneHost implements AsyncDisposable {
  readonly #root: string;
  readonly #env: Readonly<Record<string, string | undefined>>;
  #daemon: ChildProcess;

  private constructor(root: string, env: PhoneHost["env"], daemon: ChildProcess) {
    this.#root = root;
    this.#env = env;
    this.#daemon = daemon;
  }

  /** Starts it and waits until it listens. */
  static async open(): Promise<PhoneHost> {
    const root = await realpath(await mkdtemp(join(tmpdir(), "fl-phone-")));
    const home = join(root, "home");
    await mkdir(home);
    const env = {
      PATH: process.env["PATH"],
      HOME: home,
      TMPDIR: root,
      XDG_RUNTIME_DIR: root,
      SHELL: "/bin/sh",
      LANG: "C.UTF-8",
    };
    const { configFile } = pathsOf({
      home: undefined,
      env: {},
      platform: process.platform,
      homedir: home,
      tmpdir: root,
      cwd: root,
      uid: process.getuid?.() ?? null,
    });
    await mkdir(join(configFile, ".."), { recursive: true, mode: 0o700 });
    // The same port after a restart: the phone has it from its first payload.
    const bind = `bind = ["127.0.0.1:${await freePort()}"]`;
    const config = `[websocket]\nenabled = false\n\n[alleycat]\ninternet = false\n${bind}\n`;
    await writeFile(configFile, config, { mode: 0o600 });
    return new PhoneHost(root, env, await serve(root, env));
  }

  get env(): Readonly<Record<string, string | undefined>> {
    return this.#env;
  }

  /** An empty folder for a project. */
  project(): Promise<string> {
    return mkdtemp(join(this.#root, "project"));
  }

  /** Lets the next phone in that nobody knows; resolves with what it scans. */
  async pair(name: string): Promise<Payload> {
    const shown = await this.#fairlead("pair", "--role", "drive", "--name", name);
    const line = shown.split("\n").find((candidate) => candidate.startsWith("{"));
    return Payload.parse(JSON.parse(line ?? "null"));
  }

  /** Names of the devices that are paired. */
  async devices(): Promise<readonly string[]> {
    const list = JSON.parse(await this.#fairlead("devices", "list", "--json"));
    return z
      .array(z.looseObject({ name: z.string() }))
      .parse(list)
      .map(({ name }) => name);
  }

  async revoke(name: string): Promise<void> {
    await this.#fairlead("devices", "revoke", name);
  }

  /** Kills it and starts it again, on the same data and the same port. */
  async restart(gap = 0): Promise<void> {
    await kill(this.#daemon);
    await new Promise((r) => setTimeout(r, gap));
    this.#daemon = await serve(this.#root, this.#env);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await kill(this.#daemon);
    await rm(this.#root, { recursive: true, force: true, maxRetries: 5 });
  }

  async #fairlead(...words: readonly string[]): Promise<string> {
    const [program = "", ...own] = fairleadCommand;
    const ran = promisify(execFile)(program, [...own, ...words], {
      cwd: this.#root,
      env: this.#env,
    });
    ran.child.stdin?.end();
    return (await ran).stdout;
  }
}

async function serve(cwd: string, env: PhoneHost["env"]): Promise<ChildProcess> {
  const [program = "", ...words] = fairleadCommand;
  const stdio = ["ignore", "pipe", "inherit"] as const;
  const daemon = spawn(program, [...words, "serve"], { cwd, env, stdio: [...stdio] });
  if (daemon.stdout === null) throw new Error("`fairlead serve` has no output");
  for await (const line of createInterface(daemon.stdout)) {
    if (!line.includes("alleycat:")) continue;
    daemon.stdout.resume();
    return daemon;
  }
  throw new Error("`fairlead serve` ended without an address");
}

async function kill(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  const exited = once(daemon, "exit");
  daemon.kill("SIGKILL");
  await exited;
}

async function freePort(): Promise<number> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  const closed = once(socket, "close");
  socket.close();
  await closed;
  return port;
}
