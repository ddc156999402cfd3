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
  Facts,
  fieldsOf,
  listOf,
  numberOf,
  settingFacts,
  textOf,
  ThreadOps,
  type Fields,
} from "@fairlead/bridge-core/parts";
import { Gate } from "./gate.ts";
import { messageOf } from "./input.ts";
import { isGranted } from "./permissions.ts";
import { patientMs, Program, type Data } from "./program.ts";
import { modelsIn, nativeServers, sessionSettings, settingsIn } from "./settings.ts";
import { Requests, type AskedCall, type Step } from "./translate/requests.ts";
import type { ToolCall } from "./translate/tools.ts";
import { Translator } from "./translate/translator.ts";

/** What a thread is opened with. */
export interface ThreadOptions {
  readonly host: BridgeHost;
  readonly executable: string;
  readonly spec: OpenThread;
  /** The session to begin with: null for a new one, under the id `id` unless that is null too. */
  readonly session: string | null;
  readonly id: string | null;
  readonly signal: AbortSignal;
  readonly onDisposed: (thread: DroidThread) => void;
}

/** One conversation with Droid: a process of its own, that never carries another one. */
export class DroidThread extends ThreadOps implements AgentThread {
  nativeId: string | null = null;
  readonly #options: ThreadOptions;
  readonly #gate = new Gate();
  #program: Program | null = null;
  readonly #requests = new Requests();
  readonly #facts = new Facts();
  readonly #translator: Translator;
  #models: readonly Fields[] = [];
  #title = "";
  /** Settings that Droid is being told: what it says of them meanwhile is no news. */
  #telling = false;
  /** What Droid was told last. */
  #told: Data = {};
  #settings: Settings;

  private constructor(options: ThreadOptions) {
    super(options.host);
    this.#options = options;
    this.#settings = options.spec.settings;
    this.#translator = new Translator(options.spec.cwd);
  }

  /** Starts the program and resolves when it is ready for a prompt. */
  static async open(options: ThreadOptions): Promise<DroidThread> {
    const thread = new DroidThread(options);
    try {
      await thread.#begin();
    } catch (error) {
      await thread[Symbol.asyncDispose]();
      throw error;
    }
    return thread;
  }

  async prompt({ id, input, settings, outputSchema }: Prompt): Promise<void> {
    const message = await messageOf(input, this.#options.host);
    await this.#tell(settings);
    const format = { type: "json_schema", schema: outputSchema };
    const outputFormat = outputSchema === null ? {} : { outputFormat: format };
    this.#translator.given(id);
    try {
      await this.#running().request("add_user_message", {
        ...message,
        ...outputFormat,
        messageId: id,
      });
    } catch (error) {
      this.#translator.given(null);
      throw error;
    }
  }

  async interrupt(): Promise<void> {
    this.#translator.interrupted = true;
    await this.#running().request("interrupt_session");
  }

  async answer(ask: string, answer: AskAnswer): Promise<void> {
    await this.#take(this.#requests.answer(ask, answer));
  }

  async compact(): Promise<void> {
    const turn = `compact:${this.#options.host.secret()}`;
    this.#translator.open = turn;
    this.emit([{ op: "begin", turn, input: [] }]);
    const over = this.#running().request("compact_session", {}, patientMs);
    const done = over.then((answer) => this.#compacted(turn, textOf(answer["newSessionId"])));
    this.unattended(done.catch((error: unknown) => this.#notCompacted(turn, error)));
  }

  /** Gives the conversation a title. */
  async rename(title: string): Promise<void> {
    await this.#running().request("rename_session", { title });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#options.onDisposed(this);
    this.finish();
    await this.#program?.[Symbol.asyncDispose]();
    await this.#gate[Symbol.asyncDispose]();
  }

  async #start(): Promise<Program> {
    const { host, executable: file, spec } = this.#options;
    const env = await this.#gate.open(host);
    const sink = {
      frame: (frame: Fields) => this.#frame(frame),
      ended: (error: BridgeError) => this.finish(error),
    };
    return (this.#program = new Program(host, { file, cwd: spec.cwd, env }, sink));
  }

  #running(): Program {
    if (this.#program !== null) return this.#program;
    throw new BridgeError("not-running", "Droid does not run");
  }

  async #begin(): Promise<void> {
    const { session, id, spec, signal } = this.#options;
    const program = await this.#start();
    if (session !== null) return this.#resume(program, session);
    const { instructions, cwd, settings } = spec;
    const append = { type: "preset", preset: "droid", append: instructions };
    this.#told = sessionSettings(settings, null);
    const answer = await program.open(
      "initialize_session",
      {
        machineId: "fairlead",
        cwd,
        ...this.#told,
        ...(id !== null && { sessionId: id }),
        ...(instructions !== null && { systemPrompt: append }),
        mcpServers: nativeServers(spec.mcpServers),
      },
      signal,
    );
    this.#know(answer, textOf(answer["sessionId"]));
    await this.#measure();
    await this.#tell(settings);
  }

  async #resume(program: Program, session: string): Promise<void> {
    const { spec, signal } = this.#options;
    this.#know(await program.open("load_session", this.#loading(session), signal), session);
    const { fork = false, before = null } = spec.from ?? {};
    if (before !== null) await this.#load(await this.#rewind(session, before));
    else if (fork)
      await this.#load(textOf((await this.#running().request("fork_session"))["newSessionId"]));
    await this.#tell(spec.settings);
  }

  /** Leaves out a prompt and all behind it, in a new session; files stay as they are. */
  async #rewind(sessionId: string, messageId: string): Promise<string> {
    const files = { filesToRestore: [], filesToDelete: [] };
    const forkTitle = textOf(this.#title) || "Fork";
    const asked = { sessionId, messageId, forkTitle, ...files };
    return textOf((await this.#running().request("execute_rewind", asked))["newSessionId"]);
  }

  async #load(session: string): Promise<void> {
    this.#know(await this.#running().request("load_session", this.#loading(session)), session);
  }

  #loading(sessionId: string): Data {
    return { sessionId, mcpServers: nativeServers(this.#options.spec.mcpServers) };
  }

  #know(answer: Fields, session: string): void {
    this.nativeId = session;
    this.#models = modelsIn(answer);
    this.#title = textOf(fieldsOf(answer["session"])["title"]) || this.#title;
    this.#translator.cwd = textOf(answer["cwd"]) || this.#translator.cwd;
    this.#facts.news(settingFacts(settingsIn(fieldsOf(answer["settings"]))));
    for (const pending of listOf(answer["pendingPermissions"])) {
      this.#asked("droid.request_permission", textOf(pending["requestId"]), pending);
    }
    for (const pending of listOf(answer["pendingAskUserRequests"])) {
      this.#asked("droid.ask_user", textOf(pending["requestId"]), pending);
    }
  }

  /** Tells Droid what changed since it was told last. Null leaves it as it is. */
  async #tell(settings: Settings): Promise<void> {
    this.#settings = settings;
    const told = sessionSettings(settings, this.#models);
    if (JSON.stringify(told) === JSON.stringify(this.#told)) return;
    this.#telling = true;
    try {
      await this.#running().request("update_session_settings", told);
    } finally {
      this.#telling = false;
    }
    this.#told = told;
    this.#facts.news(settingFacts(settingsIn(told)));
    await this.#measure();
  }

  async #measure(): Promise<void> {
    const { limit } = await this.#running().request("get_context_stats");
    this.#translator.window = numberOf(limit);
  }

  #frame({ type, id, method, params }: Fields): void {
    if (type === "request") return this.#asked(textOf(method), textOf(id), fieldsOf(params));
    const { notification } = fieldsOf(params);
    this.#notified(fieldsOf(notification));
  }

  #notified(notification: Fields): void {
    const { type, settings, requestId } = notification;
    if (type === "settings_updated") return this.#changed(fieldsOf(settings));
    if (type === "session_title_updated") this.#title = textOf(notification["title"]);
    const held = textOf(notification["hookToolCallId"]);
    if (type === "hook_execution_started" && isOurs(notification)) this.#held(held);
    if (type === "hook_execution_completed") {
      this.#gate.drop(held);
      this.emit(this.#requests.resolved(held));
    }
    if (type === "permission_resolved") this.emit(this.#requests.resolved(textOf(requestId)));
    const ops = this.#translator.translate(notification);
    if (ops === null)
      this.#options.host.log("debug", "droid: a frame of unknown kind", notification);
    if (type === "agent_turn_completed") this.#requests.clear();
    this.emit(ops ?? []);
  }

  #changed(settings: Fields): void {
    if (this.#telling) return;
    const news = this.#facts.news(settingFacts(settingsIn(settings)));
    // What Droid changed by itself it is told again with the next prompt.
    if (news.length > 0) this.#told = {};
    this.emit(news);
  }

  #asked(method: string, id: string, params: Fields): void {
    if (method === "droid.ask_user") {
      return this.unattended(this.#take(this.#requests.questions(id, params)));
    }
    if (method !== "droid.request_permission") {
      this.#options.host.log("warn", `droid: a request of unknown kind, ${method}`, params);
      return this.unattended(this.#running().refuse(id));
    }
    const calls = listOf(params["toolUses"]).map((told): AskedCall => {
      const asked = fieldsOf(told["toolUse"]);
      const { ops, call } = this.#translator.call(asked);
      this.emit(ops);
      return { key: textOf(asked["id"]), call, told };
    });
    const open = calls.filter(({ call, told }) => isStrange(told) || !this.#isGranted(call));
    this.unattended(this.#take(this.#requests.permission(id, params, open)));
  }

  #isGranted(call: ToolCall): boolean {
    return isGranted(call, { settings: this.#settings, cwd: this.#translator.cwd });
  }

  /** Our hook waits for leave. What is granted goes Droid's way, which we answer. */
  #held(key: string): void {
    const call = this.#translator.running(key);
    if (call === undefined) return;
    this.#gate.hold(key, call.input);
    if (this.#isGranted(call)) return this.#gate.decide(key, null);
    const calls = [{ key, call, told: {} }];
    this.unattended(this.#take(this.#requests.permission(key, hookOptions, calls)));
  }

  async #take(step: Step | null): Promise<void> {
    this.emit(step?.ops ?? []);
    if (step === null || step.reply === null) return;
    const { id, result } = step.reply;
    // Droid drops an answer about a call that our hook holds; who reads its pipe alone sees it there.
    await this.#running().reply(id, result);
    this.#gate.decide(id, result["selectedOption"] === "proceed_once" ? "allow" : "deny");
  }

  async #compacted(turn: string, session: string): Promise<void> {
    this.emit(this.#translator.compacted(turn));
    if (session !== "" && session !== this.nativeId) {
      const title = this.#title;
      await this.#load(session);
      this.emit([{ op: "session", nativeId: session }]);
      // The new session would be given another one.
      if (title !== "") await this.rename(title);
    }
    this.emit(this.#translator.end({ status: "completed" }));
  }

  #notCompacted(turn: string, error: unknown): void {
    this.#translator.given(null);
    this.fail(turn, error);
  }
}

const hookOptions: Fields = { options: [{ value: "proceed_once" }, { value: "cancel" }] };

/** A hook of ours: the user may have others. */
function isOurs({ hookEventName, hookCommands }: Fields): boolean {
  const names = listOf(hookCommands).map(({ command }) => textOf(command));
  return (
    hookEventName === "PreToolUse" && names.some((name) => name.includes("FAIRLEAD_DROID_HOOK"))
  );
}

/** Beyond the call itself: Droid's sandbox or shield holds it. */
function isStrange({ confirmationType }: Fields): boolean {
  return /violation/.test(textOf(confirmationType));
}
