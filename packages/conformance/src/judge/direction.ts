import {
  isClientMethod,
  isServerNotificationMethod,
  isServerRequestMethod,
  resultSchema,
  serverResponseSchema,
} from "@fairlead/codex-proto";
import { type FrameId, idKey } from "../frame.ts";
import { isRecord } from "../read.ts";

/** Which way a frame went, as the client sees it. */
export type Dir = "send" | "recv";

/**
 * Tells which way bare frames of one client went. A method says whose it is; a response goes the
 * other way than the request it answers.
 */
export class DirectionGuess {
  readonly #open = { send: new Map<string, string>(), recv: new Map<string, string>() };

  /** The way of a bare frame; `undefined` for what is no frame. Call it for every frame, in order. */
  of(frame: unknown): Dir | undefined {
    if (!isRecord(frame)) return undefined;
    const { id, method } = frame;
    if (typeof method === "string") return wayOf(method, id !== undefined);
    if (!isFrameId(id) || !("result" in frame || "error" in frame)) return undefined;
    const asked = this.#open.send.get(idKey(id));
    const wasAsked = this.#open.recv.get(idKey(id));
    if (wasAsked === undefined) return "recv";
    if (asked === undefined) return "send";
    // Both sides count from small numbers. The result tells which question it answers.
    const fits = isClientMethod(asked) && resultSchema(asked).safeParse(frame["result"]).success;
    const answers =
      isServerRequestMethod(wasAsked) &&
      serverResponseSchema(wasAsked).safeParse(frame["result"]).success;
    return answers && !fits ? "send" : "recv";
  }

  /** Takes a frame whose way is known, so that its response can be told. */
  note(dir: Dir, frame: unknown): void {
    if (!isRecord(frame)) return;
    const { id, method } = frame;
    if (!isFrameId(id)) return;
    if (typeof method === "string") this.#open[dir].set(idKey(id), method);
    else this.#open[dir === "send" ? "recv" : "send"].delete(idKey(id));
  }
}

/** Of a method nobody knows: clients ask and servers tell. */
function wayOf(method: string, isRequest: boolean): Dir {
  if (isServerRequestMethod(method) || isServerNotificationMethod(method)) return "recv";
  if (isClientMethod(method) || method === "initialized") return "send";
  return isRequest ? "send" : "recv";
}

function isFrameId(value: unknown): value is FrameId {
  return typeof value === "string" || typeof value === "number";
}
