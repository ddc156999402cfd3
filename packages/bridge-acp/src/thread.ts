import {
  BridgeError,
  messageOf,
  type AgentThread,
  type Ask,
  type AskAnswer,
  type BridgeHost,
  type OpenThread,
  type Prompt,
  type Settings,
} from "@fairlead/bridge-core";
import {
  acpChange,
  acpMode,
  acpPrompt,
  AcpSession,
  AcpTranslator,
  acpTurnKey,
  answerTo,
  askAbout,
  elicitationAnswer,
  elicitationAsk,
  fieldsOf,
  isBypassing,
  isPlanning,
  leavingPlan,
  listOf,
  outcomeFor,
  outcomeNamed,
  takesInstructions,
  takesUrls,
  textOf,
  ThreadOps,
  WaitingAsks,
  type AcpCategory,
  type AcpOutcome,
  type Fields,
} from "@fairlead/bridge-core/parts";
import { methods } from "@agentclientprotocol/sdk";
import type { Backend } from "./backend.ts";
import { openSession, type Opened } from "./opening.ts";
import { decide } from "./permissions.ts";

/** What a thread is opened with. */
export interface ThreadOptions {
  readonly host: BridgeHost;
  /** Its own: it ends with the thread. */
  readonly backend: Backend;
  readonly spec: OpenThread;
  readonly onDisposed: (thread: AcpThread) => void;
}

/** What is told of a session outside of its turns, too. */
const always =
  /^(session_info|usage|current_mode|config_option|available_commands)_update$|^notice$/;

/** One conversation: a session in a process of its own. */
export class AcpThread extends ThreadOps implements AgentThread {
  nativeId: string | null = null;
  /** What the session says of itself. */
  readonly state: AcpSession = new AcpSession();
  readonly #options: ThreadOptions;
  readonly #translator: AcpTranslator;
  readonly #asks = new WaitingAsks((op) => this.emit([op]));
  #asked = 0;
  #settings: Settings;
  /** Key of the turn that runs. */
  #turn: string | null = null;
  #interrupted = false;
  #handing: Promise<void> | null = null;
  /** How many turns the session has; null: that is not known. */
  #turns: number | null = null;
  #preamble: string | null = null;
  readonly #noticed = new Set<string>();

  private constructor(options: ThreadOptions) {
    super(options.host);
    this.#options = options;
    this.#settings = options.spec.settings;
    this.#translator = new AcpTranslator(options.spec.cwd);
  }

  /** Opens the session; ends the backend when that fails. */
  static async open(options: ThreadOptions): Promise<AcpThread> {
    const thread = new AcpThread(options);
    try {
      await thread.#open();
      return thread;
    } catch (error) {
      await thread[Symbol.asyncDispose]();
      throw error;
    }
  }

  async prompt(turn: Prompt): Promise<void> {
    this.#interrupted = false;
    this.#handing = this.#begin(turn);
    await this.#handing.finally(() => (this.#handing = null));
  }

  async interrupt(): Promise<void> {
    this.#interrupted = true;
    await this.#handing?.catch(() => {});
    this.#asks.cancel();
    if (this.#turn === null) return;
    const { cancel } = methods.agent.session;
    await this.#options.backend.connection.tell(cancel, { sessionId: this.nativeId });
  }

  answer(ask: string, answer: AskAnswer): Promise<void> {
    this.#asks.answer(ask, answer);
    return Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#options.onDisposed(this);
    this.#asks.cancel();
    this.finish();
    await this.#options.backend[Symbol.asyncDispose]();
  }

  async #open(): Promise<void> {
    const { host, backend, spec } = this.#options;
    const { agent, capabilities } = backend;
    const opened = await openSession(
      backend,
      spec,
      {
        update: (update) => this.#update(update),
        request: (method, params, signal) => this.#request(method, params, signal),
      },
      host,
    );
    this.#know(opened);
    const left = spec.mcpServers.filter((server) => "url" in server && !takesUrls(capabilities));
    for (const { name } of left) {
      this.notice(`${agent.displayName} reaches no MCP server by URL: ${name} cannot be used.`);
    }
    if (!takesInstructions(capabilities)) this.#preamble = spec.instructions;
    void backend.ended.then((error) => error !== null && this.finish(error));
  }

  #know({ id, said, turns }: Opened): void {
    this.nativeId = id;
    this.#turns = turns;
    this.#translator.turn = (turns ?? 0) + 1;
    this.state.take(said);
  }

  async #begin({ id, input, settings, outputSchema }: Prompt): Promise<void> {
    const { host, backend, spec } = this.#options;
    const { displayName: agent } = backend.agent;
    if (outputSchema !== null) {
      throw new BridgeError("unsupported", `${agent} cannot be held to a schema of its answer`);
    }
    const images = fieldsOf(backend.capabilities["promptCapabilities"])["image"] === true;
    const to = { agent, cwd: spec.cwd, images, preamble: this.#preamble };
    const prompt = await acpPrompt(input, to, host);
    await this.#tell(settings);
    this.#preamble = null;
    this.#turn = id;
    if (this.#turns !== null) {
      this.#turns += 1;
      this.emit([{ op: "alias", id, key: acpTurnKey(this.#turns) }]);
    }
    const params = { sessionId: this.nativeId, prompt };
    const answered = backend.connection.ask(methods.agent.session.prompt, params);
    this.unattended(
      answered.then(
        (answer) => this.#ended(id, answer),
        (error: unknown) => this.#failed(id, error),
      ),
    );
  }

  /** Tells the agent what holds from now on, as far as it is another than before. */
  async #tell(settings: Settings): Promise<void> {
    this.#settings = settings;
    const { agent } = this.#options.backend;
    const { displayName: name } = agent;
    const mode = this.state.setting("mode");
    const plans = mode?.values.some(({ id }) => isPlanning(id)) === true;
    if (settings.mode === "plan" && !plans) {
      this.#noticeOnce(`${name} has no plan mode: Fairlead refuses its changes of files.`);
    }
    const wanted = mode === null ? null : acpMode(agent, mode, settings.mode === "plan");
    if (wanted !== null) await this.#change("mode", wanted);
    const { model, effort } = settings;
    if (model !== null && this.state.setting("model") === null) {
      this.#noticeOnce(`${name} cannot be told which model to use: it chooses itself.`);
    } else if (model !== null) await this.#change("model", model);
    if (effort === null) return;
    const efforts = this.state.setting("thought_level")?.values.map(({ id }) => id) ?? [];
    if (efforts.includes(effort)) return this.#change("thought_level", effort);
    const known = efforts.length === 0 ? "none" : efforts.join(", ");
    this.#noticeOnce(`${name} knows no effort ${effort} here (${known}): it chooses itself.`);
  }

  async #change(category: AcpCategory, value: string): Promise<void> {
    const setting = this.state.setting(category);
    if (setting === null || setting.current === value) return;
    const [method, params] = acpChange(this.nativeId ?? "", category, setting, value);
    const said = await this.#options.backend.within(method, params);
    this.state.changed(category, value);
    this.state.take(said);
  }

  #noticeOnce(message: string): void {
    if (this.#noticed.has(message)) return;
    this.#noticed.add(message);
    this.notice(message);
  }

  #update(update: Fields): void {
    const kind = textOf(update["sessionUpdate"]);
    this.#look(() => this.state.take(update));
    if (/^(current_mode|config_option)_update$/.test(kind)) return this.#moded();
    if (kind === "available_commands_update" || kind === "user_message_chunk") return;
    const { log } = this.#options.host;
    const isLate = this.#turn === null && !always.test(kind);
    const ops = isLate ? null : this.#translator.translate(update);
    if (ops === null) log("debug", `acp: an update of unknown kind, or outside a turn`, update);
    else this.emit(ops);
  }

  /** Does something by which the session may have another model. */
  #look(change: () => void): void {
    const before = this.state.setting("model")?.current;
    change();
    const model = this.state.setting("model")?.current;
    if (before === undefined || model === undefined || model === before) return;
    this.emit([{ op: "settings", changed: { model } }]);
  }

  /** The agent went into another mode by itself: out of a plan, or where it does not ask any more. */
  #moded(): void {
    const current = this.state.setting("mode")?.current ?? "";
    if (this.#turn === null || current === "") return;
    const mode = isPlanning(current) ? "plan" : "default";
    if (mode !== this.#settings.mode) this.emit([{ op: "settings", changed: { mode } }]);
    this.#settings = { ...this.#settings, mode };
    if (isBypassing(current)) this.unattended(this.#tell(this.#settings));
  }

  async #request(method: string, params: Fields, signal: AbortSignal): Promise<Fields> {
    if (method === methods.client.elicitation.create) return this.#elicit(params, signal);
    return { outcome: await this.#permit(params, signal) };
  }

  async #permit({ toolCall, options: told }: Fields, signal: AbortSignal): Promise<AcpOutcome> {
    if (this.#turn === null || this.#interrupted) return { outcome: "cancelled" };
    const asked = fieldsOf(toolCall);
    const options = listOf(told);
    const key = textOf(asked["toolCallId"]) || `permission-${this.#asked + 1}`;
    this.emit(this.#translator.call({ ...asked, toolCallId: key }, true));
    const { fields: call, item } = this.#translator.known(key);
    const verdict = decide(call, this.#settings, this.#options.spec.cwd);
    if (verdict !== null) return this.#granted(verdict, options);
    if (item === null) return outcomeFor(options, "reject");
    if (call["kind"] === "switch_mode") {
      const answer = await this.#ask(leavingPlan(key, call, options), signal);
      if (answer.type === "cancel") return { outcome: "cancelled" };
      return outcomeNamed(options, answerTo("plan", answer));
    }
    const answer = await this.#ask(askAbout(key, call, item, this.#options.spec.cwd), signal);
    if (answer.type === "cancel") return { outcome: "cancelled" };
    return this.#granted(answer.type === "accept" ? "allow" : "reject", options);
  }

  #granted(verdict: "allow" | "reject", options: readonly Fields[]): AcpOutcome {
    const outcome = outcomeFor(options, verdict);
    if (verdict === "allow" && outcome.outcome === "cancelled") {
      const { displayName } = this.#options.backend.agent;
      this.notice(`${displayName} offered no way to allow this once: it was refused.`);
    }
    return outcome;
  }

  async #elicit(params: Fields, signal: AbortSignal): Promise<Fields> {
    const { displayName } = this.#options.backend.agent;
    return elicitationAnswer(await this.#ask(elicitationAsk(displayName, params), signal));
  }

  #ask(ask: Ask, signal: AbortSignal): Promise<AskAnswer> {
    this.#asked += 1;
    return this.#asks.ask(`ask-${this.#asked}`, ask, signal);
  }

  #ended(turn: string, answer: Fields): void {
    const { stopReason } = answer;
    this.#close(answer);
    if (stopReason === "refusal") {
      const message = "The model refused to go on.";
      return this.emit([
        { op: "end", turn, status: "failed", failure: { kind: "other", message } },
      ]);
    }
    if (stopReason === "max_tokens" || stopReason === "max_turn_requests") {
      this.notice(`The answer was cut off: ${stopReason}.`);
    }
    const status = stopReason === "cancelled" || this.#interrupted ? "interrupted" : "completed";
    this.emit([{ op: "end", turn, status }]);
  }

  #failed(turn: string, error: unknown): void {
    // An adapter that lives on when its agent is gone has lost the session.
    if (/exited unexpectedly/.test(messageOf(error))) {
      return this.finish(new BridgeError("crashed", messageOf(error)));
    }
    // What the agent's end means, its process tells.
    if (this.signal.aborted || (BridgeError.is(error) && error.kind === "crashed")) return;
    this.#close({});
    if (this.#interrupted) this.emit([{ op: "end", turn, status: "interrupted" }]);
    else this.fail(turn, error);
  }

  /** Nothing more comes of the turn. */
  #close(answer: Fields): void {
    this.#turn = null;
    this.#asks.cancel();
    this.emit(this.#translator.end(answer));
  }
}
