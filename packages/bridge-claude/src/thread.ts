import {
  BridgeError,
  messageOf,
  type AgentThread,
  type AskAnswer,
  type BridgeHost,
  type Prompt,
  type Settings,
  type ThreadOp,
} from "@fairlead/bridge-core";
import type { JsonValue, UserInput } from "@fairlead/codex-proto";
import type { Conversation, Launch } from "./command.ts";
import { contentOf } from "./input.ts";
import { controlRequest, fieldsOf, textOf, type Fields, type Initialized } from "./native.ts";
import { OpQueue } from "./op-queue.ts";
import { followOutput } from "./command-output.ts";
import { permissionsOf, type Permissions } from "./permissions.ts";
import { Program, type ProgramSink } from "./program.ts";
import { isQuestion, replyTo, type PendingAsk } from "./translate/asks.ts";
import { Translator } from "./translate/translator.ts";
import { isTrustGiven, trustAsk, trustAskId } from "./trust.ts";
import { versionNotice } from "./version.ts";

const silenceMs = 60_000;

/** What a thread is opened with. */
export interface ThreadOptions {
  readonly host: BridgeHost;
  readonly launch: Launch;
  readonly settings: Settings;
  readonly signal: AbortSignal;
  /** Told of every program of this thread. */
  readonly onStarted: (info: Initialized) => void;
  /** The user trusts the folder. */
  readonly onTrusted: (cwd: string) => void;
}

interface Applied {
  readonly model: string | null;
  readonly effort: string | null;
  readonly mode: Permissions["mode"];
}

/** One conversation with Claude: a process of its own, started again where only a start can change something. */
export class ClaudeThread implements AgentThread {
  readonly #options: ThreadOptions;
  readonly #queue = new OpQueue();
  readonly #translator: Translator;
  readonly #asks = new Map<string, PendingAsk>();
  readonly #lifetime = new AbortController();
  #launch: Launch;
  #program: Program | null = null;
  #applied: Applied;
  #settings: Settings;
  #trustAnswered = false;
  #prompted = false;
  #silence: AbortController | null = null;
  /** The first prompt, while the user is asked about the folder. */
  #held: Prompt | null = null;
  nativeId: string | null;

  private constructor(options: ThreadOptions) {
    this.#options = options;
    this.#launch = options.launch;
    this.nativeId = knownId(options.launch.conversation);
    this.#settings = options.settings;
    this.#applied = { model: null, effort: null, mode: options.launch.mode };
    this.#translator = new Translator(this.nativeId);
    this.#translator.planModeIs(options.launch.mode === "plan");
  }

  /** Starts the program and resolves when it is ready for a prompt. */
  static async open(options: ThreadOptions): Promise<ClaudeThread> {
    const thread = new ClaudeThread(options);
    const version = await thread.#start(options.signal);
    thread.#queue.push(version);
    return thread;
  }

  get ops(): AsyncIterable<ThreadOp> {
    return this.#queue;
  }

  async prompt(turn: Prompt): Promise<void> {
    if (!this.#launch.trusted && !this.#trustAnswered) {
      this.#translator.turns.prompted(turn.id);
      this.#held = turn;
      this.#queue.push(trustAsk(this.#launch.cwd));
      return;
    }
    await this.#send(turn);
  }

  async steer(input: readonly UserInput[], id: string): Promise<void> {
    const content = await contentOf(input, this.#options.host.files);
    const { turns } = this.#translator;
    if (turns.open === null || this.#held !== null) {
      throw new BridgeError("not-running", "no turn runs that could take more input");
    }
    turns.steered(id);
    try {
      await this.#running().send(userFrame(content, { uuid: id, priority: "now" }));
    } catch (error) {
      turns.withdrawn(id);
      throw error;
    }
  }

  async interrupt(): Promise<void> {
    if (this.#held !== null) {
      this.#giveUp(this.#held);
      return;
    }
    await this.#running().request({ subtype: "interrupt", cancel_queued: true });
  }

  async answer(ask: string, answer: AskAnswer): Promise<void> {
    if (ask === trustAskId) {
      await this.#trusted(isTrustGiven(answer));
      return;
    }
    const pending = this.#asks.get(ask);
    if (pending === undefined) return;
    this.#asks.delete(ask);
    const refused = answer.type === "decline" || answer.type === "cancel";
    if (refused && pending.kind === "tool") this.#translator.declined(pending.toolUseId);
    await this.#running().reply(ask, replyTo(pending, answer));
  }

  async compact(): Promise<void> {
    await this.#running().send(userFrame("/compact", {}));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#lifetime.abort();
    await this.#program?.[Symbol.asyncDispose]();
    this.#queue.end();
  }

  async #start(signal: AbortSignal): Promise<ThreadOp[]> {
    const { host, onStarted } = this.#options;
    const { program, info } = await Program.start(host, this.#launch, this.#sink(), signal);
    this.#program = program;
    this.#applied = { model: null, effort: null, mode: this.#launch.mode };
    onStarted(info);
    return versionNotice(info.claude_code_version);
  }

  /** What only a new process can change: it carries the same conversation on. */
  async #restart(change: Partial<Launch>): Promise<void> {
    const conversation: Conversation =
      this.#prompted && this.nativeId !== null
        ? { kind: "resume", id: this.nativeId }
        : this.#launch.conversation;
    this.#launch = { ...this.#launch, conversation, mode: this.#applied.mode, ...change };
    const old = this.#program;
    this.#program = null;
    await old?.[Symbol.asyncDispose]();
    await this.#start(this.#lifetime.signal);
  }

  #sink(): ProgramSink {
    return {
      frame: (frame) => this.#frame(frame),
      ended: (error) => {
        this.#silence?.abort();
        this.#queue.end(error);
      },
    };
  }

  #running(): Program {
    if (this.#program === null) throw new BridgeError("not-running", "Claude is not running");
    return this.#program;
  }

  #frame(frame: Fields): void {
    this.#silence?.abort();
    if (frame["type"] === "control_request") {
      this.#requested(frame);
      return;
    }
    const ops = this.#translator.translate(frame);
    if (ops === null) {
      this.#options.host.log("debug", "claude wrote a frame of unknown kind", frame);
      return;
    }
    this.#queue.push(ops);
    if (frame["type"] === "system") this.#noted(frame, ops);
    if (frame["type"] === "control_cancel_request") this.#asks.delete(textOf(frame["request_id"]));
  }

  #noted(frame: Fields, ops: readonly ThreadOp[]): void {
    if (frame["subtype"] === "task_started" && frame["task_type"] === "local_bash") {
      this.#say(this.#follow(textOf(frame["task_id"]), textOf(frame["tool_use_id"])));
    }
    for (const op of ops) {
      if (op.op === "session") this.nativeId = op.nativeId;
      if (op.op === "settings") this.#modeChanged(op.changed.mode);
    }
  }

  /** Claude left or entered plan mode: outside it, the mode of the settings is ours to restore. */
  #modeChanged(mode: Settings["mode"] | undefined): void {
    if (mode === undefined) return;
    this.#settings = { ...this.#settings, mode };
    this.#applied = { ...this.#applied, mode: mode === "plan" ? "plan" : "default" };
    this.#say(this.#applyMode());
  }

  #requested(frame: Fields): void {
    const parsed = controlRequest.safeParse(frame).data;
    if (parsed === undefined) return;
    const { request_id: id, request } = parsed;
    const asked = this.#translator.ask(id, request);
    if (asked === null) {
      this.#options.host.log("warn", `claude asked for ${request.subtype}, which is not offered`);
      this.#say(this.#running().refuse(id, `Fairlead does not answer ${request.subtype}`));
      return;
    }
    const { ops, pending } = asked;
    const granted = permissionsOf(this.#settings).grantAll && pending.kind === "tool";
    if (granted && !isQuestion(pending.call.name)) {
      this.#queue.push(ops.filter((op) => op.op !== "ask"));
      this.#say(this.#running().reply(id, replyTo(pending, { type: "accept" })));
      return;
    }
    this.#asks.set(id, pending);
    this.#queue.push(ops);
  }

  async #send(turn: Prompt): Promise<void> {
    const { id, input, settings, outputSchema } = turn;
    const content = await contentOf(input, this.#options.host.files);
    if (JSON.stringify(outputSchema) !== JSON.stringify(this.#launch.outputSchema)) {
      await this.#restart({ outputSchema });
    }
    await this.#apply(settings);
    this.#translator.turns.prompted(id);
    this.#prompted = true;
    this.#say(this.#watchSilence());
    try {
      await this.#running().send(userFrame(content, { uuid: id }));
    } catch (error) {
      this.#translator.turns.withdrawn(id);
      throw error;
    }
  }

  async #apply(settings: Settings): Promise<void> {
    const { model, effort } = settings;
    const program = this.#running();
    this.#settings = settings;
    if (model !== this.#applied.model) {
      await program.request({ subtype: "set_model", model });
      this.#applied = { ...this.#applied, model };
    }
    if (effort !== this.#applied.effort) {
      const effortLevel = effort === "none" || effort === "minimal" ? "low" : effort;
      await program.request({ subtype: "apply_flag_settings", settings: { effortLevel } });
      this.#applied = { ...this.#applied, effort };
    }
    await this.#applyMode();
  }

  async #applyMode(): Promise<void> {
    const { mode } = permissionsOf(this.#settings);
    if (mode === this.#applied.mode) return;
    this.#translator.planModeIs(mode === "plan");
    await this.#running().request({ subtype: "set_permission_mode", mode });
    this.#applied = { ...this.#applied, mode };
  }

  /** The user answered about the folder: the prompt that waited goes on, or is given up. */
  async #trusted(given: boolean | null): Promise<void> {
    const turn = this.#held;
    if (turn === null) return;
    if (given === null) {
      this.#giveUp(turn);
      return;
    }
    this.#held = null;
    this.#trustAnswered = true;
    this.#queue.push([{ op: "close", key: trustAskId, status: "completed" }]);
    try {
      if (given) {
        this.#options.onTrusted(this.#launch.cwd);
        await this.#restart({ trusted: true });
      }
      await this.#send(turn);
    } catch (error) {
      this.#translator.turns.withdrawn(turn.id);
      const kind = BridgeError.is(error) ? error.kind : "other";
      const failure = { kind, message: messageOf(error) };
      this.#queue.push([{ op: "end", turn: turn.id, status: "failed", failure }]);
    }
  }

  #giveUp(turn: Prompt): void {
    this.#held = null;
    this.#translator.turns.withdrawn(turn.id);
    this.#queue.push([{ op: "end", turn: turn.id, status: "interrupted" }]);
  }

  async #follow(taskId: string, toolUseId: string): Promise<void> {
    const { host } = this.#options;
    await followOutput(host, this.#running(), taskId, this.#lifetime.signal, (delta) => {
      this.#queue.push(this.#translator.output(toolUseId, delta));
      return this.#translator.isRunning(toolUseId);
    });
  }

  /** Claude acknowledges a prompt at once; what follows may take as long as it likes. */
  async #watchSilence(): Promise<void> {
    const silence = new AbortController();
    this.#silence = silence;
    const signal = AbortSignal.any([silence.signal, this.#lifetime.signal]);
    await this.#options.host.sleep(silenceMs, { signal });
    const message = "Claude has said nothing for a minute since it was given the prompt.";
    this.#queue.push([{ op: "notice", message }]);
    await this.#running()
      .request({ subtype: "get_session_cost" })
      .catch((error: unknown) => this.#queue.end(error));
  }

  /** Work nobody waits for: the program's end tells what went wrong. */
  #say(work: Promise<void>): void {
    work.catch((error: unknown) => this.#options.host.log("debug", messageOf(error)));
  }
}

function knownId(conversation: Conversation): string | null {
  return conversation.kind === "fork" ? conversation.newId : conversation.id;
}

function userFrame(
  content: JsonValue,
  more: { readonly uuid?: string; readonly priority?: "now" },
): JsonValue {
  return { type: "user", message: { role: "user", content }, parent_tool_use_id: null, ...more };
}
