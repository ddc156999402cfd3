import { BridgeError, type BridgeHost, type Environment } from "@fairlead/bridge-core";
import {
  AgentProgram,
  PluginGate,
  ranWell,
  unlessLate,
  type Fields,
  type Leave,
  type PluginSink,
  type ProgramProtocol,
} from "@fairlead/bridge-core/parts";
import { join } from "node:path";
import { argumentsOf, filesIn, folderProgram, mcpConfig, plugin, type Launch } from "./command.ts";
import { errorIn, notInstalled } from "./failures.ts";
import { settingsWith, usersSettings } from "./settings.ts";

/** Amp itself gives up on its server after 30 s. */
const readyMs = 40_000;
/** From a prompt to the first thing Amp prints. */
const firstFrameMs = 60_000;

const unreported =
  "Fairlead's plugin did not report from Amp, so nobody would be asked: its server may not answer";
const silent = `Amp said nothing within ${firstFrameMs / 1000} s: its server may not answer`;
const unguarded = "Fairlead's plugin in Amp has ended, so nobody would be asked: Amp was stopped";

const protocol: ProgramProtocol = {
  name: "Amp",
  notInstalled,
  answerIn: () => null,
  failureIn: errorIn,
  failureInLine: (text) => (text.startsWith("No API key found") ? errorIn(text) : null),
};

/** Where what a process prints, asks and suffers goes, as long as it is not disposed of. */
export interface ProcessSink extends Omit<PluginSink, "gone"> {
  frame(frame: Fields): void;
  /** The process is gone, after it was {@link Program.ready}. */
  ended(error: BridgeError): void;
}

/** One process of Amp's, our plugin in it, and its private folder. */
export class Program implements AsyncDisposable {
  readonly launch: Launch;
  readonly #host: BridgeHost;
  readonly #environment: Environment;
  readonly #folder: string;
  readonly #sink: ProcessSink;
  /** Aborted, with the reason, when it is over. */
  readonly #over = new AbortController();
  readonly #heard: Promise<void>;
  #onHeard: () => void = () => {};
  #gate: PluginGate | null = null;
  #agent: AgentProgram | null = null;
  /** Its gate and its folder are made. */
  #prepared: Promise<PluginGate> | null = null;
  #reported = false;
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
    this.#heard = new Promise((resolve) => (this.#onHeard = resolve));
  }

  /**
   * Starts it; resolves when our plugin runs in it, before which nothing is asked of Amp. Rejects, and
   * ends it, when the plugin does not come.
   */
  async start(): Promise<void> {
    try {
      this.#prepared = this.#prepare();
      const { reported } = await this.#prepared;
      this.#over.signal.throwIfAborted();
      const { executable: file, cwd } = this.launch;
      const env = { XDG_CONFIG_HOME: this.#folder };
      const spec = { file, args: argumentsOf(this.launch, this.#folder), cwd, env };
      this.#agent = new AgentProgram(this.#host, spec, protocol, {
        frame: (said) => {
          this.#onHeard();
          if (!this.#over.signal.aborted) this.#sink.frame(said);
        },
        ended: (error) => this.#end(error),
      });
      await this.#within(reported, readyMs, unreported);
      this.#reported = true;
    } catch (error) {
      await this[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Whether messages can be handed over: our plugin runs in it. */
  get ready(): boolean {
    return this.#reported && !this.#over.signal.aborted;
  }

  /** Hands over a message. An Amp that then says nothing at all is ended. */
  async say(message: unknown): Promise<void> {
    await this.#agent?.send(message);
    void this.#within(this.#heard, firstFrameMs, silent).catch((error: unknown) => {
      if (BridgeError.is(error)) this.#end(error);
    });
  }

  /** What becomes of a call that waits. */
  decide(call: string, leave: Leave): void {
    this.#gate?.decide(call, leave);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#disposed ??= this.#dispose();
    return this.#disposed;
  }

  async #dispose(): Promise<void> {
    this.#over.abort(new BridgeError("not-running", "this process of Amp was ended"));
    this.#gate?.refuse("Amp was stopped.");
    await this.#agent?.[Symbol.asyncDispose]();
    // What is still being made would be left behind.
    await this.#prepared?.catch(() => {});
    await this.#gate?.[Symbol.asyncDispose]();
    await this.#run("end", {}).catch((error: unknown) => {
      this.#host.log("warn", "amp: a private folder is left behind", error);
    });
  }

  async #prepare(): Promise<PluginGate> {
    const gate = await PluginGate.open(this.#host, {
      ...this.#sink,
      gone: () => void this.#unguarded(),
    });
    this.#gate = gate;
    const users = await usersSettings(this.#host, this.#environment);
    const settings = settingsWith(users, filesIn(this.#folder).permission);
    await this.#run("make", {
      FAIRLEAD_AMP_ASK: JSON.stringify({ ...gate.address, cwd: this.launch.cwd }),
      FAIRLEAD_AMP_MCP: mcpConfig(this.launch.mcpServers),
      FAIRLEAD_AMP_SETTINGS: JSON.stringify(settings),
      FAIRLEAD_AMP_PLUGIN: plugin,
    });
    return gate;
  }

  /** What a bridge may not write itself: the private folder. */
  async #run(verb: "make" | "end", env: Readonly<Record<string, string>>): Promise<void> {
    const args = [folderProgram, verb, this.#folder];
    await ranWell(this.#host, { file: "sh", args, cwd: this.launch.cwd, env });
  }

  #within(work: Promise<void>, ms: number, words: string): Promise<void> {
    const late = (): BridgeError => new BridgeError("connection", words);
    return unlessLate(this.#host, work, { ms, signal: this.#over.signal, late });
  }

  /** No plugin is left: nobody would be asked any more. */
  async #unguarded(): Promise<void> {
    const exit = this.#agent?.exited;
    await this.#agent?.[Symbol.asyncDispose]();
    const { code = null, stderr = "" } = (await exit) ?? {};
    // When Amp ends by itself, its plugins do too.
    this.#end((code === null ? null : errorIn(stderr)) ?? new BridgeError("crashed", unguarded));
  }

  #end(error: BridgeError): void {
    if (this.#over.signal.aborted) return;
    const { ready } = this;
    this.#over.abort(error);
    if (ready) this.#sink.ended(error);
    void this[Symbol.asyncDispose]();
  }
}
