import {
  BridgeError,
  type AgentThread,
  type AskAnswer,
  type BridgeHost,
  type OpenThread,
  type Prompt,
  type Settings,
  type ThreadOp,
} from "@fairlead/bridge-core";
import {
  commandTyped,
  Facts,
  numberOf,
  orDisposed,
  textInput,
  textOf,
  ThreadOps,
  wordsAndImages,
  type Fields,
} from "@fairlead/bridge-core/parts";
import type { UserInput } from "@fairlead/codex-proto";
import {
  patientMs,
  type HermesChannel,
  type HermesParams,
  type HermesWay,
} from "@fairlead/hermes-client";
import { Asking } from "./asking.ts";
import { GatewayTranslator } from "./translate/gateway.ts";

/** What tells that Hermes works. */
const works = /^(message\.(start|delta)|reasoning\.delta|tool\.generating)$/;

/** Everything a thread is opened with. */
export interface ThreadOptions {
  readonly host: BridgeHost;
  readonly spec: OpenThread;
  readonly way: HermesWay;
  readonly signal: AbortSignal;
  /** The key of a stored conversation's newest turn, for ways that do not tell. */
  readonly newestTurn: (nativeId: string) => Promise<string | null>;
  readonly onDisposed: (thread: HermesThread) => void;
}

/** A conversation with Hermes. */
export class HermesThread extends ThreadOps implements AgentThread {
  nativeId: string | null = null;
  readonly #options: ThreadOptions;
  readonly #channel: HermesChannel;
  readonly #translator: GatewayTranslator;
  readonly #asking: Asking;
  readonly #facts = new Facts();
  #settings: Settings;
  /** What Hermes was told last, and took. */
  #told: Pick<Settings, "model" | "effort">;
  #session = "";
  /** The newest of the stored turns that are known. */
  #newest: string | null = null;
  #interrupted = false;
  #isOpen = false;

  private constructor(options: ThreadOptions) {
    super(options.host);
    this.#options = options;
    this.#settings = options.spec.settings;
    this.#told = options.spec.settings;
    this.#translator = new GatewayTranslator(
      options.spec.cwd,
      options.spec.mcpServers.map(({ name }) => name),
    );
    this.#asking = new Asking({
      translator: this.#translator,
      settings: () => (this.#interrupted ? null : this.#settings),
      emit: (ops) => this.emit(ops),
      request: (method, params) => this.unattended(this.#request(method, params)),
    });
    this.#channel = options.way.open(options.spec, () => this.#settings, {
      event: (type, payload) => this.#event(type, payload),
      ended: (error) => this.finish(error),
    });
  }

  /** Resolves when it is ready for a prompt. */
  static async open(options: ThreadOptions): Promise<HermesThread> {
    const thread = new HermesThread(options);
    return orDisposed(thread, options.signal, async () => {
      await thread.#open();
      thread.#isOpen = true;
      const { mode, why } = options.way;
      if (mode !== "gateway") thread.notice(why);
      return thread;
    });
  }

  async prompt({ id, input, settings, outputSchema }: Prompt): Promise<void> {
    if (outputSchema !== null) {
      throw new BridgeError("unsupported", "Hermes cannot be held to a schema of its answer");
    }
    this.#interrupted = false;
    await this.#tell(settings);
    const text = await this.#hand(input);
    const { turns } = this.#translator;
    await turns.handing(id, "new", () => this.#request("prompt.submit", { text }));
  }

  async steer(input: readonly UserInput[]): Promise<void> {
    const isText = input.every(({ type }) => type === "text");
    if (!isText || this.#translator.turns.open === null) {
      throw new BridgeError("not-running", "Hermes takes no more input now");
    }
    await this.#request("fairlead.steer", { text: await this.#hand(input) });
  }

  async interrupt(): Promise<void> {
    this.#interrupted = true;
    this.#asking.asks.cancel();
    await this.#request("session.interrupt");
  }

  answer(ask: string, answer: AskAnswer): Promise<void> {
    this.#asking.asks.answer(ask, answer);
    return Promise.resolve();
  }

  compact(): Promise<void> {
    const key = `compact:${this.#options.host.secret()}`;
    this.ownTurn(key, this.#translator.turns, async () => {
      this.emit([{ op: "open", key, item: { type: "compaction" } }]);
      await this.#request("session.compress", {}, patientMs);
      this.emit([{ op: "close", key }, ...this.#translator.end(null)]);
    });
    return Promise.resolve();
  }

  /** Gives the conversation a title. */
  async rename(title: string): Promise<void> {
    await this.#request("session.title", { title });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#options.onDisposed(this);
    this.finish();
    await this.#channel[Symbol.asyncDispose]();
  }

  async #open(): Promise<void> {
    const { from, cwd, settings } = this.#options.spec;
    if (from === null) {
      const model = settings.model === null ? {} : modelIn(settings.model);
      const effort = settings.effort === null ? {} : { reasoning_effort: settings.effort };
      const chosen = { cwd, cols: 100, ...model, ...effort };
      return this.#know(await this.#request("session.create", chosen, 60_000));
    }
    const { nativeId: session_id, fork, before } = from;
    // As it was left, whatever is chosen now: that is told with the first prompt.
    this.#told = { model: null, effort: null };
    this.#know(await this.#request("session.resume", { session_id, cwd, cols: 100 }, 60_000));
    if (fork) {
      const copy = await this.#request("fairlead.fork", { before }, 60_000);
      this.#know(copy);
      this.emit(aliases(copy));
    }
    const { rows } = await this.#request("fairlead.standing").catch((): Fields => ({}));
    this.#newest = await this.#turnIn(rows);
  }

  #know({ session_id, session_key, stored_session_id }: Fields): void {
    this.#session = textOf(session_id);
    this.nativeId = textOf(stored_session_id) || textOf(session_key) || null;
  }

  async #request(method: string, params: HermesParams = {}, timeoutMs?: number): Promise<Fields> {
    const session = this.#session === "" ? {} : { session_id: this.#session };
    return this.#channel.request(method, { ...session, ...params }, timeoutMs);
  }

  /** The text of the user's input; images go ahead of it. */
  async #hand(input: readonly UserInput[]): Promise<string> {
    const { text, images } = await wordsAndImages("Hermes", input, this.#options.host, "");
    for (const { base64: content_base64, mediaType: media_type } of images) {
      await this.#request("image.attach_bytes", { content_base64, media_type });
    }
    const typed = commandTyped([textInput(text)]);
    if (typed === null) return text;
    const meant = await this.#request("fairlead.skill", typed).catch((): Fields => ({}));
    return textOf(meant["text"]) || text;
  }

  /** Tells Hermes what changed since it was told last. Null leaves it as it is. */
  async #tell(settings: Settings): Promise<void> {
    const { model, effort } = settings;
    this.#settings = settings;
    if (model !== null && model !== this.#told.model) {
      const { model: name, provider } = modelIn(model);
      const from = provider === undefined ? "" : ` --provider ${provider}`;
      await this.#request("config.set", { key: "model", value: `${name}${from} --session` });
      this.#told = { ...this.#told, model };
    }
    if (effort !== null && effort !== this.#told.effort) {
      await this.#request("fairlead.effort", { effort });
      this.#told = { ...this.#told, effort };
    }
  }

  #event(type: string, payload: Fields): void {
    if (this.#asking.take(type, payload)) return;
    const ops = this.#translator.translate(type, payload);
    if (ops === null) this.#options.host.log("debug", `Hermes: unknown event ${type}`, payload);
    this.#tellAll(ops ?? []);
    if (type === "session.info") this.#stands(payload);
    if (type === "error" && this.#translator.turns.waiting.length > 0) this.#over(null);
    // An interrupt that comes before the work has begun is forgotten by Hermes.
    if (this.#interrupted && works.test(type)) this.unattended(this.#request("session.interrupt"));
  }

  /** How the session stands: told when that changed, and when a turn is over. */
  #stands({ running, stored_session_id, rows, title, steer }: Fields): void {
    if (running === true) return this.#stored(newest(rows));
    if (running !== false || !this.#isOpen) return;
    const nativeId = textOf(stored_session_id);
    // What was compacted is not stored before the next turn: until then it is the older one.
    const isStored = rows === undefined || newest(rows) !== null;
    if (nativeId !== "" && nativeId !== this.nativeId && isStored) {
      this.nativeId = nativeId;
      this.emit([{ op: "session", nativeId }]);
    }
    if (typeof title === "string") this.emit(this.#facts.news({ title: { op: "title", title } }));
    const isOpen = this.#translator.turns.open !== null && !this.#interrupted;
    if (typeof steer === "string" && steer !== "" && isOpen) {
      // It came too late for the answer, or while Hermes worked unasked: it is asked within the same turn.
      this.#translator.outcome = null;
      return this.unattended(this.#request("prompt.submit", { text: steer }));
    }
    if (this.#translator.outcome === null) return;
    if (rows !== undefined) return this.#over(newest(rows));
    this.unattended(this.#turnIn(rows).then((turn) => this.#over(turn)));
  }

  /** Where the running turn is stored: known by that also when it is cut off. */
  #stored(turn: string | null): void {
    const { open } = this.#translator.turns;
    if (open === null || turn === null || turn === this.#newest) return;
    this.#newest = turn;
    this.emit([{ op: "alias", id: open, key: turn }]);
  }

  async #turnIn(rows: unknown): Promise<string | null> {
    const { newestTurn } = this.#options;
    if (rows !== undefined) return newest(rows);
    return this.nativeId === null ? null : newestTurn(this.nativeId).catch(() => null);
  }

  #over(turn: string | null): void {
    const isNew = turn !== null && turn !== this.#newest;
    if (isNew) this.#newest = turn;
    this.#tellAll(this.#translator.end(isNew ? turn : null));
    this.#interrupted = false;
  }

  /** Tells what happened; where a turn ended, nobody is asked any more. */
  #tellAll(ops: readonly ThreadOp[]): void {
    this.emit(ops);
    for (const op of ops) if (op.op === "end") this.#asking.clear(op.thread);
  }
}

/** The last of the rows of what the user said. */
function newest(rows: unknown): string | null {
  const row = numberOf(Array.isArray(rows) ? rows.at(-1) : undefined);
  return row === undefined ? null : String(row);
}

/** How the turns of a copy are called, and were in the original. */
function aliases({ kept, rows }: Fields): ThreadOp[] {
  const [old, copied] = [kept, rows].map((list) => (Array.isArray(list) ? list.map(String) : []));
  return (copied ?? []).flatMap((key, index): ThreadOp[] => {
    const id = old?.[index];
    return id === undefined ? [] : [{ op: "alias", id, key }];
  });
}

/** A model as `listModels` names it, `PROVIDER/MODEL`; without a provider: one of the default's. */
function modelIn(id: string): { readonly model: string; readonly provider?: string } {
  const [, provider, model] = /^([^/]+)\/(.+)$/s.exec(id) ?? [];
  return provider === undefined || model === undefined ? { model: id } : { model, provider };
}
