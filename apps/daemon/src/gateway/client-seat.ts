import { type ClientAnswer, relayedFrame, type Session } from "@fairlead/bridge-core/session";
import type { AgentEntry } from "../agents/agent-entry.ts";
import { mayAnswer, minimalRole, paramsFor } from "../devices/method-roles.ts";
import type { Principal } from "../devices/principal.ts";
import { AgentLink } from "./agent-link.ts";
import { detailOf, isKeystroke, shownCommandOf } from "./audit.ts";
import { catchUp } from "./catch-up.ts";
import type { EndpointRules } from "./endpoint-rules.ts";
import { type Fields, fieldsOf, textOf } from "./fields.ts";
import { answeredIdle, calledIdle, isLitter } from "./litter.ts";
import { countsItems, rollBackItems } from "./litter-rollback.ts";
import { type LedgerSeat, untold } from "./ledger-state.ts";
import type { LinkClient } from "./link-client.ts";
import type { LinkQuestion } from "./link-questions.ts";
import type { GatewayParts } from "./parts.ts";
import { RecentEnds } from "./recent-ends.ts";
import { threadOfRequest } from "./thread-names.ts";
import type { UnseenTurn } from "./turn-watch.ts";
import { failedAnswer, type UpstreamAnswer } from "./upstream.ts";

/** What a seat is made with. */
export interface SeatOptions {
  readonly seat: LedgerSeat;
  /** Name of an agent; null = all of them. */
  readonly endpoint: string | null;
  readonly rules: EndpointRules;
  readonly principal: Principal;
  readonly session: Session;
}

/** A request of the client under way: called once with what came of it. */
export type Reply = (answer: UpstreamAnswer) => void;

/** Ends of questions that are remembered. */
const maxOver = 256;

/**
 * One client of the daemon, whatever becomes of its connections and sessions: its ways to the agents,
 * what it was asked and what it may do.
 */
export class ClientSeat implements LinkClient {
  readonly seat: LedgerSeat;
  readonly endpoint: string | null;
  readonly #rules: EndpointRules;
  readonly #parts: GatewayParts;
  readonly #links = new Map<string, AgentLink>();
  readonly #ends = new RecentEnds();
  /** Questions its session was told to be over, until they are put again. */
  readonly #over = new Set<string>();
  /** Its device as it came last. */
  principal: Principal;
  introduction: Fields = {};
  /** Null while its client has lost one and has not introduced itself in the next. */
  #session: Session | null;
  #isOver = false;

  constructor(options: SeatOptions, parts: GatewayParts) {
    this.seat = options.seat;
    this.endpoint = options.endpoint;
    this.#rules = options.rules;
    this.principal = options.principal;
    this.#session = options.session;
    this.#parts = parts;
  }

  /** Its session is over for good. */
  get isOver(): boolean {
    return this.#isOver;
  }

  get toldUpTo(): number {
    return this.#session?.state.head ?? untold;
  }

  get isBehind(): boolean {
    return this.#session?.state.isBehind ?? false;
  }

  /** The agents it is connected to. */
  get links(): readonly AgentLink[] {
    return [...this.#links.values()];
  }

  /** The turns it sees running. */
  get turns(): readonly UnseenTurn[] {
    return this.links.flatMap(({ agent, turns }) =>
      turns.map(({ threadId, turnId }) => ({ agent, threadId, turnId })),
    );
  }

  /** Its connection takes more again, or is another one, or none. */
  eased(): void {
    for (const link of this.#links.values()) link.keepPace();
  }

  /** Its session ends, and another one is there for its client: nothing is told until it is. */
  park(): void {
    this.#session = null;
  }

  /**
   * Its client has introduced itself. `lostAfter`: the last number it saw of a session it lost, null
   * when it lost none. It is told what ended since, and asked again what is open.
   */
  welcome(session: Session, lostAfter: number | null): void {
    const isParked = this.#session !== session;
    this.#session = session;
    if (lostAfter === null) return;
    if (isParked) {
      this.#over.clear();
      for (const { method, text } of this.#ends.takeAfter(lostAfter)) this.tell(method, text);
      for (const link of this.#links.values()) link.askAgain();
    }
    void this.#rules.ready().then(() => catchUp(this, this.#parts, lostAfter));
  }

  /** Answers a request of the client. */
  run(method: string, given: unknown, respond: Reply): void {
    const reply: Reply = isLitter(this.introduction)
      ? (answer) => respond(answeredIdle(answer))
      : respond;
    const { role } = this.principal;
    const { params } = paramsFor(role, method, given);
    if (minimalRole(method) !== "view" && !isKeystroke(method)) {
      const threadId = threadOfRequest(method, params);
      const agent = this.#rules.agentOf(this, method, params);
      const detail = detailOf(method, params);
      this.#parts.observer.requested?.(this.principal, { agent, method, threadId, detail });
    }
    if (countsItems(this.introduction, method)) {
      return rollBackItems((...request) => this.#rules.run(this, ...request), params, reply);
    }
    this.#rules.run(this, method, params, reply);
  }

  /** A thread that its client has spoken of in an earlier session. */
  recall(agent: string, threadId: string): void {
    this.#rules.recall(agent, threadId);
  }

  /** Sends a request to an agent, as it is. */
  send(entry: AgentEntry, method: string, params: unknown, reply: Reply): void {
    if (this.#isOver) return reply(failedAnswer("this client is gone"));
    let link = this.#links.get(entry.name);
    if (link === undefined) {
      link = new AgentLink(entry, this, this.#parts);
      this.#links.set(entry.name, link);
    }
    link.call(method, this.#completed(entry.name, method, params), reply);
  }

  mayAnswer(method: string): boolean {
    return mayAnswer(this.principal.role, method);
  }

  shown(agent: string, method: string, params: unknown): unknown {
    return this.#rules.shown(this, agent, method, params);
  }

  shownDelta(agent: string, text: string): string {
    return this.#rules.shownDelta(agent, text);
  }

  tell(method: string, given: string): void {
    if (method === "serverRequest/resolved" && this.#isToldAgain(given)) return;
    const text =
      method === "thread/status/changed" && isLitter(this.introduction) ? calledIdle(given) : given;
    const session = this.#session;
    session?.deliver(relayedFrame(method, text));
    this.#ends.add(method, text, session?.state.head ?? Infinity);
  }

  ask(name: string, text: string, settle: (answer: ClientAnswer | null) => void): void {
    this.#over.delete(name);
    this.#session?.put(name, text, settle);
  }

  lost(agent: string): void {
    this.#rules.lost(agent);
  }

  withdraw(name: string): void {
    this.#session?.withdraw(name);
  }

  answered(agent: string, question: LinkQuestion, decision: string): void {
    const { name: requestId, method, threadId } = question;
    const detail = shownCommandOf(question.params);
    const event = { agent, method, threadId, requestId, decision, detail };
    this.#parts.observer.answered?.(this.principal, event);
  }

  /** It is over for good. What it had open is owed to its client. */
  end(): void {
    this.#isOver = true;
    this.#parts.ledger.apply({ type: "left", seat: this.seat.seat });
    for (const link of this.#links.values()) link.end();
  }

  /** Clients stop what runs without knowing its name: an empty turn id is that of the running one. */
  #completed(agent: string, method: string, params: unknown): unknown {
    if (method !== "turn/interrupt" || textOf(params, "turnId") !== null) return params;
    const threadId = textOf(params, "threadId") ?? "";
    const running = this.#parts.ledger.runningOn(agent, threadId);
    return running === undefined ? params : { threadId, turnId: running.turnId };
  }

  /** The agent and what the client missed may both tell the end of a question. */
  #isToldAgain(text: string): boolean {
    const requestId = textOf(fieldsOf(JSON.parse(text))["params"], "requestId");
    if (requestId === null) return false;
    if (this.#over.has(requestId)) return true;
    this.#over.add(requestId);
    const [oldest] = this.#over;
    if (this.#over.size > maxOver && oldest !== undefined) this.#over.delete(oldest);
    return false;
  }
}
