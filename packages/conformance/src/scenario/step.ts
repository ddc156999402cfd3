/** A JSON object of the wire. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Names a value of a received frame by its path, such as `result.thread.id`. */
export type Captures = Readonly<Record<string, string>>;

/** Which connection a step uses; absent = `a`, which is open from the start. */
interface OnClient {
  readonly client?: string;
}

/**
 * One step of a client script. In every frame that is sent, a string `$name` stands for the value
 * captured under that name, and `$cwd` inside a string for the project folder. A frame to wait for
 * is a pattern: it matches a received frame that has at least these members, and each received
 * frame is taken once per connection.
 */
export type ClientStep =
  /** Opens one more connection to the same server. */
  | { readonly type: "connect"; readonly client: string }
  /** Ends a connection without a word. */
  | ({ readonly type: "disconnect" } & OnClient)
  | ({ readonly type: "send"; readonly frame: JsonObject } & OnClient)
  /** A JSON-RPC request with the next free id; waits for its response, also for an error. */
  | ({
      readonly type: "request";
      readonly method: string;
      readonly params: JsonObject;
      readonly capture?: Captures;
      /** What the agent does next; see `docs/write-a-bridge.md`. Recordings of codex ignore it. */
      readonly beat?: string;
    } & OnClient)
  | ({ readonly type: "await"; readonly frame: JsonObject; readonly capture?: Captures } & OnClient)
  /** Waits for a request of the server and answers it: with a result, or refuses with an error. */
  | ({
      readonly type: "answer";
      readonly to: JsonObject;
      readonly capture?: Captures;
    } & OnClient &
      (
        | { readonly with: JsonObject }
        | { readonly error: { readonly code: number; readonly message: string } }
      ))
  /** Lets what the agent (or its model) holds back go on. */
  | { readonly type: "release" };
