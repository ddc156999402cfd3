import type {
  AgentThread,
  AskAnswer,
  BridgeHost,
  OpenThread,
  Prompt,
  Settings,
} from "@fairlead/bridge-core";
import {
  Facts,
  fieldsOf,
  listOf,
  numberOf,
  SessionTree,
  settingFacts,
  textOf,
  ThreadOps,
  type Fields,
} from "@fairlead/bridge-core/parts";
import { Gate } from "./gate.ts";
import { messageOf } from "./input.ts";
import { isGranted } from "./permissions.ts";
import { patientMs, Program, type Data } from "./program.ts";
import { nativeServers, sessionSettings, settingsIn } from "./settings.ts";
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

/** The name of the thread's own session in the tree of those of its sub-agents. */
const root = "";

/** One conversation with Droid: a process of its own, that never carries another one. */
export class DroidThread extends ThreadOps implements AgentThread {
  nativeId: string | null = null;
  readonly #options: ThreadOptions;
  readonly #gate: Gate;
  readonly #program: Program;
  readonly #requests = new Requests();
  readonly #facts = new Facts();
  readonly #tree: SessionTree<Translator>;
  /** Sub-agents' sessions by the calls that started them. */
  readonly #children = new Map<string, string>();
  #models: readonly Fields[] = [];
  #title = "";
  /** What Droid was told last. */
  #told: Data = {};
  /** Settings that Droid is being told: what it says of them meanwhile is no news. */
  #telling = false;
  #settings: Settings;

  private constructor(options: ThreadOptions, gate: Gate, env: Readonly<Record<string, string>>) {
    super(options.host);
    const { host, executable: file, spec } = options;
    this.#options = options;
    this.#settings = spec.settings;
    this.#tree = new SessionTree(root, () => new Translator(spec.cwd));
    this.#gate = gate;
    this.#program = new Program(
      host,
      { file, cwd: spec.cwd, env },
      { frame: (frame) => this.#frame(frame), ended: (error) => this.finish(error) },
    );
  }

  /** Starts the program and resolves when it is ready for a prompt. */
  static async open(options: ThreadOptions): Promise<DroidThread> {
    const gate = new Gate();
    const thread = new DroidThread(options, gate, await gate.open(options.host));
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
    const words = { ...message, ...outputFormat, messageId: id };
    await this.#main.turns.handing(id, "new", () =>
      this.#program.request("add_user_message", words),
    );
  }

  async interrupt(): Promise<void> {
    this.#main.interrupted = true;
    await this.#program.request("interrupt_session");
  }

  async answer(ask: string, answer: AskAnswer): Promise<void> {
    await this.#take(this.#requests.answer(ask, answer));
  }

  async compact(): Promise<void> {
    const turn = `compact:${this.#options.host.secret()}`;
    this.emit(this.#main.turns.spontaneous(turn));
    const over = this.#program.request("compact_session", {}, patientMs);
    const done = over.then((answer) => this.#compacted(turn, textOf(answer["newSessionId"])));
    this.unattended(
      done.catch((error: unknown) => {
        this.#main.turns.withdrawn(turn);
        this.fail(turn, error);
      }),
    );
  }

  /** Gives the conversation a title. */
  async rename(title: string): Promise<void> {
    await this.#program.request("rename_session", { title });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#options.onDisposed(this);
    this.finish();
    await this.#program[Symbol.asyncDispose]();
    await this.#gate[Symbol.asyncDispose]();
  }

  get #main(): Translator {
    return this.#tree.root;
  }

  async #begin(): Promise<void> {
    const { session, id, spec, signal } = this.#options;
    const { instructions, cwd, settings, from } = spec;
    const mcpServers = nativeServers(spec.mcpServers);
    if (session === null) {
      const systemPrompt = { type: "preset", preset: "droid", append: instructions };
      this.#told = sessionSettings(settings, null);
      const options = {
        ...(id !== null && { sessionId: id }),
        ...(instructions !== null && { systemPrompt }),
        ...this.#told,
      };
      const asked = { machineId: "fairlead", cwd, mcpServers, ...options };
      this.#know(await this.#program.open("initialize_session", asked, signal));
    } else {
      const asked = { sessionId: session, mcpServers };
      this.#know(await this.#program.open("load_session", asked, signal), session);
      if (from !== null && from.before !== null) await this.#rewind(session, from.before);
      else if (from?.fork === true) await this.#load(await this.#program.request("fork_session"));
    }
    await this.#measure();
    await this.#tell(settings);
  }

  /** Leaves out a prompt and all behind it, in a new session; files stay as they are. */
  async #rewind(sessionId: string, messageId: string): Promise<void> {
    const files = { filesToRestore: [], filesToDelete: [] };
    const asked = { sessionId, messageId, forkTitle: this.#title || "Fork", ...files };
    await this.#load(await this.#program.request("execute_rewind", asked));
  }

  /** Goes on in the session that an answer names. */
  async #load({ newSessionId }: Fields): Promise<void> {
    const sessionId = textOf(newSessionId);
    const mcpServers = nativeServers(this.#options.spec.mcpServers);
    this.#know(await this.#program.request("load_session", { sessionId, mcpServers }), sessionId);
  }

  #know(answer: Fields, session: string = textOf(answer["sessionId"])): void {
    this.nativeId = session;
    this.#models = listOf(answer["availableModels"]);
    this.#title = textOf(fieldsOf(answer["session"])["title"]) || this.#title;
    this.#main.cwd = textOf(answer["cwd"]) || this.#main.cwd;
    this.#facts.news(settingFacts(settingsIn(fieldsOf(answer["settings"]))));
    const pending = (name: string, method: string): void => {
      for (const params of listOf(answer[name])) {
        this.#asked(`droid.${method}`, textOf(params["requestId"]), params);
      }
    };
    pending("pendingPermissions", "request_permission");
    pending("pendingAskUserRequests", "ask_user");
  }

  /** Tells Droid what changed since it was told last. Null leaves it as it is. */
  async #tell(settings: Settings): Promise<void> {
    this.#settings = settings;
    const told = sessionSettings(settings, this.#models);
    if (JSON.stringify(told) === JSON.stringify(this.#told)) return;
    this.#telling = true;
    try {
      await this.#program.request("update_session_settings", told);
    } finally {
      this.#telling = false;
    }
    this.#told = told;
    this.#facts.news(settingFacts(settingsIn(told)));
    await this.#measure();
  }

  async #measure(): Promise<void> {
    const { limit } = await this.#program.request("get_context_stats");
    this.#main.window = numberOf(limit);
  }

  #frame({ type, id, method, params }: Fields): void {
    const { notification, sessionId } = fieldsOf(params);
    if (type === "request") this.#asked(textOf(method), textOf(id), fieldsOf(params));
    else this.#notified(fieldsOf(notification), textOf(sessionId));
  }

  #notified(notification: Fields, session: string): void {
    const { type, settings, requestId, title, toolUseId } = notification;
    const held = textOf(notification["hookToolCallId"]);
    const name = session === "" || session === this.nativeId ? root : session;
    const ops = this.#tree.get(name)?.translate(notification) ?? null;
    if (type === "settings_updated") this.#changed(fieldsOf(settings));
    else if (type === "child_session_available") this.#started(notification);
    else if (ops === null) this.#options.host.log("debug", "droid: an unknown frame", notification);
    if (type === "session_title_updated") this.#title = textOf(title);
    if (type === "hook_execution_started" && isOurs(notification)) this.#held(held);
    const isOver = type === "hook_execution_completed";
    if (isOver) this.#gate.drop(held, "deny");
    if (isOver || type === "permission_resolved") {
      this.emit(this.#requests.resolved(isOver ? held : textOf(requestId)));
    }
    const child = type === "tool_result" ? this.#children.get(textOf(toolUseId)) : undefined;
    if (child !== undefined) this.emit(this.#tree.end(child, "completed"));
    this.emit(this.#tree.within(name, ops ?? []));
  }

  /** A sub-agent works, in a session of its own. */
  #started({ childSessionId, toolUseId, description }: Fields): void {
    const [child, item] = [textOf(childSessionId), textOf(toolUseId)];
    this.#children.set(item, child);
    const title = textOf(description) || null;
    this.emit(this.#tree.call(child, { parent: root, item, title }, null, []));
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
      return this.unattended(this.#program.refuse(id));
    }
    const open = listOf(params["toolUses"]).flatMap((told): AskedCall[] => {
      const asked = fieldsOf(told["toolUse"]);
      const { ops, call } = this.#main.call(asked);
      this.emit(ops);
      // Beyond the call itself, Droid's sandbox or shield may hold it.
      const isPlain = !/violation/.test(textOf(told["confirmationType"]));
      if (isPlain && this.#isGranted(call)) return [];
      return [
        { key: textOf(asked["id"]), call, details: fieldsOf(told["details"]), cwd: this.#main.cwd },
      ];
    });
    this.unattended(this.#take(this.#requests.permission(id, params, open)));
  }

  #isGranted(call: ToolCall): boolean {
    return isGranted(call, { settings: this.#settings, cwd: this.#main.cwd });
  }

  /** Our hook waits for leave. What is granted goes Droid's way, which we answer. */
  #held(key: string): void {
    const call = this.#main.running(key);
    if (call === undefined) return;
    this.#gate.hold(key, call.input);
    if (this.#isGranted(call)) return void this.#gate.decide(key, null);
    const calls = [{ key, call, details: {}, cwd: this.#main.cwd }];
    this.unattended(this.#take(this.#requests.permission(key, hookOptions, calls)));
  }

  async #take(step: Step): Promise<void> {
    if ("ops" in step) return this.emit(step.ops);
    const isYes = step.result["selectedOption"] === "proceed_once";
    if (this.#gate.decide(step.id, isYes ? "allow" : "deny")) return;
    await this.#program.reply(step.id, step.result);
  }

  async #compacted(turn: string, newSessionId: string): Promise<void> {
    this.emit(this.#main.compacted(turn));
    const title = this.#title;
    await this.#load({ newSessionId });
    this.emit([{ op: "session", nativeId: newSessionId }]);
    // The new session would be given another one.
    if (title !== "") await this.rename(title);
    this.emit(this.#main.end({ status: "completed" }));
  }
}

const hookOptions: Fields = { options: [{ value: "proceed_once" }, { value: "cancel" }] };

/** A hook of ours: the user may have others. */
function isOurs({ hookEventName, hookCommands }: Fields): boolean {
  const ours = listOf(hookCommands).some(({ command }) =>
    /FAIRLEAD_DROID_HOOK/.test(textOf(command)),
  );
  return ours && hookEventName === "PreToolUse";
}
