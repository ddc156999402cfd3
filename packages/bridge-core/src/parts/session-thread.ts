import type { AgentThread, Prompt, Settings } from "../adapter.ts";
import { BridgeError } from "../errors.ts";
import type { AskAnswer, ThreadOp } from "../ops.ts";
import { Confirmations, type Confirmation } from "./confirmations.ts";
import type { Fields } from "./fields.ts";
import type { HttpClient } from "./http-json.ts";
import type { OrderedTurns } from "./ordered-turns.ts";
import type { PendingAsk, PendingAsks } from "./pending-asks.ts";
import { RetryLimit } from "./retry-limit.ts";
import { ServerThread, type ServerThreadOptions } from "./server-thread.ts";

/** How often in a row a request to a model may fail. */
const maxFailures = 5;

/** A session of an agent's on its server. */
export interface ServerSession {
  readonly id: string;
  /** For requests about it. */
  readonly client: HttpClient;
  /** The keys of turns that a fork copied. */
  readonly copied: readonly ThreadOp[];
}

/** Events of one root session and of its sub-agents' sessions, as ops of one thread. */
export interface SessionTranslator {
  /** Turns of the root session: the caller says which prompts it sent. */
  readonly turns: OrderedTurns;
  readonly pending: PendingAsks;
  /** True for the root session and every child of it known so far. */
  owns(session: string): boolean;
  /** The ops of an event; null when its kind is unknown. */
  translate(event: Fields): ThreadOp[] | null;
}

/** The session of a thread, once it has one. */
export interface LiveSession {
  readonly session: ServerSession;
  readonly translator: SessionTranslator;
}

/** A thread that is one session on a server, of which it hears by the server's events. */
export abstract class SessionThread extends ServerThread implements AgentThread {
  /** As the last prompt had them. */
  protected settings: Settings;
  readonly #confirmations = new Confirmations((op) => this.emit([op]));
  readonly #retries = new RetryLimit(maxFailures, () => this.unattended(this.interrupt()));
  #live: LiveSession | null = null;
  /** The turn that core started last. */
  #prompted: string | null = null;

  constructor(options: ServerThreadOptions) {
    super(options);
    this.settings = options.spec.settings;
  }

  get nativeId(): string | null {
    return this.#live?.session.id ?? null;
  }

  abstract prompt(turn: Prompt): Promise<void>;
  abstract interrupt(): Promise<void>;

  /** Makes a new session, or opens the one that the thread goes on from. */
  protected abstract make(): Promise<LiveSession>;
  /** Hands over the user's answer. */
  protected abstract reply(asked: PendingAsk, answer: AskAnswer): Promise<void>;
  /** The answer to a request that nobody has to be asked about; null asks the user. */
  protected abstract decided(request: Fields): AskAnswer | null;
  /** What still matters of lost events; `isNew`: of those before the thread was opened. */
  protected abstract missed(live: LiveSession, isNew: boolean): Promise<readonly Fields[]>;

  async answer(id: string, answer: AskAnswer): Promise<void> {
    if (this.#confirmations.answer(id, answer)) return;
    const { pending } = this.running.translator;
    const asked = pending.get(id);
    if (asked === undefined) return;
    pending.delete(id);
    try {
      await this.reply(asked, answer);
    } catch (error) {
      // What did not arrive is asked for again, if the agent still waits.
      if (BridgeError.is(error) && error.kind === "connection") this.resync(false);
      throw error;
    }
  }

  /** The session. Throws when there is none yet. */
  protected get running(): LiveSession {
    if (this.#live === null) throw new BridgeError("not-running", "nothing was asked yet");
    return this.#live;
  }

  /** Notes what a prompt says for all the turn, which there is a session for afterwards. */
  protected async begin({ id, settings }: Prompt): Promise<void> {
    this.settings = settings;
    if (this.#live === null) await this.enter();
    this.#prompted = id;
  }

  protected async enter(): Promise<void> {
    await this.server.events.making(async () => {
      const live = await this.make();
      const { session, translator } = live;
      this.#live = live;
      this.listen({
        owns: (id) => translator.owns(id),
        event: (event) => this.take(event),
        resync: () => this.resync(false),
      });
      this.emit([{ op: "session", nativeId: session.id }, ...session.copied]);
    });
  }

  protected take(event: Fields): void {
    const ops = this.running.translator.translate(event);
    if (ops === null)
      this.host.log("debug", `${this.server.agent}: an event of unknown kind`, event);
    const news = (ops ?? []).filter((op) => op.op !== "ask" || !this.#decides(op.id, event));
    this.emit(news.map((op) => this.#retries.pass(op)));
  }

  /** Events were lost, or happened before: they are told again, as far as they still matter. */
  protected resync(isNew: boolean): void {
    const missed = this.missed(this.running, isNew);
    this.unattended(missed.then((events) => events.forEach((event) => this.take(event))));
  }

  /**
   * Does what the agent answers when the turn is over, such as a command, once the user has said yes
   * to the question, if there is one.
   */
  protected async ordered(
    turn: string,
    question: Confirmation | null,
    work: () => Promise<void>,
  ): Promise<void> {
    const { turns } = this.running.translator;
    try {
      const isWanted = question === null || (await this.#confirmations.ask(question));
      if (isWanted) return await work();
      this.emit([{ op: "end", turn, status: "interrupted" }]);
    } catch (error) {
      // The answer may be late: the events tell how it goes.
      const isLate = BridgeError.is(error) && error.kind === "connection";
      if (isLate && turns.open === turn) return;
      turns.withdrawn(turn);
      this.fail(turn, error);
    }
  }

  protected async leave(): Promise<void> {
    const open = this.#live?.translator.turns.open ?? null;
    if (open !== null && open === this.#prompted) await this.interrupt();
  }

  /** True for a request that nobody has to be asked about, which is answered then. */
  #decides(id: string, request: Fields): boolean {
    const answer = this.decided(request);
    if (answer === null) return false;
    this.unattended(this.answer(id, answer));
    return true;
  }
}
