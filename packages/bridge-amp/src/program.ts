import { BridgeError, type BridgeHost, type Environment } from "@fairlead/bridge-core";
import { AgentProgram, type Fields, type ProgramProtocol } from "@fairlead/bridge-core/parts";
import { join } from "node:path";
import { argumentsOf, filesIn, folderProgram, mcpConfig, plugin, type Launch } from "./command.ts";
import { errorIn, notInstalled } from "./failures.ts";
import { Gate, type GateSink } from "./gate.ts";
import { settingsWith, usersSettings } from "./settings.ts";

/** Amp itself gives up on its server after 30 s. */
const readyMs = 40_000;
/** From a prompt to the first thing Amp prints. */
const firstFrameMs = 60_000;

const protocol: ProgramProtocol = {
  name: "Amp",
  notInstalled,
  answerIn: () => null,
  failureIn: errorIn,
  failureInLine: (text) => (text.startsWith("No API key found") ? errorIn(text) : null),
};

/** Where what a process prints, asks and suffers goes. */
export interface ProcessSink extends Omit<GateSink, "gone"> {
  frame(frame: Fields): void;
  /** The process is gone. Not called after dispose. */
  ended(error: BridgeError): void;
}

/** One process of Amp's, our plugin in it, and its private folder. */
export class Program implements AsyncDisposable {
  readonly launch: Launch;
  readonly #host: BridgeHost;
  readonly #environment: Environment;
  readonly #folder: string;
  readonly #sink: ProcessSink;
  readonly #hello: Promise<void>;
  #onHello: () => void = () => {};
  /** Aborted, with the reason, when it is over. */
  readonly #over = new AbortController();
  /** Aborted when Amp has printed something. */
  readonly #heard = new AbortController();
  #gate: Gate | null = null;
  #agent: AgentProgram | null = null;
  #disposed: Promise<void> | null = null;

  /** Starts nothing yet: see {@link start}. */
  constructor(host: BridgeHost, launch: Launch, environment: Environment, sink: ProcessSink) {
    this.#host = host;
    this.launch = launch;
    this.#environment = environment;
    this.#sink = sink;
    const { HOME: home = "/", XDG_CACHE_HOME: cache } = environment;
    const all = join(cache || join(home, ".cache"), "fairlead", "amp");
    this.#folder = join(all, host.secret().slice(-24));
    this.#hello = new Promise((resolve) => (this.#onHello = resolve));
  }

  /**
   * Starts it; resolves when our plugin runs in it, before which nothing is asked of Amp. Rejects, and
   * ends it, when the plugin does not come.
   */
  async start(): Promise<void> {
    try {
      this.#gate = await Gate.open(
        this.#host,
        {
          call: (call) => this.#sink.call(call),
          started: (message) => this.#sink.started(message),
          gone: () => void this.#unguarded(),
        },
        () => this.#onHello(),
      );
      await this.#makeFolder(this.#gate);
      this.#over.signal.throwIfAborted();
      const { executable: file, cwd } = this.launch;
      const env = { XDG_CONFIG_HOME: this.#folder };
      const spec = { file, args: argumentsOf(this.launch, this.#folder), cwd, env };
      this.#agent = new AgentProgram(this.#host, spec, protocol, {
        frame: (said) => {
          this.#heard.abort();
          this.#sink.frame(said);
        },
        ended: (error) => this.#ended(error),
      });
      await this.#withPlugin();
    } catch (error) {
      await this[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Hands over a message; a watch is kept on whether Amp says anything at all. */
  async say(message: unknown): Promise<void> {
    await this.#agent?.send(message);
    if (!this.#heard.signal.aborted) void this.#watch();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#disposed ??= this.#dispose();
    return this.#disposed;
  }

  async #dispose(): Promise<void> {
    this.#over.abort(new BridgeError("not-running", "this process of Amp was ended"));
    await this.#agent?.[Symbol.asyncDispose]();
    await this.#gate?.[Symbol.asyncDispose]();
    await this.#run("end", {}).catch((error: unknown) => {
      this.#host.log("warn", "amp: a private folder is left behind", error);
    });
  }

  async #makeFolder({ address }: Gate): Promise<void> {
    const users = await usersSettings(this.#host, this.#environment);
    const settings = settingsWith(users, filesIn(this.#folder).permission);
    await this.#run("make", {
      FAIRLEAD_AMP_ASK: JSON.stringify({ ...address, cwd: this.launch.cwd }),
      FAIRLEAD_AMP_MCP: mcpConfig(this.launch.mcpServers),
      FAIRLEAD_AMP_SETTINGS: JSON.stringify(settings),
      FAIRLEAD_AMP_PLUGIN: plugin,
    });
  }

  /** What no bridge may write itself: the private folder. */
  async #run(verb: "make" | "end", env: Readonly<Record<string, string>>): Promise<void> {
    const args = [folderProgram, verb, this.#folder];
    await using running = this.#host.spawn({ file: "sh", args, cwd: this.launch.cwd, env });
    running.end();
    const { code, stderr } = await running.exited;
    if (code !== 0) throw new BridgeError("other", `Amp's private folder: ${stderr.trim()}`);
  }

  async #withPlugin(): Promise<void> {
    const { signal } = this.#over;
    const late = this.#host.sleep(readyMs, { signal }).then(() => {
      const words = "Fairlead's plugin did not report from Amp, so nobody would be asked";
      throw new BridgeError("connection", `${words}: its server may not answer`);
    });
    const over = new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
    await Promise.race([this.#hello, late, over]);
    late.catch(() => {});
    over.catch(() => {});
  }

  async #watch(): Promise<void> {
    const signal = AbortSignal.any([this.#heard.signal, this.#over.signal]);
    const silent = await this.#host.sleep(firstFrameMs, { signal }).then(
      () => true,
      () => false,
    );
    if (!silent) return;
    const words = `Amp said nothing within ${firstFrameMs / 1000} s: its server may not answer`;
    await this.#end(new BridgeError("connection", words));
  }

  /** No plugin is left: nobody would be asked any more. */
  async #unguarded(): Promise<void> {
    const exit = this.#agent?.exited;
    await this.#agent?.[Symbol.asyncDispose]();
    const { code = null, stderr = "" } = (await exit) ?? {};
    // When Amp ends by itself, its plugins do too.
    const own = code === null ? null : errorIn(stderr);
    const words = "Fairlead's plugin in Amp has ended, so nobody would be asked: Amp was stopped";
    await this.#end(own ?? new BridgeError("crashed", words));
  }

  async #end(error: BridgeError): Promise<void> {
    if (this.#over.signal.aborted) return;
    this.#ended(error);
    await this[Symbol.asyncDispose]();
  }

  #ended(error: BridgeError): void {
    if (this.#over.signal.aborted) return;
    this.#over.abort(error);
    this.#sink.ended(error);
    void this[Symbol.asyncDispose]();
  }
}
