import type { ClientAnswer } from "@fairlead/bridge-core/session";
import type { Fields } from "./fields.ts";
import type { LedgerSeat } from "./ledger-state.ts";
import type { LinkQuestion } from "./link-questions.ts";

/** The client on whose behalf an agent is connected to. */
export interface LinkClient {
  readonly seat: LedgerSeat;
  /** Number of the newest frame it was told; higher than all when nobody is there to be told. */
  readonly toldUpTo: number;
  /** Params of `initialize`. */
  readonly introduction: Fields;
  /** More waits for it than should. */
  readonly isBehind: boolean;
  mayAnswer(method: string): boolean;
  /** What it is shown of a notification: the same params, others, or null for nothing. */
  shown(agent: string, method: string, params: unknown): unknown;
  /** What it is shown of a delta, as text. */
  shownDelta(agent: string, text: string): string;
  tell(method: string, text: string): void;
  ask(name: string, text: string, settle: (answer: ClientAnswer | null) => void): void;
  withdraw(name: string): void;
  lost(agent: string): void;
  answered(agent: string, question: LinkQuestion, decision: string): void;
}
