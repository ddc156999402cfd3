import { messageOf } from "@fairlead/bridge-core/transport";
import { RpcError } from "@fairlead/bridge-core/peer";

/**
 * Asks one agent and resolves with its result as clients of the unified endpoint are to see it:
 * models with the agent's name, threads that moved under the ids clients know. Rejects when the
 * agent fails or does not answer in the time the caller gives it.
 */
export type AskAgent = (
  agent: string,
  method: string,
  params: Readonly<Record<string, unknown>>,
) => Promise<unknown>;

/** An agent whose part of an answer is missing, and why: what the client is warned of. */
export interface LeftOut {
  readonly agent: string;
  readonly reason: string;
}

/** An answer put together from those of several agents. */
export interface Merged<T> {
  readonly result: T;
  readonly leftOut: readonly LeftOut[];
}

/**
 * Asks every agent at the same time and keeps the order of the agents. Who fails is left out; when
 * all fail, the first one's error is the answer. No agents: an empty answer.
 */
export async function askEach<T>(
  agents: readonly string[],
  ask: (agent: string) => Promise<T>,
): Promise<{ readonly answers: readonly Answer<T>[]; readonly leftOut: readonly LeftOut[] }> {
  const settled = await Promise.allSettled(agents.map(ask));
  const answers: Answer<T>[] = [];
  const leftOut: LeftOut[] = [];
  for (const [index, agent] of agents.entries()) {
    const outcome = settled[index];
    if (outcome?.status === "fulfilled") answers.push({ agent, value: outcome.value });
    else leftOut.push({ agent, reason: messageOf(outcome?.reason) });
  }
  const [first] = settled;
  if (answers.length === 0 && first?.status === "rejected") throw rpcErrorOf(first.reason);
  return { answers, leftOut };
}

/** What one agent said. */
export interface Answer<T> {
  readonly agent: string;
  readonly value: T;
}

/** The error itself when it can cross the wire as it is. */
export function rpcErrorOf(error: unknown): RpcError {
  return error instanceof RpcError ? error : RpcError.invalidRequest(messageOf(error));
}
