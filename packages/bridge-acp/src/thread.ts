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
  acpPrompt,
  AcpSettings,
  AcpTranslator,
  acpTurnKey,
  answerTo,
  askAbout,
  elicitationAnswer,
  elicitationAsk,
  fieldsOf,
  isAllowed,
  leavingPlan,
  listOf,
  outcomeFor,
  orDisposed,
  outcomeNamed,
  takesInstructions,
  takesUrls,
  textOf,
  ThreadOps,
  WaitingAsks,
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

/** Kinds of calls that do something, or look at something. */
const hasEffect = /^(execute|edit|delete|move|read|search|fetch)$/;

/** One conversation: a session in a process of its own. */
export class AcpThread extends ThreadOps implements AgentThread {
  nativeId: string | null = null;
  readonly #options: ThreadOptions;
  readonly #session: AcpSettings;
  readonly #translator: AcpTranslator;
  readonly #asks = new WaitingAsks((op) => this.emit([op]));
  #asked = 0;
  #nameless = 0;
  /** Key of the turn that runs. */
  #turn: string | null = null;
  #interrupted = false;
  /** The user has agreed to something in this turn that has no effect of its own: to leave a plan, it may be. */
  #agreed = false;
  #handing: Promise<void> | null = null;
  /** How many turns the session has; null: that is not known. */
  #turns: number | null = null;
  #preamble: string | null = null;

  private constructor(options: ThreadOptions) {
    super(options.host);
    this.#options = options;
    this.#session = new AcpSettings(options.spec.settings, {
      agent: options.backend.agent,
      ask: (...request) => options.backend.within(...request),
      notice: (message) => this.notice(message),
    });
    this.#translator = new AcpTranslator(options.spec.cwd);
  }

  /** Opens the session; ends the backend when that fails, or the signal aborts before. */
  static async open(options: ThreadOptions, signal: AbortSignal): Promise<AcpThread> {
    const thread = new AcpThread(options);
    await orDisposed(thread, signal, () => thread.#open());
    return thread;
  }

  async prompt(turn: Prompt): Promise<void> {
    this.#interrupted = false;
    this.#agreed = false;
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
    const { backend, spec } = this.#options;
    const { agent, capabilities } = backend;
    const opened = await openSession(backend, spec, {
      update: (update) => this.#update(update),
      request: (method, params, signal) => this.#request(method, params, signal),
    });
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
    this.#session.opened(id, said);
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
    await this.#session.tell(settings);
    // A command is sent as it is: what goes in front waits for the next prompt.
    if (textOf(prompt[0]?.["text"]).startsWith(this.#preamble ?? "")) this.#preamble = null;
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

  #update(update: Fields): void {
    const kind = textOf(update["sessionUpdate"]);
    this.#changed(this.#session.told(update));
    if (/^(current_mode|config_option)_update$/.test(kind)) return this.#moded();
    if (kind === "available_commands_update" || kind === "user_message_chunk") return;
    const { log } = this.#options.host;
    const isLate = this.#turn === null && !always.test(kind);
    const ops = isLate ? null : this.#translator.translate(update);
    if (ops === null) log("debug", `acp: an update of unknown kind, or outside a turn`, update);
    else this.emit(ops);
  }

  #changed(changed: Partial<Settings>): void {
    if (Object.keys(changed).length > 0) this.emit([{ op: "settings", changed }]);
  }

  #moded(): void {
    if (this.#turn === null) return;
    this.#changed(this.#session.moved(this.#agreed));
    if (this.#session.isAstray) this.unattended(this.#putBack());
  }

  /** An agent that cannot be kept where it asks is ended. */
  async #putBack(): Promise<void> {
    try {
      await this.#session.tell(this.#session.wanted);
    } catch (error) {
      const { displayName } = this.#options.backend.agent;
      const words = `${displayName} went where it does not ask, and does not come back`;
      this.finish(new BridgeError("unsupported", `${words}: ${messageOf(error)}`));
    }
  }

  async #request(method: string, params: Fields, signal: AbortSignal): Promise<Fields> {
    if (method === methods.client.elicitation.create) return this.#elicit(params, signal);
    return { outcome: await this.#permit(params, signal) };
  }

  async #permit({ toolCall, options: told }: Fields, signal: AbortSignal): Promise<AcpOutcome> {
    if (this.#turn === null || this.#interrupted) return { outcome: "cancelled" };
    const asked = fieldsOf(toolCall);
    const options = listOf(told);
    const id = textOf(asked["toolCallId"]) || `permission-${(this.#nameless += 1)}`;
    this.emit(this.#translator.call({ ...asked, toolCallId: id }, true));
    const { key, fields: call, item } = this.#translator.known(id);
    const { cwd } = this.#options.spec;
    const verdict = decide(call, this.#session.wanted, cwd);
    if (verdict === "reject" || item === null) return this.#refused(id, options);
    if (verdict === "allow") return this.#allowed(id, options);
    const isPlan = call["kind"] === "switch_mode";
    const about = isPlan ? leavingPlan(key, call, options) : askAbout(key, call, item, cwd);
    const answer = await this.#ask(about, signal);
    if (answer.type === "cancel") return { outcome: "cancelled" };
    const chosen = isPlan ? outcomeNamed(options, answerTo("plan", answer)) : null;
    const isYes = chosen === null ? answer.type === "accept" : isAllowed(chosen, options);
    this.#agreed ||= isYes && !hasEffect.test(textOf(call["kind"]));
    return chosen ?? (isYes ? this.#allowed(id, options) : outcomeFor(options, "reject"));
  }

  /** Allows a call once, if the agent has a way to. */
  #allowed(id: string, options: readonly Fields[]): AcpOutcome {
    const outcome = outcomeFor(options, "allow");
    if (outcome.outcome === "selected") return outcome;
    const { displayName } = this.#options.backend.agent;
    this.notice(`${displayName} offered no way to allow this once: it was refused.`);
    return this.#refused(id, options);
  }

  /** Refuses a call to which the user did not say no: nobody else may tell that it does not run. */
  #refused(id: string, options: readonly Fields[]): AcpOutcome {
    this.emit(this.#translator.refused(id));
    return outcomeFor(options, "reject");
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
