import {
  BridgeError,
  messageOf as wordsOf,
  type AgentThread,
  type AskAnswer,
  type BridgeHost,
  type Prompt,
  type Settings,
  type ThreadOp,
} from "@fairlead/bridge-core";
import {
  callAsk,
  fieldsOf,
  numberOf,
  textOf,
  ThreadOps,
  type Fields,
} from "@fairlead/bridge-core/parts";
import type { UserInput } from "@fairlead/codex-proto";
import { resolve } from "node:path";
import { levelOf, noticesOf, type Launch } from "./command.ts";
import { messageOf, type Message } from "./input.ts";
import { permissionsOf, verdictOn, type Verdict } from "./permissions.ts";
import { patientMs, Program } from "./program.ts";
import { Dialogs, toolCallIn } from "./translate/dialogs.ts";
import { tokensOf } from "./translate/messages.ts";
import { Translator } from "./translate/translator.ts";

/** What a thread is opened with. */
export interface ThreadOptions {
  readonly host: BridgeHost;
  readonly launch: Launch;
  readonly settings: Settings;
  /** The entry of the session to go back before, where it is a fork. */
  readonly before: string | null;
  readonly signal: AbortSignal;
  /** The path of a session's file, for a process that has to go on with it. */
  readonly fileOf: (id: string) => Promise<string | null>;
  readonly onDisposed: (thread: PiThread) => void;
}

/** One conversation with Pi: a process of its own, that never carries another one. */
export class PiThread extends ThreadOps implements AgentThread {
  nativeId: string | null = null;
  readonly #options: ThreadOptions;
  readonly #dialogs = new Dialogs();
  /** Calls that wait for the user, by the id of the question. */
  readonly #asks = new Map<string, string>();
  /** What Pi was given in the middle of its work, until that is over. */
  readonly #steers = new Map<string, Message>();
  /** Pi takes its time to queue a steer: what comes right behind it overtakes it. */
  #steering: Promise<unknown> = Promise.resolve();
  /** The prompt that Pi has not taken yet. */
  #handing: Promise<void> | null = null;
  readonly #translator: Translator;
  #launch: Launch;
  #program: Program | null = null;
  #settings: Settings;

  private constructor(options: ThreadOptions) {
    super(options.host);
    this.#options = options;
    this.#launch = options.launch;
    this.#settings = options.settings;
    this.#translator = new Translator((path) => resolve(options.launch.cwd, path));
  }

  /** Starts the program and resolves when it is ready for a prompt. */
  static async open(options: ThreadOptions): Promise<PiThread> {
    const thread = new PiThread(options);
    await thread.#start(options.signal);
    if (options.before !== null) await thread.#goBack(options.before);
    thread.emit(noticesOf(options.launch));
    return thread;
  }

  async prompt(turn: Prompt): Promise<void> {
    this.#handing = this.#begin(turn);
    await this.#handing.finally(() => (this.#handing = null));
  }

  async #begin({ id, input, settings, outputSchema }: Prompt): Promise<void> {
    if (outputSchema !== null) {
      throw new BridgeError("unsupported", "Pi cannot be held to a schema of its answer");
    }
    const message = await messageOf(input, this.#options.host);
    await this.#tell(settings);
    const { disposition } = await this.#hand("prompt", id, message);
    if (disposition === "handled") this.#settleIfQuiet();
    else if (disposition === undefined) this.unattended(this.#lookWhetherQuiet(id));
  }

  async steer(input: readonly UserInput[], id: string): Promise<void> {
    const message = await messageOf(input, this.#options.host);
    const { running, turns } = this.#translator;
    // What older versions hold in their queue cannot be taken back.
    const takes = running && this.#launch.version.has("clearQueue");
    if (!takes || turns.open === null) throw notRunning();
    this.#steers.set(id, message);
    const handed = this.#hand("steer", id, message);
    this.#steering = Promise.allSettled([this.#steering, handed]);
    await handed;
  }

  /** Gives Pi the user's words; a prompt joins what an extension has begun by itself. */
  async #hand(type: "prompt" | "steer", id: string, message: Message): Promise<Fields> {
    const isNew = type === "prompt";
    this.#translator.turns.given(id, isNew ? "new" : "open");
    if (isNew) this.#translator.interrupted = false;
    try {
      const more = isNew ? { streamingBehavior: "steer" } : {};
      // An extension may ask the user something before Pi takes it.
      const answer = await this.#running().request(type, { ...message, ...more }, patientMs);
      if (answer["disposition"] === "handled") this.#translator.turns.answered(id);
      return answer;
    } catch (error) {
      this.#translator.turns.withdrawn(id);
      throw error;
    }
  }

  async interrupt(): Promise<void> {
    const handing = this.#handing;
    await this.#stop();
    // What was not handed over then may have begun since.
    if (handing !== null) await handing.then(() => this.#stop()).catch(() => {});
  }

  async #stop(): Promise<void> {
    const { version } = this.#launch;
    this.#translator.interrupted = true;
    // An abort would go on with what is queued. Both are sent at once: else what was declined a
    // moment ago leads to a further answer of the model, and the turn may end as if nobody stopped it.
    await this.#steering;
    const cleared = version.has("clearQueue") ? this.#running().request("clear_queue") : null;
    await Promise.all([cleared, this.#running().request("abort", {}, patientMs)]);
    if (version.has("settling")) this.#settleIfQuiet();
    else await this.#lookWhetherQuiet(null);
  }

  async answer(ask: string, answer: AskAnswer): Promise<void> {
    const call = this.#asks.get(ask);
    this.#asks.delete(ask);
    const given = answer.type === "accept" ? "allow" : "deny";
    if (call !== undefined) return this.#decide(ask, call, given);
    const reply = this.#dialogs.reply(ask, answer);
    this.emit(this.#dialogs.close(ask));
    if (reply !== null) await this.#running().reply(ask, reply);
  }

  async compact(): Promise<void> {
    this.emit(this.#translator.turns.spontaneous(`compact:${this.#options.host.secret()}`));
    const over = this.#running().request("compact", {}, patientMs);
    const refusal = over.then(() => null, wordsOf);
    this.unattended(refusal.then((words) => this.emit(this.#translator.end(words))));
  }

  /** Gives the conversation a title. */
  async rename(name: string): Promise<void> {
    await this.#running().request("set_session_name", { name });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#options.onDisposed(this);
    this.finish();
    await this.#program?.[Symbol.asyncDispose]();
  }

  async #start(signal: AbortSignal): Promise<void> {
    const ended = (error: BridgeError): void => this.finish(error);
    const sink = { frame: (frame: Fields) => this.#frame(frame), ended };
    const { program, state } = await Program.start(this.#options.host, this.#launch, sink, signal);
    this.#program = program;
    await this.#know(program, state);
  }

  async #know(program: Program, state: Fields): Promise<void> {
    this.nativeId = textOf(state["sessionId"]) || null;
    this.#modelIs(state["model"]);
    if (this.#launch.conversation.kind === "new") return;
    const { tokens } = await program.request("get_session_stats");
    this.#translator.session = tokensOf(tokens);
  }

  /** Leaves out an entry of the session and all behind it, in a new session of Pi's. */
  async #goBack(entryId: string): Promise<void> {
    const program = this.#running();
    try {
      const { cancelled } = await program.request("fork", { entryId });
      if (cancelled === true) throw new BridgeError("unsupported", "an extension keeps Pi from it");
      await this.#know(program, await program.request("get_state"));
    } catch (error) {
      await this[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** What only a new process can change: it carries the same conversation on. */
  async #restart(change: Partial<Launch>): Promise<void> {
    const path = await this.#options.fileOf(this.nativeId ?? "");
    if (path !== null) this.#launch = { ...this.#launch, conversation: { kind: "resume", path } };
    this.#launch = { ...this.#launch, ...change };
    const before = this.nativeId;
    await this.#running()[Symbol.asyncDispose]();
    await this.#start(this.signal);
    const nativeId = this.nativeId ?? before;
    if (nativeId !== null && nativeId !== before) this.emit([{ op: "session", nativeId }]);
  }

  #running(): Program {
    if (this.#program === null) throw notRunning();
    return this.#program;
  }

  #modelIs(model: unknown): void {
    this.#translator.window = numberOf(fieldsOf(model)["contextWindow"]);
  }

  /** Tells Pi what changed since it was told last. Null leaves it as it is. */
  async #tell(settings: Settings): Promise<void> {
    const told = this.#launch;
    const [model, effort] = [settings.model ?? told.model, settings.effort ?? told.effort];
    this.#settings = settings;
    if (model === told.model && effort === told.effort) return;
    const [, provider, modelId] = /^([^/]+)\/(.+)$/s.exec(model ?? "") ?? [];
    const named = provider !== undefined && modelId !== undefined;
    // Older versions would make it the default of the user's settings.
    const restarts = !told.version.has("switching") || (model !== told.model && !named);
    if (restarts) return this.#restart({ model, effort });
    this.#launch = { ...told, model, effort };
    const program = this.#running();
    if (model !== told.model && named) {
      this.#modelIs(await program.request("set_model", { provider, modelId }));
    }
    if (effort !== null) await program.request("set_thinking_level", { level: levelOf(effort) });
  }

  #frame(frame: Fields): void {
    const { type } = frame;
    if (type === "extension_ui_request") return this.#requested(frame);
    const ops = this.#translator.translate(frame);
    if (ops === null) this.#options.host.log("debug", "pi: a frame of unknown kind", frame);
    const { effort, version } = this.#launch;
    // What we told Pi ourselves is no news.
    const isEcho = (op: ThreadOp): boolean => op.op === "settings" && op.changed.effort === effort;
    this.emit((ops ?? []).filter((op) => !isEcho(op)));
    if (type === "agent_settled") return this.#settleIfQuiet();
    const mayBeOver = /^(agent|compaction|auto_retry)_end$/.test(textOf(type));
    if (mayBeOver && !version.has("settling")) this.unattended(this.#lookWhetherQuiet(null));
  }

  #requested(frame: Fields): void {
    const id = textOf(frame["id"]);
    const asked = toolCallIn(frame);
    if (asked === null) return this.#dialog(frame, id);
    const { ops, call } = this.#translator.call(asked);
    this.emit(ops);
    const key = textOf(asked["id"]);
    const verdict = verdictOn(asked, permissionsOf(this.#settings));
    if (verdict !== "ask") return this.unattended(this.#decide(id, key, verdict));
    this.#asks.set(id, key);
    this.emit([
      {
        op: "ask",
        id,
        ask: callAsk({ key, call, inside: asked["inside"] === true, reason: null }),
      },
    ]);
  }

  async #decide(id: string, key: string, value: Exclude<Verdict, "ask"> | "deny"): Promise<void> {
    if (value === "deny" || value === "plan") this.#translator.declined.add(key);
    await this.#running().reply(id, { value });
  }

  #dialog(frame: Fields, id: string): void {
    const ops = this.#dialogs.take(frame);
    if (ops === null) this.#options.host.log("warn", "pi: a dialog of unknown kind", frame);
    if (ops === null) return this.unattended(this.#running().reply(id, { cancelled: true }));
    this.emit(ops);
    const patienceMs = numberOf(frame["timeout"]) ?? 0;
    if (patienceMs <= 0) return;
    const waited = this.#options.host.sleep(patienceMs, { signal: this.signal });
    this.unattended(waited.then(() => this.emit(this.#dialogs.close(id))));
  }

  /**
   * For versions that do not tell what became of a prompt, or when a run is over: what follows an
   * end is told before this is answered.
   */
  async #lookWhetherQuiet(prompt: string | null): Promise<void> {
    const { isStreaming, isCompacting } = await this.#running().request("get_state");
    if (isStreaming === true || isCompacting === true || this.#translator.running) return;
    if (prompt !== null) this.#translator.turns.answered(prompt);
    this.#settleIfQuiet();
  }

  #settleIfQuiet(): void {
    const { running, turns, interrupted } = this.#translator;
    const onItsWay = this.#handing !== null && turns.waiting.length > 0;
    if (running || turns.open === null || onItsWay) return;
    const late = interrupted ? [] : turns.waiting.filter((id) => this.#steers.has(id));
    if (late.length > 0) return this.unattended(this.#sendAgain(late));
    this.emit(this.#translator.end());
    this.#steers.clear();
  }

  /** What came too late for the run it was meant for is given to Pi anew, within the same turn. */
  async #sendAgain(late: readonly string[]): Promise<void> {
    const messages = late.map((id) => ({ ...this.#steers.get(id), streamingBehavior: "steer" }));
    this.#steers.clear();
    await this.#steering;
    await this.#running().request("clear_queue");
    for (const message of messages) await this.#running().request("prompt", message);
  }
}

function notRunning(): BridgeError {
  return new BridgeError("not-running", "no turn runs that could take more input");
}
