import { randomUUID } from "node:crypto";
import { isObject, type JsonObject, objectOf } from "./narrow.ts";

interface Waiting {
  readonly resolve: (result: JsonObject) => void;
  readonly reject: (error: Error) => void;
}

const answerMs = 10_000;

/** Requests to codex that the client does not see. */
export class OwnRequests {
  readonly #prefix = `fairlead-${randomUUID()}-`;
  readonly #send: (text: string) => void;
  readonly #waiting = new Map<unknown, Waiting>();
  #count = 0;

  constructor(send: (text: string) => void) {
    this.#send = send;
  }

  get isWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  /** Rejects with codex's own words, when the connection ends, or after ten seconds. */
  async ask(method: string, params: JsonObject): Promise<JsonObject> {
    const id = `${this.#prefix}${(this.#count += 1)}`;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<JsonObject>((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject });
        const late = new Error(`codex did not answer ${method} within ${answerMs / 1000} s`);
        timer = setTimeout(() => reject(late), answerMs);
        this.#send(JSON.stringify({ id, method, params }));
      });
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(id);
    }
  }

  /** True when the frame was an answer to one of these. */
  take(frame: JsonObject): boolean {
    const { id, method, error, result } = frame;
    if (typeof id !== "string" || !id.startsWith(this.#prefix) || method !== undefined)
      return false;
    const waiting = this.#waiting.get(id);
    if (isObject(error)) waiting?.reject(new Error(String(error["message"])));
    else waiting?.resolve(objectOf(result));
    return true;
  }

  /** The connection is over. */
  end(reason: string): void {
    for (const { reject } of this.#waiting.values()) reject(new Error(reason));
    this.#waiting.clear();
  }
}
