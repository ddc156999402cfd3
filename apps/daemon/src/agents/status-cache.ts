import { messageOf } from "@fairlead/bridge-core/transport";
import type { AgentStatus } from "@fairlead/bridge-core";

/** How long an answer is taken for true. */
const maxAgeMs = 15_000;
/** How long an agent may take to say that it is there. */
const timeoutMs = 5000;

/** Whether an agent can be used, asked at most once at a time and once in {@link maxAgeMs}. */
export class StatusCache {
  readonly #ask: (signal: AbortSignal) => Promise<AgentStatus>;
  #answer: { readonly atMs: number; readonly status: Promise<AgentStatus> } | null = null;

  constructor(ask: (signal: AbortSignal) => Promise<AgentStatus>) {
    this.#ask = ask;
  }

  /** Never rejects. */
  get(): Promise<AgentStatus> {
    const nowMs = performance.now();
    if (this.#answer !== null && nowMs - this.#answer.atMs < maxAgeMs) return this.#answer.status;
    const status = this.#probe();
    this.#answer = { atMs: nowMs, status };
    return status;
  }

  forget(): void {
    this.#answer = null;
  }

  async #probe(): Promise<AgentStatus> {
    const signal = AbortSignal.timeout(timeoutMs);
    const late = new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () =>
        reject(new Error(`it did not answer within ${timeoutMs} ms`)),
      );
    });
    try {
      return await Promise.race([this.#ask(signal), late]);
    } catch (error) {
      const detail = messageOf(error);
      return { available: false, reason: "error", detail, login: null };
    }
  }
}
