import type { ClientAnswer } from "@fairlead/bridge-core/session";
import type { AgentEntry } from "../agents/agent-entry.ts";
import { AgentLink } from "./agent-link.ts";
import { type Fields, fieldsOf } from "./fields.ts";
import type { LedgerSeat } from "./ledger-state.ts";
import type { LinkClient } from "./link-client.ts";
import type { GatewayParts } from "./parts.ts";

/** A turn whose clients are all gone. */
export interface UnseenTurn {
  readonly agent: string;
  readonly threadId: string;
  readonly turnId: string;
}

/**
 * Follows a turn that no client sees any more until it ends, so that what is told of running turns
 * and waiting questions stays true. Answers nothing.
 */
export class TurnWatch implements LinkClient {
  readonly seat: LedgerSeat;
  readonly toldUpTo = 0;
  readonly isBehind = false;
  readonly introduction: Fields;
  readonly #turn: UnseenTurn;
  readonly #link: AgentLink;
  readonly #parts: GatewayParts;
  readonly #onEnd: (watch: TurnWatch) => void;

  constructor(
    turn: UnseenTurn,
    entry: AgentEntry,
    parts: GatewayParts,
    onEnd: (watch: TurnWatch) => void,
  ) {
    this.seat = { seat: crypto.randomUUID(), owner: null };
    this.introduction = {
      clientInfo: { name: "fairlead", title: null, version: "0" },
      capabilities: { experimentalApi: true, requestAttestation: false },
    };
    this.#turn = turn;
    this.#parts = parts;
    this.#onEnd = onEnd;
    this.#link = new AgentLink(entry, this, parts);
    const { threadId } = turn;
    this.#link.call("thread/resume", { threadId, excludeTurns: true }, (answer) => {
      if (answer.kind === "error") return this.end();
      const { status } = fieldsOf(fieldsOf(answer.result())["thread"]);
      if (fieldsOf(status)["type"] !== "active") this.end();
    });
  }

  mayAnswer(): boolean {
    return false;
  }

  shown(_agent: string, method: string, params: unknown): unknown {
    if (method === "turn/completed" && fieldsOf(params)["threadId"] === this.#turn.threadId) {
      // Behind what the link itself has to say of it.
      queueMicrotask(() => this.end());
    }
    return null;
  }

  shownDelta(_agent: string, text: string): string {
    return text;
  }

  tell(): void {}

  ask(_name: string, _text: string, _settle: (answer: ClientAnswer | null) => void): void {}

  withdraw(): void {}

  answered(): void {}

  lost(): void {
    this.#parts.ledger.ended(this.#turn, "failed");
    this.end();
  }

  /** Idempotent. */
  end(): void {
    this.#link.end();
    this.#parts.ledger.ended(this.#turn, null);
    this.#parts.ledger.apply({ type: "left", seat: this.seat.seat });
    this.#onEnd(this);
  }
}
