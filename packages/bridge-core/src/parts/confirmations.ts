import type { JsonValue } from "@fairlead/codex-proto";
import type { AskAnswer, ThreadOp } from "../ops.ts";
import { answerTo, choice } from "./questions.ts";
import { WaitingAsks } from "./waiting-asks.ts";

/** What the user is asked about before something is done for them. */
export interface Confirmation {
  /** Names the item it is about. */
  readonly tool: string;
  readonly arguments: JsonValue;
  readonly question: string;
  /** The answer that lets it happen. */
  readonly yes: string;
}

/** Questions of the bridge's own, for what its agent would do unasked. */
export class Confirmations {
  readonly #emit: (op: ThreadOp) => void;
  readonly #asks: WaitingAsks;
  #asked = 0;

  constructor(emit: (op: ThreadOp) => void) {
    this.#emit = emit;
    this.#asks = new WaitingAsks(emit);
  }

  /** True when the user says yes. Whatever they have granted before: it is asked each time. */
  async ask({ tool, arguments: given, question, yes }: Confirmation): Promise<boolean> {
    const key = `fairlead:${tool}:${(this.#asked += 1)}`;
    const questions = [
      choice("go", tool, question, [
        { label: yes, description: "" },
        { label: "No", description: "" },
      ]),
    ];
    this.#emit({ op: "open", key, item: { type: "tool", tool, arguments: given } });
    const answer = await this.#asks.ask(key, { kind: "questions", key, questions });
    const isYes = answerTo("go", answer) === yes;
    this.#emit({ op: "close", key, status: isYes ? "completed" : "declined" });
    return isYes;
  }

  /** Hands over an answer; false when it is to no question of these. */
  answer(id: string, answer: AskAnswer): boolean {
    return this.#asks.answer(id, answer);
  }
}
