import {
  BridgeError,
  type AgentThread,
  type AskAnswer,
  type BridgeHost,
  type OpenThread,
  type Prompt,
  type Settings,
} from "@fairlead/bridge-core";
import {
  callAsk,
  grantOf,
  idIn,
  messageContent,
  refusal,
  textOf,
  ThreadOps,
  type Fields,
  type Leave,
  type MessageStream,
  type StreamedCall,
} from "@fairlead/bridge-core/parts";
import type { UserInput } from "@fairlead/codex-proto";
import { resolve } from "node:path";
import { executableIn } from "./command.ts";
import { requireLogin } from "./login.ts";
import { verdictOn } from "./permissions.ts";
import { Program } from "./program.ts";
import { ampStream } from "./translate/translator.ts";

/** Their own calls may not pass by our plugin: who allows one, allows what it does. */
const delegating = new Set(["Task", "create_thread"]);
const unseen = "It starts an agent of its own, whose calls may not be asked about.";
const refused = "The user declined this. Do not try it another way.";
const planning = "Plan mode: nothing may be changed yet. Propose what you would change instead.";

/** Whether Amp asks before it works: null, or what it did unasked. */
export interface AmpTrust {
  broken: BridgeError | null;
}

/** What a thread is opened with. */
export interface ThreadOptions {
  readonly host: BridgeHost;
  readonly spec: OpenThread;
  /** What all threads know. */
  readonly trust: AmpTrust;
  readonly onDisposed: (thread: AmpThread) => void;
}

/** One conversation with Amp: a process while it is used, the next one goes on by the thread's id. */
export class AmpThread extends ThreadOps implements AgentThread {
  readonly #options: ThreadOptions;
  readonly #translator: MessageStream;
  /** Ids of what Amp was given and has not begun to work on. */
  #unbegun: readonly string[] = [];
  #settings: Settings;
  /** Null when Amp has been told. */
  #instructions: string | null;
  /** The last one: see {@link Program.ready}. */
  #program: Program | null = null;

  constructor(options: ThreadOptions) {
    super(options.host);
    this.#options = options;
    const { settings, instructions, from, cwd } = options.spec;
    this.#settings = settings;
    this.#instructions = from === null ? instructions : null;
    this.#translator = ampStream(from?.nativeId ?? null, (path) => resolve(cwd, path));
  }

  /** Amp gives a new thread its id when it first prints something. */
  get nativeId(): string | null {
    return this.#translator.session;
  }

  async prompt({ id, input, settings, outputSchema }: Prompt): Promise<void> {
    if (outputSchema !== null) {
      throw new BridgeError("unsupported", "Amp cannot be held to a schema of its answer");
    }
    const { broken } = this.#options.trust;
    if (broken !== null && grantOf(settings) !== "all") throw broken;
    const { turns } = this.#translator;
    turns.given(id, "new");
    try {
      const message = await this.#message(input);
      this.#settings = settings;
      const program = await this.#running(id, settings.model);
      this.#unbegun = [id];
      await program.say({ type: "user", message });
    } catch (error) {
      // Who interrupts a start has had its end.
      if (turns.open !== id) return;
      turns.withdrawn(id);
      throw error;
    }
  }

  async steer(input: readonly UserInput[], id: string): Promise<void> {
    const message = await this.#message(input);
    const { turns, echoes } = this.#translator;
    // Without an echo nobody could tell whether it was answered.
    const program = this.#program;
    if (turns.open === null || !echoes || program?.ready !== true) {
      throw new BridgeError("not-running", "no turn runs that could take more input");
    }
    this.#unbegun = [...this.#unbegun, id];
    await turns.handing(id, "open", () => program.say({ type: "user", steer: true, message }));
  }

  /** Amp knows no way to stop on its pipe: its process ends, and the next one goes on. */
  async interrupt(): Promise<void> {
    const { turns } = this.#translator;
    const { open } = turns;
    await this.#program?.[Symbol.asyncDispose]();
    if (turns.open === open) this.emit(this.#translator.interrupted());
  }

  answer(ask: string, answer: AskAnswer): Promise<void> {
    const leave = this.#leave(ask, answer.type === "accept" ? null : refused);
    this.#program?.decide(ask, leave);
    return Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.finish();
    await this.#program?.[Symbol.asyncDispose]();
    this.#options.onDisposed(this);
  }

  /** The process that carries the thread, a new one where there is none or the mode is another. */
  async #running(turn: string, mode: string | null): Promise<Program> {
    const known = this.#program;
    if (known?.ready === true && known.launch.mode === mode) return known;
    await known?.[Symbol.asyncDispose]();
    const { host, spec } = this.#options;
    const { cwd, mcpServers } = spec;
    const environment = await host.environment(cwd);
    await requireLogin(host, environment);
    const executable = executableIn(environment);
    const launch = { executable, cwd, thread: this.nativeId, mode, mcpServers };
    const program = new Program(host, launch, environment, {
      frame: (frame) => this.#frame(frame),
      call: (call) => this.#call(call),
      left: (id) => this.emit([{ op: "withdraw", id }]),
      started: (message) => this.#started(message),
      ended: (error) => this.#ended(error),
    });
    this.signal.throwIfAborted();
    if (this.#translator.turns.open !== turn) throw new BridgeError("not-running", "interrupted");
    this.#program = program;
    await program.start();
    return program;
  }

  async #message(input: readonly UserInput[]): Promise<object> {
    const content = await messageContent("Amp", input, this.#options.host);
    return { role: "user", content };
  }

  #frame(frame: Fields): void {
    const ops = this.#translator.translate(frame);
    if (ops === null) this.#options.host.log("debug", "amp: a frame of unknown kind", frame);
    this.emit(ops ?? []);
    const { unasked } = this.#translator;
    if (unasked !== null && grantOf(this.#settings) !== "all") this.#ranUnasked(unasked);
  }

  /** However that came: it is not asked to do anything more. */
  #ranUnasked({ name, input }: StreamedCall): void {
    const call = `${name} ${JSON.stringify(input)}`.slice(0, 300);
    const words = `Amp ran ${call}, which Fairlead had not allowed: it was stopped, and gets no more prompts unless everything is allowed (danger-full-access)`;
    this.#options.host.log("warn", `amp: thread ${this.nativeId}: ${words}`);
    const broken = (this.#options.trust.broken ??= new BridgeError("other", words));
    this.unattended(this.#program?.[Symbol.asyncDispose]() ?? Promise.resolve());
    this.#ended(broken);
  }

  #call(asked: Fields): Leave | null {
    const key = textOf(asked["id"]);
    const { ops, call } = this.#translator.call(asked);
    this.emit(ops);
    const verdict = verdictOn(asked, this.#settings);
    if (verdict !== "ask") return this.#leave(key, verdict === "plan" ? planning : null);
    const reason = delegating.has(call.name) ? unseen : null;
    const ask = callAsk({ key, call, inside: asked["inside"] === true, reason });
    this.emit([{ op: "ask", id: key, ask, ...this.#translator.place(key) }]);
    return null;
  }

  /** The answer to a call: a yes, or a no with these words. */
  #leave(key: string, no: string | null): Leave {
    this.#translator.decided(key, no === null ? "allowed" : "declined");
    return no === null ? { action: "allow" } : refusal(no);
  }

  /** Amp names what it begins to work on: by that the turn is known in its own history. */
  #started({ id: named, thread }: Fields): string | null {
    // Another thread's, which this one has made.
    if (this.nativeId !== null && thread !== undefined && thread !== this.nativeId) return null;
    const [id, ...later] = this.#unbegun;
    this.#unbegun = later;
    const key = idIn(named);
    if (id !== undefined && key !== "") this.emit([{ op: "alias", id, key }]);
    const instructions = this.#instructions;
    this.#instructions = null;
    return instructions;
  }

  #ended({ kind, message }: BridgeError): void {
    this.emit(this.#translator.failed({ kind, message }));
  }
}
