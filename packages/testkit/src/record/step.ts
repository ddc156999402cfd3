import type { JsonObject } from "../json.ts";

/** Names a value of a received frame by its path, such as `result.thread.id`. */
export type Captures = Readonly<Record<string, string>>;

/**
 * One step of a scenario. In every frame that is sent, a string `$name` stands for the value
 * captured under that name, and `$cwd` inside a string for the project folder. A frame to wait for
 * is a pattern: it matches a received frame that has at least these members, and each received
 * frame is taken once.
 */
export type RecordStep =
  | { readonly type: "send"; readonly frame: JsonObject }
  /** A JSON-RPC request with the next free id; waits for its response, also for an error. */
  | {
      readonly type: "request";
      readonly method: string;
      readonly params: JsonObject;
      readonly capture?: Captures;
    }
  | { readonly type: "await"; readonly frame: JsonObject; readonly capture?: Captures }
  /** Waits for a request of the agent and answers it in the agent's own envelope. */
  | {
      readonly type: "answer";
      readonly to: JsonObject;
      readonly with: JsonObject;
      readonly capture?: Captures;
    }
  /** Lets the mock's held answers go on. */
  | { readonly type: "release" };

/** A conversation with a real agent, as data. */
export interface Scenario {
  /** Files of the project folder before the agent starts. */
  readonly files?: Readonly<Record<string, string>>;
  /** Arguments in addition to those every recording of the agent has. */
  readonly arguments?: readonly string[];
  /** Environment variables in addition to those every recording of the agent has. */
  readonly env?: Readonly<Record<string, string>>;
  readonly steps: readonly RecordStep[];
}
