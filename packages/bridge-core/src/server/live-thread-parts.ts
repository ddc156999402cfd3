import type { UserInput } from "@fairlead/codex-proto";
import type { AgentThread, Prompt } from "../adapter.ts";
import type { ThreadMeta } from "../threads/meta.ts";
import type { TurnRecord } from "../turn/turn-record.ts";
import type { LiveThread } from "./live-thread.ts";

/** One message of the user's on its way to the agent. */
export interface TurnInput {
  readonly input: readonly UserInput[];
  readonly clientId: string | null;
  readonly outputSchema: Prompt["outputSchema"];
  /** What the agent is to review; null when the turn is no review. */
  readonly review?: string | null;
}

/** What a live thread is made of beside the services all threads share. */
export interface LiveThreadParts {
  readonly meta: ThreadMeta;
  readonly turns: readonly TurnRecord[];
  /** The turn that runs on the agent's side, as it is kept when the agent cannot be opened. */
  readonly running: TurnRecord | null;
  readonly openAgent: (thread: LiveThread, signal: AbortSignal) => Promise<AgentThread>;
}
