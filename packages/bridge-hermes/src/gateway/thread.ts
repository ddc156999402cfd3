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
  answerTo,
  Facts,
  fieldsOf,
  inputParts,
  textOf,
  ThreadOps,
  type Fields,
} from "@fairlead/bridge-core/parts";
import type { UserInput } from "@fairlead/codex-proto";
import { verdictOn } from "../permissions.ts";
import { clarifying, GatewayTranslator, secretOf } from "../translate/gateway.ts";
import { askAbout } from "../translate/tools.ts";
import { GatewayProgram, patientMs } from "./program.ts";

/** What a request of Hermes' that waits for the user is answered with. */
interface Waiting {
  readonly method: string;
  readonly params: Readonly<Record<string, string>>;
  /** Of a call: the item. */
  readonly key: string | null;
}

/** Everything a thread is opened with. */
export interface GatewayThreadOptions {
  readonly host: BridgeHost;
  readonly python: string;
  readonly spec: OpenThread;
  readonly onDisposed: (thread: GatewayThread) => void;
}

/** A conversation with Hermes over its stdio gateway, in a process of its own. */
export class GatewayThread extends ThreadOps implements AgentThread {
  nativeId: string | null = null;
  readonly #options: GatewayThreadOptions;
  readonly #program: GatewayProgram;
  readonly #translator: GatewayTranslator;
  readonly #waiting = new Map<string, Waiting>();
  readonly #facts = new Facts();
  #settings: Settings;
  #session = "";
  /** The newest of the stored rows that are known. */
  #row = 0;
  #interrupted = false;

  constructor(options: GatewayThreadOptions) {
    super(options.host);
    const { host, python, spec } = options;
    this.#options = options;
    this.#settings = spec.settings;
    this.#translator = new GatewayTranslator(spec.cwd);
    this.#program = new GatewayProgram(host, python, spec.cwd, {
      frame: (frame) => this.#frame(frame),
      ended: (error) => this.finish(error),
    });
  }

  /** Starts the program and resolves when it is ready for a prompt. */
  static async open(options: GatewayThreadOptions, signal: AbortSignal): Promise<GatewayThread> {
    const thread = new GatewayThread(options);
    try {
      await thread.#open(signal);
      return thread;
    } catch (error) {
      await thread[Symbol.asyncDispose]();
      throw error;
    }
  }

  async prompt({ id, input, settings, outputSchema }: Prompt): Promise<void> {
    if (outputSchema !== null) {
      throw new BridgeError("unsupported", "Hermes cannot be held to a schema of its answer");
    }
    await this.#tell(settings);
    const text = await this.#hand(input);
    this.#interrupted = false;
    await this.#translator.turns.handing(id, "new", () => this.#request("prompt.submit", { text }));
  }

  async steer(input: readonly UserInput[]): Promise<void> {
    const isText = input.every(({ type }) => type === "text");
    // With no call at work Hermes would forget it; then it is the next prompt.
    if (this.#translator.calls.size === 0 || !isText) {
      throw new BridgeError(
        "not-running",
        "Hermes takes more input with the result of a call only",
      );
    }
    const { status } = await this.#request("session.steer", { text: await this.#hand(input) });
    if (status !== "queued") throw new BridgeError("not-running", "Hermes takes no more input now");
  }

  async interrupt(): Promise<void> {
    this.#interrupted = true;
    for (const id of [...this.#waiting.keys()])
      this.unattended(this.answer(id, { type: "cancel" }));
    await this.#request("session.interrupt", {});
  }

  async answer(ask: string, answer: AskAnswer): Promise<void> {
    const waiting = this.#waiting.get(ask);
    if (waiting === undefined || !this.#waiting.delete(ask)) return;
    const { method, params, key } = waiting;
    const yes = answer.type === "accept";
    if (key !== null && !yes) this.emit(this.#translator.refused(key));
    await this.#request(method, { ...params, ...valueOf(method, answer) });
  }

  async compact(): Promise<void> {
    const { turns } = this.#translator;
    const key = `compact:${this.#options.host.secret()}`;
    this.emit([...turns.spontaneous(key), { op: "open", key, item: { type: "compaction" } }]);
    const done = this.#program.request(
      "session.compress",
      { session_id: this.#session },
      patientMs,
    );
    this.unattended(
      done.then(
        () => this.emit([{ op: "close", key }, ...this.#translator.end(null)]),
        (error: unknown) => {
          turns.dropped();
          turns.open = null;
          this.fail(key, error);
        },
      ),
    );
  }

  /** Gives the conversation a title. */
  async rename(title: string): Promise<void> {
    await this.#request("session.title", { title });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#options.onDisposed(this);
    this.finish();
    await this.#program[Symbol.asyncDispose]();
  }

  async #open(signal: AbortSignal): Promise<void> {
    const { from, cwd, settings } = this.#options.spec;
    if (from === null) {
      const { model, effort } = settings;
      const chosen = {
        ...(model !== null && modelIn(model)),
        ...(effort !== null && { reasoning_effort: effort }),
      };
      const params = { cwd, cols: 100, ...chosen };
      const made = await this.#program.first("session.create", params, signal);
      this.#session = textOf(made["session_id"]);
      this.nativeId = textOf(made["stored_session_id"]);
      return;
    }
    const params = { session_id: from.nativeId, cols: 100 };
    const made = await this.#program.first("session.resume", params, signal);
    this.#session = textOf(made["session_id"]);
    this.nativeId = textOf(made["session_key"]);
  }

  async #request(method: string, params: Readonly<Record<string, string>>): Promise<Fields> {
    return this.#program.request(method, { session_id: this.#session, ...params });
  }

  /** The text of the user's input; images go ahead of it. */
  async #hand(input: readonly UserInput[]): Promise<string> {
    const words: string[] = [];
    for (const part of await inputParts("Hermes", input, this.#options.host)) {
      if (part.type === "text") words.push(part.text);
      else if (part.type === "mention") words.push(part.path);
      else if (part.type === "imageUrl") {
        throw new BridgeError("unsupported", "Hermes takes no image by URL: send the image itself");
      } else await this.#request("image.attach_bytes", { content_base64: part.base64 });
    }
    return words.join("\n");
  }

  /** Tells Hermes what changed since it was told last. Null leaves it as it is. */
  async #tell(settings: Settings): Promise<void> {
    const { model, effort } = this.#settings;
    this.#settings = settings;
    if (settings.model !== null && settings.model !== model) {
      const { model: name, provider } = modelIn(settings.model);
      const value = `${name}${provider === undefined ? "" : ` --provider ${provider}`} --session`;
      await this.#request("config.set", { key: "model", value });
    }
    if (settings.effort !== null && settings.effort !== effort) {
      await this.#request("fairlead.effort", { effort: settings.effort });
    }
  }

  #frame(frame: Fields): void {
    const { type: named, payload: told, session_id } = fieldsOf(frame["params"]);
    const [type, payload] = [textOf(named), fieldsOf(told)];
    if (session_id !== "" && session_id !== this.#session && this.#session !== "") return;
    if (type === "fairlead.call") return this.#called(payload);
    if (type === "approval.request") return this.#mayRun(payload);
    if (/^(clarify|sudo|secret)\.request$/.test(type)) return this.#asked(type, payload);
    if (type === "session.info") return this.#stands(payload);
    // An interrupt that came before the work began is forgotten.
    if (type === "message.start" && this.#interrupted)
      this.unattended(this.#request("session.interrupt", {}));
    const ops = this.#translator.translate(type, payload);
    if (ops === null) this.#options.host.log("debug", "Hermes: an event of unknown kind", frame);
    this.emit(ops ?? []);
  }

  #called(payload: Fields): void {
    const { key, call, ops } = this.#translator.called(payload);
    this.emit(ops);
    const request_id = textOf(payload["request_id"]);
    const waiting: Waiting = { method: "fairlead.answer", params: { request_id }, key };
    const verdict = verdictOn(call, this.#settings);
    const id = `call:${request_id}`;
    if (verdict === "ask" && !this.#interrupted) {
      this.#waiting.set(id, waiting);
      return this.emit([{ op: "ask", id, ask: askAbout(key, call, null) }]);
    }
    if (verdict === "allow" && !this.#interrupted) {
      return this.unattended(this.#request(waiting.method, { request_id, answer: "allow" }));
    }
    this.emit(this.#translator.refused(key));
    const answer = typeof verdict === "object" ? verdict.refused : "The user stopped the turn.";
    this.unattended(this.#request(waiting.method, { request_id, answer }));
  }

  /** Hermes asks by itself: about a call that was allowed a moment ago. */
  #mayRun({ command, description }: Fields): void {
    const text = textOf(command);
    const known = [...this.#translator.calls].find(([, { name, input }]) => {
      return name === "execute_code"
        ? text.includes(textOf(input["code"]))
        : input["command"] === command;
    });
    const choice = known === undefined ? "deny" : "once";
    if (known === undefined)
      this.notice(
        `Hermes asked about ${text} (${textOf(description)}), which it was not seen to call: it was declined.`,
      );
    this.unattended(this.#request("approval.respond", { choice }));
  }

  #asked(type: string, payload: Fields): void {
    const request_id = textOf(payload["request_id"]);
    const isClarify = type === "clarify.request";
    const open = [...this.#translator.calls].find(
      ([, { name }]) => !isClarify || name === "clarify",
    );
    const question = isClarify ? clarifying(payload) : secretOf(type, payload);
    const method = type.replace("request", "respond");
    this.#waiting.set(request_id, { method, params: { request_id }, key: null });
    const ask = { kind: "questions", key: open?.[0] ?? "", questions: [question] } as const;
    this.emit([{ op: "ask", id: request_id, ask }]);
  }

  /** How the session stands, told when it changed, and when a turn is over. */
  #stands({ running, stored_session_id, rows, title, steer }: Fields): void {
    if (running !== false) return;
    const row = Array.isArray(rows) ? Number(rows.at(-1) ?? 0) : 0;
    const nativeId = textOf(stored_session_id);
    // What was compacted is not stored before the next turn: until then it is the older one.
    if (nativeId !== "" && nativeId !== this.nativeId && row > 0) {
      this.nativeId = nativeId;
      this.emit([{ op: "session", nativeId }]);
    }
    if (typeof title === "string") this.emit(this.#facts.news({ title: { op: "title", title } }));
    if (this.#translator.outcome === null) return;
    if (typeof steer === "string" && steer !== "" && !this.#interrupted) {
      // It came too late for the answer: it is asked within the same turn.
      this.#translator.outcome = null;
      return this.unattended(this.#request("prompt.submit", { text: steer }));
    }
    this.emit(this.#translator.end(row > this.#row ? String(row) : null));
    this.#row = Math.max(row, this.#row);
    this.#waiting.clear();
    this.#interrupted = false;
  }
}

/** `PROVIDER/MODEL`, as `listModels` names it; a model without a provider is one of the default's. */
function modelIn(id: string): { model: string; provider?: string } {
  const [, provider, model] = /^([^/:]+):(.+)$/s.exec(id) ?? [];
  return provider === undefined || model === undefined ? { model: id } : { model, provider };
}

function valueOf(method: string, answer: AskAnswer): Readonly<Record<string, string>> {
  const words = answerTo("answer", answer) ?? "";
  switch (method) {
    case "fairlead.answer":
      return { answer: answer.type === "accept" ? "allow" : declined };
    case "sudo.respond":
      return { password: words };
    case "secret.respond":
      return { value: words };
    default:
      return { answer: words };
  }
}

const declined = "The user declined this call. Do not try it in another way.";
