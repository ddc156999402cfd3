import type { FrameTransport } from "@fairlead/bridge-core";
import { sequenceKey } from "@fairlead/codex-proto";
import { createLawChecker, type LawChecker, type LawCheckerOptions } from "../law-checker.ts";
import { field, isRecord, numberField, stringField } from "../read.ts";
import type { JsonObject } from "../scenario/step.ts";
import type { ClientFrame } from "../skeleton.ts";
import { violationText } from "./violation-text.ts";
import { type Exchange, ScriptLog } from "./script-log.ts";
import type { Served } from "./served.ts";
import type { Stop } from "./stop.ts";

/** What a client needs of its run. */
export interface ClientOptions {
  readonly name: string;
  /** Its name as a device, to come back under; null = it cannot. */
  readonly device: string | null;
  readonly served: () => Served;
  readonly stop: Stop;
  readonly laws: LawCheckerOptions;
  readonly onActivity: () => void;
  /** Called after each received frame that is the script's. */
  readonly onFrame?: (frame: JsonObject) => void;
}

/** A question of the server's that is none of the script's, and its answer. */
interface ExpectedAside {
  readonly matches: (frame: JsonObject) => boolean;
  readonly answer: (frame: JsonObject) => JsonObject;
}

/**
 * One client of a scenario: what it says and hears is held to the laws, kept for the skeleton, and
 * handed to the script. It may lose its connection and come back without the script noticing; what
 * it says for itself is none of the script's.
 */
export class SuiteClient {
  readonly name: string;
  readonly laws: LawChecker;
  readonly #options: ClientOptions;
  readonly #log = new ScriptLog();
  /** Requests of the script's without a response, to be sent again. */
  readonly #unanswered = new Map<unknown, JsonObject>();
  /** Server requests heard, by id. */
  readonly #asked = new Set<unknown>();
  /** Those heard over this connection: a client that came back shows and answers no others. */
  readonly #shown = new Set<unknown>();
  readonly #own = new Map<string, (response: JsonObject) => void>();
  readonly #unsent: JsonObject[] = [];
  readonly #problems: string[] = [];
  readonly #asides: ExpectedAside[] = [];
  readonly #asideIds = new Set<unknown>();
  #transport: FrameTransport | null = null;
  /** Settles when a lost connection is back. */
  #returning: Promise<void> = Promise.resolve();
  #cursor: number | null = null;
  /** The highest number ever received: no other session and no other daemon may use it again. */
  #highest = 0;
  #ownCount = 0;
  #refused: string | null = null;
  /** What comes now is none of the script's. */
  #aside = false;
  #ended = true;

  constructor(options: ClientOptions) {
    this.name = options.name;
    this.laws = createLawChecker(options.laws);
    this.#options = options;
    const { signal } = options.stop;
    signal.addEventListener("abort", () => this.#log.giveUp(() => signal.reason), { once: true });
  }

  /** Not hung up. */
  get isConnected(): boolean {
    return !this.#ended;
  }

  /** Connects, as a client that begins. */
  connect(): void {
    this.#ended = false;
    this.#cursor = null;
    this.#attach();
  }

  /** Hangs up without a word, for good as far as the script is concerned. */
  disconnect(): void {
    this.#ended = true;
    this.#cut();
    this.laws.disconnect();
    this.#log.giveUp((what) => this.#gone(what));
  }

  /**
   * Loses the connection, and comes back to its session a little later: what was not answered is sent
   * again. The script does not notice.
   */
  lose(): void {
    if (this.#transport === null) return;
    this.#cut();
    this.#returning = pause().then(() => {
      if (this.#ended || this.#transport !== null || this.#options.stop.signal.aborted) return;
      this.laws.reattach();
      this.#attach();
      for (const frame of this.#unanswered.values()) this.#write(frame);
      this.#sendHeld();
    });
  }

  #cut(): void {
    const transport = this.#transport;
    this.#transport = null;
    transport?.close();
  }

  /** The connection is about to end, and that is no problem. */
  brace(): void {
    this.#transport = null;
  }

  /** The daemon is another one: nothing is remembered but what the checker has seen. */
  restart(): void {
    this.#cut();
    this.laws.disconnect();
    this.#cursor = null;
    this.#unanswered.clear();
    this.#attach();
  }

  /** Sends a frame of the script's. */
  send(frame: JsonObject): void {
    this.#log.sent(frame);
    const { id, method } = frame;
    if (id !== undefined && method !== undefined) this.#unanswered.set(id, frame);
    this.laws.send(frame);
    if (this.#maySend(frame)) this.#write(frame);
    else if (!this.#unanswered.has(id)) this.#unsent.push(frame);
  }

  /** Answers a question that is none of the script's, when it comes. */
  answerAside(matches: ExpectedAside["matches"], answer: ExpectedAside["answer"]): void {
    this.#asides.push({ matches, answer });
  }

  /** Takes the first frame that matches and that nobody has taken; waits for it. */
  take(matches: (frame: JsonObject) => boolean, what: string): Promise<JsonObject> {
    const known = this.#log.take(matches);
    if (known !== null) return Promise.resolve(known);
    const { signal } = this.#options.stop;
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.#ended) return Promise.reject(this.#gone(what));
    return this.#log.wait(matches, what);
  }

  /** What the script waits for here. */
  get waitingFor(): readonly string[] {
    const why = this.#refused === null ? "" : ` (its last request was refused: ${this.#refused})`;
    return [
      ...this.#log.waitingFor.map((what) => `client ${this.name} waits for ${what}${why}`),
      ...this.#unsent.map(({ id }) => `client ${this.name} waits to be asked ${String(id)} again`),
    ];
  }

  /** A request of the suite's own, in nobody's way. Resolves with the response, errors included. */
  async request(method: string, params: JsonObject): Promise<JsonObject> {
    await this.#returning;
    this.#ownCount += 1;
    const id = `suite-${this.#ownCount}`;
    const { signal } = this.#options.stop;
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const giveUp = (): void => reject(signal.reason);
      signal.addEventListener("abort", giveUp, { once: true });
      this.#own.set(id, (response) => {
        signal.removeEventListener("abort", giveUp);
        resolve(response);
      });
      const frame = { id, method, params };
      this.laws.send(frame);
      this.#write(frame);
    });
  }

  /** Says something of the suite's own. */
  tell(method: string): void {
    this.laws.send({ method });
    this.#write({ method });
  }

  /** While this runs, what comes is none of the script's. */
  async aside<T>(work: () => Promise<T>): Promise<T> {
    this.#aside = true;
    try {
      return await work();
    } finally {
      this.#aside = false;
    }
  }

  /** The script's frames, up to the last one it sent or took. */
  get frames(): readonly ClientFrame[] {
    return this.#log.frames.map((frame) => ({ client: this.name, ...frame }));
  }

  /** Everything received that is the script's, also behind its end. */
  get received(): readonly JsonObject[] {
    return this.#log.all("recv");
  }

  /** Everything the script sent. */
  get sent(): readonly JsonObject[] {
    return this.#log.all("send");
  }

  /** The script's requests that were answered with a result, in the order they were sent. */
  get exchanges(): readonly Exchange[] {
    return this.#log.exchanges;
  }

  /** Ends the stream; what was wrong in it. */
  finish(): readonly string[] {
    const broken = this.laws.finish().map((violation) => violationText(violation));
    return [...this.#problems, ...broken];
  }

  #attach(): void {
    const { served, device } = this.#options;
    const session = device === null ? null : { device, cursor: this.#cursor };
    const { transport, attached } = served().open(session);
    this.#shown.clear();
    this.#transport = transport;
    if (this.#cursor !== null && attached !== "resumed") {
      this.#problems.push(`client ${this.name} came back to its session and was told: ${attached}`);
    }
    transport.start({
      onFrame: (text) => {
        if (this.#transport === transport) this.#receive(JSON.parse(text));
      },
      onClose: ({ reason }) => {
        if (this.#transport !== transport) return;
        this.#transport = null;
        this.#options.stop.because(`the server hung up on client ${this.name}: ${reason}`);
      },
    });
  }

  #maySend({ id, method }: JsonObject): boolean {
    return this.#transport !== null && (method !== undefined || this.#shown.has(id));
  }

  #sendHeld(): void {
    for (const frame of this.#unsent.splice(0)) {
      if (this.#maySend(frame)) this.#write(frame);
      else this.#unsent.push(frame);
    }
  }

  #write(frame: JsonObject): void {
    this.#options.onActivity();
    this.#transport?.send(JSON.stringify(frame));
  }

  #receive(frame: unknown): void {
    this.#options.onActivity();
    this.#count(frame);
    this.laws.receive(frame);
    if (!isRecord(frame)) return;
    const { id, method } = frame;
    if (method === undefined) {
      const own = typeof id === "string" ? this.#own.get(id) : undefined;
      if (own !== undefined) {
        this.#own.delete(String(id));
        return own(frame);
      }
      this.#refusal(frame);
      this.#unanswered.delete(id);
    } else if (id !== undefined) {
      this.#shown.add(id);
      // Asked once more after a reconnect: the script has it already.
      if (this.#asked.has(id)) return this.#sendHeld();
      this.#asked.add(id);
    }
    if (this.#aside) return;
    if (!this.#isAside(frame)) this.#log.received(frame);
    this.#options.onFrame?.(frame);
    this.#replyAside(frame);
  }

  #isAside(frame: JsonObject): boolean {
    const { id, method, params } = frame;
    const about = method === "serverRequest/resolved" ? field(params, "requestId") : undefined;
    const asks = method !== undefined && id !== undefined;
    const known = asks && this.#asides.some(({ matches }) => matches(frame));
    if (known) this.#asideIds.add(id);
    if (!known && !this.#asideIds.has(about)) return false;
    this.#log.aside("recv", frame);
    return true;
  }

  #replyAside(frame: JsonObject): void {
    const { id } = frame;
    const at = this.#asides.findIndex(({ matches }) => matches(frame));
    const [aside] = at === -1 || !this.#asideIds.has(id) ? [] : this.#asides.splice(at, 1);
    if (aside === undefined) return;
    const reply = { id, result: aside.answer(frame) };
    this.#log.aside("send", reply);
    this.laws.send(reply);
    if (this.#maySend(reply)) this.#write(reply);
    else this.#unsent.push(reply);
  }

  #count(frame: unknown): void {
    const seq = numberField(frame, sequenceKey);
    if (seq === undefined) return;
    if (this.#cursor !== null && seq <= this.#cursor) {
      this.#problems.push(
        `client ${this.name} got frame ${seq} twice: ${JSON.stringify(field(frame, "method"))}`,
      );
    } else if (seq <= this.#highest) {
      this.#problems.push(
        `client ${this.name} got the number ${seq} of an earlier session: ${JSON.stringify(frame)}`,
      );
    }
    this.#cursor = Math.max(seq, this.#cursor ?? seq);
    this.#highest = Math.max(seq, this.#highest);
  }

  /** The request that was refused last, for whoever waits for what it should have brought. */
  #refusal(frame: JsonObject): void {
    const message = stringField(frame, "error", "message");
    const asked = this.#unanswered.get(frame["id"]);
    this.#refused = message === undefined ? null : `${String(asked?.["method"])}: ${message}`;
  }

  #gone(what: string): Error {
    return new Error(`client ${this.name} has hung up and cannot get ${what}`);
  }
}

/** Long enough for the server to have something to say meanwhile. */
async function pause(): Promise<void> {
  for (let turns = 0; turns < 4; turns += 1) {
    await new Promise<void>((resolve) => void setImmediate(resolve));
  }
}
