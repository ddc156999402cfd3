import type { RequestId } from "@fairlead/bridge-core/session";

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

/** Answered ones that are kept until their `serverRequest/resolved`. */
const maxKept = 1000;

/** What one agent has asked one client, by the agent's own ids. */
export class LinkQuestions {
  readonly #all = new Map<RequestId, LinkQuestion>();

  /** Those no client has answered. */
  get open(): readonly LinkQuestion[] {
    return [...this.#all.values()].filter(({ answered }) => !answered);
  }

  get(nativeId: RequestId): LinkQuestion | undefined {
    return this.#all.get(nativeId);
  }

  add(question: LinkQuestion): void {
    this.#all.set(question.nativeId, question);
    if (this.#all.size <= maxKept) return;
    for (const { nativeId, answered } of this.#all.values()) {
      if (answered) this.#all.delete(nativeId);
    }
  }

  delete(nativeId: RequestId): void {
    this.#all.delete(nativeId);
  }

  clear(): void {
    this.#all.clear();
  }
}
