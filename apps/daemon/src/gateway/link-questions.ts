import { type ClientAnswer, encodeRequest, type RequestId } from "@fairlead/bridge-core/session";
import { decisionOf } from "./audit.ts";
import { textOf } from "./fields.ts";
import { heldAnswer } from "./held-answer.ts";
import type { LinkClient } from "./link-client.ts";
import type { GatewayParts } from "./parts.ts";
import type { AgentProcess } from "./request-ids.ts";

/** A server request of one connection to an agent. */
export interface LinkQuestion {
  /** The agent's own id. */
  readonly nativeId: RequestId;
  /** The id clients know it by. */
  readonly name: string;
  readonly method: string;
  readonly params: unknown;
  readonly threadId: string | null;
  /** The client has been asked. */
  put: boolean;
  /** A client's answer was passed on. */
  answered: boolean;
}

/** What {@link LinkQuestions} are made with. */
export interface LinkQuestionsOptions {
  readonly agent: string;
  readonly client: LinkClient;
  readonly parts: GatewayParts;
  /** Gives the agent an answer under its own id. */
  readonly respond: (nativeId: RequestId, answer: ClientAnswer) => void;
}

/** Answered ones that are kept until their `serverRequest/resolved`. */
const maxKept = 1000;

/** What one agent has asked one client, by the agent's own ids. Each is answered once. */
export class LinkQuestions {
  readonly #options: LinkQuestionsOptions;
  readonly #all = new Map<RequestId, LinkQuestion>();

  constructor(options: LinkQuestionsOptions) {
    this.#options = options;
  }

  /** Those no client has answered. */
  get open(): readonly LinkQuestion[] {
    return [...this.#all.values()].filter(({ answered }) => !answered);
  }

  /**
   * The agent asks something. Returns its process, which may prove to be another one than it was
   * taken for.
   */
  ask(process: AgentProcess, nativeId: RequestId, method: string, params: unknown): AgentProcess {
    const { agent, client, parts } = this.#options;
    const known = this.#all.get(nativeId);
    // Asked again, because its thread was resumed. Its client has it.
    if (known !== undefined && !known.answered) return process;
    const threadId = textOf(params, "threadId");
    const about = `${method} ${threadId ?? ""} ${textOf(params, "itemId") ?? ""}`;
    const asking = parts.requestIds.asking(process, nativeId, about);
    const name = parts.requestIds.nameOf(asking, nativeId);
    const question = { nativeId, name, method, params, threadId, put: false, answered: false };
    this.#add(question);
    const asked = { agent, threadId: threadId ?? "", requestId: name, method, atMs: parts.now() };
    parts.ledger.apply({ type: "asked", ...client.seat, ...asked });
    this.#put(question);
    return asking;
  }

  /** Puts what is open to a client that lost the session it was put in. */
  askAgain(): void {
    for (const question of this.open) this.#put(question);
  }

  /**
   * The agent needs no answer any more. Returns the question for its client to be told, undefined
   * when the client was never asked.
   */
  resolve(nativeId: RequestId): LinkQuestion | undefined {
    const question = this.#all.get(nativeId);
    if (question === undefined) return undefined;
    this.#all.delete(nativeId);
    this.#options.client.withdraw(question.name);
    this.#settled(question.name);
    return question.put ? question : undefined;
  }

  /** {@link resolve} for all that is open, because the agent is lost. */
  resolveAll(): readonly LinkQuestion[] {
    const open = this.open.flatMap(({ nativeId }) => this.resolve(nativeId) ?? []);
    this.#all.clear();
    return open;
  }

  #put(question: LinkQuestion): void {
    const { agent, client, respond } = this.#options;
    const { name, method, params, nativeId } = question;
    // Who may not answer is not asked: the question would stand on a screen that cannot end it.
    if (!client.mayAnswer(method)) return;
    question.put = true;
    const shown = client.shown(agent, method, params) ?? params;
    client.ask(name, encodeRequest(name, method, shown), (given) => {
      // Withdrawn, or the session is over: it waits on.
      if (given === null || question.answered) return;
      question.answered = true;
      const answer = heldAnswer(params, given);
      respond(nativeId, answer);
      this.#settled(name);
      client.answered(agent, question, decisionOf(answer));
      if (question.threadId === null) this.#all.delete(nativeId);
    });
  }

  #settled(requestId: string): void {
    const { client, parts } = this.#options;
    parts.ledger.apply({ type: "resolved", seat: client.seat.seat, requestId });
  }

  #add(question: LinkQuestion): void {
    this.#all.set(question.nativeId, question);
    if (this.#all.size <= maxKept) return;
    for (const { nativeId, answered } of this.#all.values()) {
      if (answered) this.#all.delete(nativeId);
    }
  }
}
