import type { AgentThread } from "../adapter.ts";
import type { Failure, ThreadOp } from "../ops.ts";
import { BridgeError } from "../errors.ts";
import { failureOf } from "../turn/failures.ts";

/** What a link needs of the thread it belongs to. */
export interface AgentLinkEvents {
  /** Opens the agent's side, new or resumed. The signal tells that nobody wants it any more. */
  open(signal: AbortSignal): Promise<AgentThread>;
  /**
   * Takes one op. A promise holds the next op back: only for what must come before it on the wire.
   */
  onOp(op: ThreadOp): Promise<void> | void;
  /** The agent ended by itself. Not called after {@link AgentLink.close}. */
  onGone(failure: Failure): void;
  /** In milliseconds: an opening that does not heed its signal is left to itself after this long. */
  readonly graceMs: number;
  /** The agent's own ending failed, against its contract. */
  onStuck(reason: unknown): void;
}

/**
 * The tie between a thread and its agent: opened when needed, pulled all the time, opened again
 * after a crash. It owns the agent's thread.
 */
export class AgentLink {
  readonly #events: AgentLinkEvents;
  #opening: Promise<AgentThread> | null = null;
  #agent: AgentThread | null = null;
  #unwanted = new AbortController();
  /** Settles when the agent before is gone: two would write the same conversation. */
  #pump: Promise<void> = Promise.resolve();
  /** An opening that was under way at a {@link close} is of an earlier life. */
  #life = 0;
  /** How often the agent was asked for. */
  #asked = 0;

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

  /**
   * The open agent; callers at the same time share one opening, and a failed one is tried again
   * next time.
   */
  async ensure(): Promise<AgentThread> {
    this.#asked += 1;
    if (this.#agent !== null) return this.#agent;
    const life = this.#life;
    const { signal } = this.#unwanted;
    const opening = (this.#opening ??= this.#open());
    try {
      // One that never opens keeps nobody waiting who does not want it any more.
      const agent = await Promise.race([opening, rejectedBy(signal)]);
      if (life === this.#life || agent === this.#agent) return agent;
      throw new BridgeError("crashed", letGo);
    } catch (error) {
      if (this.#opening === opening) this.#opening = null;
      throw error;
    }
  }

  /** Ends the agent's side, the one still opening included. Its ops are cut; nobody is told. */
  async close(): Promise<void> {
    const opening = this.#opening;
    const isOpen = this.#agent !== null;
    this.#opening = null;
    this.#agent = null;
    this.#life += 1;
    if (opening !== null) {
      const ended = this.#end(opening, this.#pump);
      if (!isOpen) this.#unwanted.abort(new BridgeError("crashed", letGo));
      this.#unwanted = new AbortController();
      // One that never opens writes nothing; if it opens after all, it is ended at once.
      this.#pump = isOpen ? ended : Promise.race([ended, after(this.#events.graceMs)]);
    }
    await this.#pump;
  }

  /** {@link close} for an agent that is still being opened when the grace is over, and not wanted again by then. */
  giveUpOpening(): void {
    const opening = this.#opening;
    const asked = this.#asked;
    if (opening === null || this.#agent !== null) return;
    const timer = setTimeout(() => {
      const isUnwanted = this.#asked === asked;
      if (isUnwanted && this.#opening === opening && this.#agent === null) void this.close();
    }, this.#events.graceMs);
    timer.unref();
  }

  async #end(opening: Promise<AgentThread>, pump: Promise<void>): Promise<void> {
    const agent = await opening.catch(() => null);
    if (agent !== null) await this.#dispose(agent);
    await pump;
  }

  async #open(): Promise<AgentThread> {
    const life = this.#life;
    const { signal } = this.#unwanted;
    await this.#pump;
    const agent = await this.#events.open(signal);
    if (life === this.#life) {
      this.#agent = agent;
      this.#pump = this.#pull(agent);
    }
    return agent;
  }

  /** An agent that cannot even be ended must not take the server with it. */
  async #dispose(agent: AgentThread): Promise<void> {
    try {
      await agent[Symbol.asyncDispose]();
    } catch (error) {
      this.#events.onStuck(error);
    }
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
    await this.#dispose(agent);
  }
}

const letGo = "The agent was let go before it was ready.";

function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms).unref());
}
