import {
  BridgeError,
  messageOf,
  opChannel,
  type AgentThread,
  type AskAnswer,
  type BridgeHost,
  type Prompt,
  type Settings,
  type ThreadOp,
} from "@fairlead/bridge-core";
import {
  answerTo,
  fieldsOf,
  numberOf,
  textOf,
  unattended,
  versionNotice,
  type Fields,
} from "@fairlead/bridge-core/parts";
import type { JsonValue, UserInput } from "@fairlead/codex-proto";
import type { Launch } from "./command.ts";
import { contentOf } from "./input.ts";
import { permissionsOf } from "./permissions.ts";
import { Program } from "./program.ts";
import { isQuestion, replyTo, type PendingAsk } from "./translate/asks.ts";
import { Translator } from "./translate/translator.ts";
import { trustAsk, trustAskId, trustYes } from "./trust.ts";

const silenceMs = 60_000;
const testedVersion = "2.1.329";

/** What a thread is opened with. */
export interface ThreadOptions {
  readonly host: BridgeHost;
  readonly launch: Launch;
  readonly settings: Settings;
  readonly signal: AbortSignal;
  /** Told the id of every process of this thread. */
  readonly onStarted: (pid: number) => void;
  readonly onTrusted: () => void;
  readonly onDisposed: (thread: ClaudeThread) => void;
}

/** One conversation with Claude: a process of its own, started anew where only that helps. */
export class ClaudeThread implements AgentThread {
  nativeId: string | null;
  readonly #options: ThreadOptions;
  readonly #channel = opChannel<ThreadOp>();
  readonly ops: AsyncIterable<ThreadOp> = this.#channel.items;
  readonly #translator: Translator;
  readonly #asks = new Map<string, PendingAsk>();
  readonly #lifetime = new AbortController();
  #launch: Launch;
  #program: Program | null = null;
  /** What Claude was told last. */
  #told: Pick<Settings, "model" | "effort"> & Pick<Launch, "mode">;
  #settings: Settings;
  #prompted = false;
  #silence = new AbortController();
  /** Takes what the user says about the folder, while they are asked. */
  #trust: ((given: boolean | null) => void) | null = null;

  private constructor(options: ThreadOptions) {
    const { conversation, mode } = options.launch;
    this.#options = options;
    this.#launch = options.launch;
    this.#settings = options.settings;
    this.#told = { model: null, effort: null, mode };
    this.nativeId = conversation.id;
    this.#translator = new Translator(this.nativeId, mode === "plan");
  }

  /** Starts the program and resolves when it is ready for a prompt. */
  static async open(options: ThreadOptions): Promise<ClaudeThread> {
    const thread = new ClaudeThread(options);
    const version = await thread.#start(options.signal);
    thread.#emit(versionNotice("Claude Code", version, testedVersion));
    return thread;
  }

  async prompt(turn: Prompt): Promise<void> {
    this.#translator.turns.given(turn.id, "new");
    const asking = this.#launch.trusted === null;
    const sent = (asking ? this.#sendTrusted(turn) : this.#send(turn)).catch((error: unknown) => {
      this.#translator.turns.withdrawn(turn.id);
      if (!asking) throw error;
      const kind = BridgeError.is(error) ? error.kind : "other";
      this.#end(turn, { status: "failed", failure: { kind, message: messageOf(error) } });
    });
    if (!asking) await sent;
  }

  async steer(input: readonly UserInput[], id: string): Promise<void> {
    const content = await contentOf(input, this.#options.host);
    const { turns } = this.#translator;
    if (turns.open === null || this.#trust !== null) {
      throw new BridgeError("not-running", "no turn runs that could take more input");
    }
    turns.given(id, "open");
    await this.#write(content, { uuid: id, priority: "now" });
  }

  async interrupt(): Promise<void> {
    if (this.#trust !== null) this.#trust(null);
    else await this.#running().request({ subtype: "interrupt", cancel_queued: true });
  }

  async answer(ask: string, answer: AskAnswer): Promise<void> {
    if (ask === trustAskId) {
      this.#trust?.(answer.type === "cancel" ? null : answerTo("trust", answer) === trustYes);
    }
    const pending = this.#asks.get(ask);
    if (pending === undefined) return;
    this.#asks.delete(ask);
    const refused = answer.type === "decline" || answer.type === "cancel";
    if (refused && pending !== "elicitation") this.#translator.declined.add(pending.toolUseId);
    await this.#running().reply(ask, replyTo(pending, answer));
  }

  async compact(): Promise<void> {
    await this.#write("/compact", {});
  }

  /** Gives the conversation a title; Claude confirms it with a `title`. */
  async rename(title: string): Promise<void> {
    await this.#running().request({ subtype: "rename_session", title });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#options.onDisposed(this);
    this.#lifetime.abort();
    await this.#program?.[Symbol.asyncDispose]();
    this.#channel.close();
  }

  /** Resolves with the program's version. */
  async #start(signal: AbortSignal): Promise<string> {
    const { host, onStarted } = this.#options;
    const sink = {
      frame: (frame: Fields) => this.#frame(frame),
      ended: (error: BridgeError) => this.#channel.close(error),
    };
    const { program, info } = await Program.start(host, this.#launch, sink, signal);
    this.#program = program;
    this.#told = { model: null, effort: null, mode: this.#launch.mode };
    onStarted(numberOf(info["pid"]) ?? 0);
    return textOf(info["claude_code_version"]);
  }

  /** What only a new process can change: it carries the same conversation on. */
  async #restart(change: Partial<Launch>): Promise<void> {
    const { mode } = this.#told;
    if (this.#prompted && this.nativeId !== null) {
      this.#launch = { ...this.#launch, conversation: { kind: "resume", id: this.nativeId } };
    }
    this.#launch = { ...this.#launch, mode, ...change };
    await this.#running()[Symbol.asyncDispose]();
    await this.#start(this.#lifetime.signal);
  }

  #running(): Program {
    if (this.#program === null) throw new BridgeError("not-running", "Claude is not running");
    return this.#program;
  }

  #frame(frame: Fields): void {
    // Once a prompt: each call makes an exception.
    if (!this.#silence.signal.aborted) this.#silence.abort();
    const { type, subtype, request_id: request } = frame;
    if (type === "control_request") return this.#requested(frame);
    if (type === "control_cancel_request" && this.#asks.delete(textOf(request))) {
      return this.#emit([{ op: "withdraw", id: textOf(request) }]);
    }
    const ops = this.#translator.translate(frame);
    if (ops === null) this.#options.host.log("debug", "claude: a frame of unknown kind", frame);
    this.#emit(ops ?? []);
    if (type !== "system") return;
    if (subtype === "task_started" && frame["task_type"] === "local_bash") this.#follow(frame);
    for (const op of ops ?? []) {
      if (op.op === "session") this.nativeId = op.nativeId;
      if (op.op === "settings") this.#modeChanged(op.changed.mode ?? "default");
    }
  }

  #follow({ task_id: task, tool_use_id: tool }: Fields): void {
    const following = this.#running().followOutput(textOf(task), (delta) => {
      const ops = this.#translator.output(textOf(tool), delta);
      this.#emit(ops ?? []);
      return ops !== null;
    });
    this.#unattended(following);
  }

  /** Claude left or entered plan mode: outside it, the mode of the settings is ours to restore. */
  #modeChanged(mode: Settings["mode"]): void {
    this.#told = { ...this.#told, mode };
    this.#unattended(this.#tell({ ...this.#settings, mode }));
  }

  #requested({ request_id, request }: Fields): void {
    const id = textOf(request_id);
    const asked = this.#translator.ask(id, fieldsOf(request));
    if (asked === null) {
      this.#options.host.log("warn", "claude: a request that is not offered", request);
      return this.#unattended(this.#running().reply(id, null));
    }
    const { ops, pending } = asked;
    const { grantAll } = permissionsOf(this.#settings);
    if (grantAll && pending !== "elicitation" && !isQuestion(pending.call.name)) {
      this.#emit(ops.filter(({ op }) => op !== "ask"));
      return this.#unattended(this.#running().reply(id, replyTo(pending, { type: "accept" })));
    }
    this.#asks.set(id, pending);
    this.#emit(ops);
  }

  /** The first prompt in a folder that may bring code of its own. */
  async #sendTrusted(turn: Prompt): Promise<void> {
    this.#emit(trustAsk(this.#launch.cwd));
    const given = await new Promise<boolean | null>((resolve) => {
      this.#trust = resolve;
    });
    this.#trust = null;
    this.#emit([{ op: "close", key: trustAskId }]);
    if (given === null) return this.#end(turn, { status: "interrupted" });
    this.#launch = { ...this.#launch, trusted: given };
    if (given) {
      this.#options.onTrusted();
      await this.#restart({});
    }
    await this.#send(turn);
  }

  #end({ id }: Prompt, outcome: Omit<Extract<ThreadOp, { op: "end" }>, "op">): void {
    this.#translator.turns.withdrawn(id);
    this.#emit([{ op: "end", turn: id, ...outcome }]);
  }

  async #send({ id, input, settings, outputSchema }: Prompt): Promise<void> {
    const content = await contentOf(input, this.#options.host);
    if (JSON.stringify(outputSchema) !== JSON.stringify(this.#launch.outputSchema)) {
      await this.#restart({ outputSchema });
    }
    await this.#tell(settings);
    this.#unattended(this.#watchSilence());
    await this.#write(content, { uuid: id });
  }

  /** Tells Claude what changed since it was told last. */
  async #tell(settings: Settings): Promise<void> {
    const { model, effort } = settings;
    const { mode } = permissionsOf(settings);
    const told = this.#told;
    const program = this.#running();
    this.#settings = settings;
    if (model !== told.model) await program.request({ subtype: "set_model", model });
    if (effort !== told.effort) {
      const effortLevel = effort === "none" || effort === "minimal" ? "low" : effort;
      await program.request({ subtype: "apply_flag_settings", settings: { effortLevel } });
    }
    if (mode !== told.mode) {
      this.#translator.planning = mode === "plan";
      await program.request({ subtype: "set_permission_mode", mode });
    }
    this.#told = { model, effort, mode };
  }

  async #write(content: JsonValue, more: { uuid?: string; priority?: "now" }): Promise<void> {
    this.#prompted = true;
    const message = { role: "user", content };
    await this.#running().send({ type: "user", message, parent_tool_use_id: null, ...more });
  }

  /** Claude acknowledges a prompt at once, which aborts this; the rest may take its time. */
  async #watchSilence(): Promise<void> {
    this.#silence = new AbortController();
    const signal = AbortSignal.any([this.#silence.signal, this.#lifetime.signal]);
    await this.#options.host.sleep(silenceMs, { signal });
    const message = "Claude has said nothing for a minute since it was given the prompt.";
    this.#emit([{ op: "notice", message }]);
    const alive = this.#running().request({ subtype: "get_session_cost" });
    await alive.catch((error: unknown) => this.#channel.close(error));
  }

  #emit(ops: readonly ThreadOp[]): void {
    for (const op of ops) this.#channel.push(op);
  }

  /** Work nobody waits for: the program's end tells what went wrong. */
  #unattended(work: Promise<unknown>): void {
    unattended(work, this.#options.host.log);
  }
}
