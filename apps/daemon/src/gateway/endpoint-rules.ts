import type { ClientSeat, Reply } from "./client-seat.ts";

/** What an endpoint makes of the frames that pass it. */
export interface EndpointRules {
  /** Resolves when frames of agents can be shown. Never rejects. */
  ready(): Promise<void>;
  /** Agent a request most likely goes to; null when that is not known yet, or it is for several. */
  agentOf(seat: ClientSeat, method: string, params: unknown): string | null;
  /** Answers a request, or has it answered. `reply` is called once. */
  run(seat: ClientSeat, method: string, params: unknown, reply: Reply): void;
  /**
   * What the client is shown of a notification or server request: the same params, others, or null
   * for nothing.
   */
  shown(seat: ClientSeat, agent: string, method: string, params: unknown): unknown;
  /** The same for a delta, which is of a thread the client follows, as text. */
  shownDelta(agent: string, text: string): string;
  /** A thread of an agent that the client has spoken of in an earlier session. */
  recall(agent: string, threadId: string): void;
  /** An agent was lost, with all that it held for the client. */
  lost(agent: string): void;
}
