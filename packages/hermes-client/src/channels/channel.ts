import { BridgeError, type OpenThread } from "@fairlead/bridge-core";
import { textOf, type Fields } from "@fairlead/bridge-core/parts";
import type { JsonValue } from "@fairlead/codex-proto";

/** Parameters of a request, by the names that Hermes has for them. */
export type HermesParams = Readonly<Record<string, JsonValue>>;

/** What a conversation is opened with. */
export type HermesOpening = Pick<OpenThread, "cwd" | "mcpServers" | "instructions">;

/** A time limit, in milliseconds, for what is answered when its work is done: a day. */
export const patientMs: number = 24 * 60 * 60_000;

/** Where a channel's events go. */
export interface HermesSink {
  /** An event of the stdio gateway's: `message.delta`, `tool.start`, `approval.request`, … */
  readonly event: (type: string, payload: Fields) => void;
  /** The agent is gone. Not called after dispose. */
  readonly ended: (error: BridgeError) => void;
}

/**
 * One conversation with Hermes, in the words of its stdio gateway whatever is behind: disposing of it ends
 * what was started for it.
 */
export interface HermesChannel extends AsyncDisposable {
  /**
   * `session.create`, `prompt.submit`, `session.interrupt`, …, and what only the gateway as we start it
   * knows: `fairlead.answer` (leave for a call), `.steer`, `.fork`, `.skill`, `.skills`, `.effort`,
   * `.standing`. Rejects with a `BridgeError` when Hermes refuses, is gone, stays silent for `timeoutMs`,
   * or knows no such thing this way.
   */
  request(method: string, params: HermesParams, timeoutMs?: number): Promise<Fields>;
}

/** A conversation by another way than the gateway: what every way knows, in the gateway's words. */
export abstract class OtherWay implements HermesChannel {
  protected readonly sink: HermesSink;
  /** The stored conversation; empty as long as there is none. */
  protected session = "";

  constructor(sink: HermesSink) {
    this.sink = sink;
  }

  async request(method: string, params: HermesParams): Promise<Fields> {
    switch (method) {
      case "session.create":
      case "session.resume":
        this.session = textOf(params["session_id"]);
        await this.open();
        return { session_id: this.session, stored_session_id: this.session };
      case "prompt.submit":
        await this.prompt(textOf(params["text"]));
        return {};
      case "session.interrupt":
        await this.stop();
        return {};
      default:
        return this.other(method, params);
    }
  }

  /** Begins the conversation, or goes on with that of `session`. */
  protected abstract open(): Promise<void>;
  /** Hands the user's words over. */
  protected abstract prompt(text: string): Promise<void>;
  protected abstract stop(): Promise<void>;
  abstract [Symbol.asyncDispose](): Promise<void>;

  /** What only some ways know. */
  protected other(method: string, _params: HermesParams): Promise<Fields> {
    const isSteer = method === "fairlead.steer";
    const words = `Hermes knows no ${method} in the way it is reached here`;
    const error = isSteer
      ? new BridgeError("not-running", "Hermes takes no more now")
      : new BridgeError("unsupported", words);
    return Promise.reject(error);
  }

  /** A turn is over. */
  protected over(status: string, text: string, usage: Fields, told: Fields = {}): void {
    this.sink.event("message.complete", { status, text, usage });
    this.sink.event("session.info", { running: false, ...told });
  }
}
