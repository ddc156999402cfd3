import type { JsonValue } from "@fairlead/codex-proto";
import type { AskAnswer, ThreadOp } from "../ops.ts";
import { answerTo, choice } from "./questions.ts";

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
  readonly #waiting = new Map<string, (answer: AskAnswer) => void>();
  #asked = 0;

  constructor(emit: (op: ThreadOp) => void) {
    this.#emit = emit;
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
    this.#emit({ op: "ask", id: key, ask: { kind: "questions", key, questions } });
    const answer = await new Promise<AskAnswer>((resolve) => this.#waiting.set(key, resolve));
    this.#waiting.delete(key);
    const isYes = answerTo("go", answer) === yes;
    this.#emit({ op: "close", key, status: isYes ? "completed" : "declined" });
    return isYes;
  }

  /** Hands over an answer; false when it is to no question of these. */
  answer(id: string, answer: AskAnswer): boolean {
    const take = this.#waiting.get(id);
    take?.(answer);
    return take !== undefined;
  }
}
