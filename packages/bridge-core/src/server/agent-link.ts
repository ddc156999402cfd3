import type { AgentThread } from "../adapter.ts";
import type { Failure, ThreadOp } from "../ops.ts";
import { failureOf } from "../turn/failures.ts";

/** What a link needs of the thread it belongs to. */
export interface AgentLinkEvents {
  /** Opens the agent's side, new or resumed. */
  open(): Promise<AgentThread>;
  /** Takes one op. A promise holds the next op back: only for what must come before it on the wire. */
  onOp(op: ThreadOp): Promise<void> | void;
  /** The agent ended by itself. Not called after {@link AgentLink.close}. */
  onGone(failure: Failure): void;
}

/**
 * The tie between a thread and its agent: opened when needed, pulled all the time, opened again after a crash. It owns
 * the agent's thread.
 */
export class AgentLink {
  readonly #events: AgentLinkEvents;
  #opening: Promise<AgentThread> | null = null;
  #agent: AgentThread | null = null;
  #pump: Promise<void> = Promise.resolve();

  constructor(events: AgentLinkEvents) {
    this.#events = events;
  }

  /** The agent if it is open now. */
  get agent(): AgentThread | null {
    return this.#agent;
  }

  get isOpen(): boolean {
    return this.#opening !== null;
  }

  /** The open agent; callers at the same time share one opening, and a failed one is tried again next time. */
  async ensure(): Promise<AgentThread> {
    const opening = (this.#opening ??= this.#open());
    try {
      return await opening;
    } catch (error) {
      if (this.#opening === opening) this.#opening = null;
      throw error;
    }
  }

  /** Ends the agent's side, the one still opening included. Its ops are cut; nobody is told. */
  async close(): Promise<void> {
    const opening = this.#opening;
    this.#opening = null;
    this.#agent = null;
    const agent = await opening?.catch(() => null);
    await agent?.[Symbol.asyncDispose]();
    await this.#pump;
  }

  async #open(): Promise<AgentThread> {
    const previous = this.#pump;
    await previous;
    const agent = await this.#events.open();
    this.#agent = agent;
    this.#pump = this.#pull(agent);
    return agent;
  }

  async #pull(agent: AgentThread): Promise<void> {
    let failure: Failure = {
      kind: "crashed",
      message: "The agent ended without finishing the turn.",
    };
    try {
      for await (const op of agent.ops) {
        if (this.#agent !== agent) break;
        const pending = this.#events.onOp(op);
        if (pending !== undefined) await pending;
      }
    } catch (error) {
      failure = failureOf(error);
    }
    if (this.#agent !== agent) return;
    this.#agent = null;
    this.#opening = null;
    this.#events.onGone(failure);
    await agent[Symbol.asyncDispose]();
  }
}
