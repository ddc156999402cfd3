/** Which way a frame went, as the client of the connection sees it. */
export type Direction = "send" | "receive";

/** A JSON-RPC id as codex allows it. */
export type FrameId = string | number;

/** A request that waits for its response. */
export interface PendingRequest {
  readonly method: string;
  readonly params: unknown;
}

/**
 * What a well-formed frame is. Responses carry the request they answer; without one there is no
 * match.
 */
export type Message =
  | {
      readonly kind: "request";
      readonly id: FrameId;
      readonly method: string;
      readonly params: unknown;
    }
  | { readonly kind: "notification"; readonly method: string; readonly params: unknown }
  | {
      readonly kind: "result";
      readonly id: FrameId;
      readonly result: unknown;
      readonly request: PendingRequest | undefined;
    }
  | {
      readonly kind: "error";
      readonly id: FrameId;
      readonly error: unknown;
      readonly request: PendingRequest | undefined;
    };

/** One frame on its way through the laws. */
export interface Step {
  readonly direction: Direction;
  /** Position in the stream, both directions counted together, from 0. */
  readonly index: number;
  readonly frame: unknown;
  readonly message: Message;
}

/** A map key that tells `1` from `"1"`. */
export function idKey(id: FrameId): string {
  return `${typeof id}:${id}`;
}
