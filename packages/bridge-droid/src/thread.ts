import {
  BridgeError,
  type AgentThread,
  type AskAnswer,
  type BridgeHost,
  type NativeSessions,
  type OpenThread,
  type Prompt,
  type Settings,
} from "@fairlead/bridge-core";
import {
  Facts,
  fieldsOf,
  firstTurnIn,
  HookGate,
  isSameFolder,
  listOf,
  mcpServerList,
  numberOf,
  orDisposed,
  SessionTree,
  settingFacts,
  textOf,
  textsOf,
  ThreadOps,
  type Fields,
} from "@fairlead/bridge-core/parts";
import { Asking } from "./asking.ts";
import { gateEnvironment, isOurs } from "./gate.ts";
import { messageOf } from "./input.ts";
import { patientMs, Program, type Data } from "./program.ts";
import { sessionSettings, settingsIn } from "./settings.ts";
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
  readonly read: NativeSessions["read"];
  readonly onDisposed: (thread: DroidThread) => void;
}

/** The name of the thread's own session in the tree of those of its sub-agents. */
const root = "";

/** One conversation with Droid: a process of its own, that never carries another one. */
export class DroidThread extends ThreadOps implements AgentThread {
  nativeId: string | null = null;
  readonly #options: ThreadOptions;
  readonly #gate: HookGate;
  readonly #program: Program;
  readonly #asking: Asking;
  readonly #facts = new Facts();
  readonly #tree: SessionTree<Translator>;
  readonly #main: Translator;
  /** Sub-agents' sessions by the calls that started them. */
  readonly #children = new Map<string, string>();
  #models: readonly Fields[] = [];
  #title = "";
  /** What Droid was told last. */
  #told: Data = {};
  /** Settings that Droid is being told: what it says of them meanwhile is no news. */
  #telling = false;
  #settings: Settings;

  private constructor(
    options: ThreadOptions,
    gate: HookGate,
    env: Readonly<Record<string, string>>,
  ) {
    super(options.host);
    const { host, executable: file, spec } = options;
    this.#options = options;
    this.#settings = spec.settings;
    this.#tree = new SessionTree(root, () => new Translator(spec.cwd));
    this.#main = this.#tree.root;
    this.#gate = gate;
    this.#asking = new Asking({
      log: host.log,
      gate,
      translator: this.#main,
      settings: () => this.#settings,
      agreed: () => (this.#settings = { ...this.#settings, mode: "default" }),
      emit: (ops) => this.emit(ops),
      reply: (id, result) => this.#program.reply(id, result),
    });
    this.#program = new Program(
      host,
      { file, cwd: spec.cwd, env },
      {
        frame: (frame) => this.#frame(frame),
        before: (frame) => this.#before(frame),
        ended: (error) => this.finish(error),
      },
    );
  }

  /** Starts the program and resolves when it is ready for a prompt. */
  static async open(options: ThreadOptions): Promise<DroidThread> {
    const gate = new HookGate();
    const env = gateEnvironment(await gate.listen(options.host));
    const thread = new DroidThread(options, gate, env);
    await orDisposed(thread, options.signal, () => thread.#begin());
    return thread;
  }

  async prompt(prompt: Prompt): Promise<void> {
    await this.#main.turns.handing(prompt.id, "new", async () => {
      const message = await messageOf(prompt, this.#options.host);
      await this.#tell(prompt.settings);
      // Droid stops what runs, not what comes.
      if (this.#main.interrupted) {
        this.#main.interrupted = false;
        throw new BridgeError("not-running", "the turn was stopped before Droid had heard of it");
      }
      await this.#program.request("add_user_message", message);
    });
  }

  async interrupt(): Promise<void> {
    this.#main.interrupted = this.#main.turns.open !== null;
    await this.#program.request("interrupt_session");
  }

  answer(ask: string, answer: AskAnswer): Promise<void> {
    this.#asking.answer(ask, answer);
    return Promise.resolve();
  }

  compact(): Promise<void> {
    const turn = `compact:${this.#options.host.secret()}`;
    this.ownTurn(turn, this.#main.turns, async () => {
      const { newSessionId } = await this.#program.request("compact_session", {}, patientMs);
      this.emit(this.#main.compacted(turn));
      const title = this.#title;
      await this.#load({ newSessionId });
      const nativeId = textOf(newSessionId);
      this.emit([{ op: "session", nativeId }]);
      // It begins with the same compaction, under a name that only its file tells.
      const ops = this.#options.read(nativeId, { after: null, signal: this.signal });
      this.emit(await firstTurnIn(ops, turn));
      // The new session would be given another one.
      if (title !== "") await this.rename(title);
      this.emit(this.#main.end({ status: "completed" }));
    });
    return Promise.resolve();
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

  async #begin(): Promise<void> {
    const { session, id, spec, signal } = this.#options;
    const { instructions, cwd, settings, from } = spec;
    const mcpServers = mcpServerList(spec.mcpServers, "object");
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
      await this.#moveTo(cwd);
    }
    await this.#measure();
    await this.#tell(settings);
  }

  /** A session loads into the folder it worked in last. Rejects when Droid keeps out of the new one. */
  async #moveTo(cwd: string): Promise<void> {
    // It names the folder itself, never a link to it.
    if (await isSameFolder(this.#options.host, cwd, this.#main.cwd)) return;
    const asked = { workingDirectory: cwd };
    const { resolvedPath } = await this.#program.request("change_working_directory", asked);
    this.#main.cwd = textOf(resolvedPath);
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
    const mcpServers = mcpServerList(this.#options.spec.mcpServers, "object");
    this.#know(await this.#program.request("load_session", { sessionId, mcpServers }), sessionId);
  }

  #know(answer: Fields, session: string = textOf(answer["sessionId"])): void {
    this.nativeId = session;
    this.#models = listOf(answer["availableModels"]);
    this.#title = textOf(fieldsOf(answer["session"])["title"]) || this.#title;
    this.#main.cwd = textOf(answer["cwd"]) || this.#main.cwd;
    this.#main.took(answer["tokenUsage"]);
    this.#facts.news(settingFacts(settingsIn(fieldsOf(answer["settings"]))));
    this.unattended(this.#asking.pending(answer));
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

  /** What a call will change is read before the call is shown, and before it may run. */
  #before({ params }: Fields): Promise<void> | null {
    const { type, message } = fieldsOf(fieldsOf(params)["notification"]);
    const blocks = type === "create_message" ? listOf(fieldsOf(message)["content"]) : [];
    const main = this.#main;
    const paths = main.changing(blocks);
    if (paths.length === 0) return null;
    return textsOf(this.#options.host.files, paths).then((texts) => void (main.before = texts));
  }

  #frame({ type, id, method, params }: Fields): void {
    const { notification, sessionId } = fieldsOf(params);
    const told = fieldsOf(notification);
    // A count of tokens names its session itself.
    if (type !== "request") return this.#notified(told, textOf(sessionId ?? told["sessionId"]));
    this.unattended(this.#asking.requested(textOf(method), textOf(id), fieldsOf(params)));
  }

  #notified(notification: Fields, session: string): void {
    const { type, settings, requestId, title, toolUseId } = notification;
    const held = textOf(notification["hookToolCallId"]);
    const name = [this.nativeId, ""].includes(session) ? root : session;
    const ops = this.#tree.get(name)?.translate(notification) ?? null;
    if (ops === null) this.#options.host.log("debug", "droid: an unknown frame", notification);
    if (type === "child_session_available") this.#started(notification);
    if (type === "settings_updated" && name === root) this.#changed(fieldsOf(settings));
    if (type === "session_title_updated" && name === root) this.#title = textOf(title);
    if (type === "hook_execution_started" && isOurs(notification)) {
      this.unattended(this.#asking.held(held));
    }
    if (type === "hook_execution_completed") this.#asking.passed(held);
    if (type === "permission_resolved") this.#asking.resolved(textOf(requestId));
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
}
