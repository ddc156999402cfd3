import type { JsonObject } from "../scenario/step.ts";
import type { ClientFrame } from "../skeleton.ts";

/** A request and its result. */
export interface Exchange {
  readonly method: string;
  readonly params: unknown;
  readonly result: unknown;
}

interface Waiter {
  readonly matches: (frame: JsonObject) => boolean;
  readonly resolve: (frame: JsonObject) => void;
  readonly reject: (error: unknown) => void;
  readonly what: string;
}

/** A frame of a client's, and whether the script has taken it. */
interface Entry {
  readonly dir: "send" | "recv";
  readonly frame: JsonObject;
  taken: boolean;
  /** It belongs to something that codex's script does not have. */
  readonly hidden: boolean;
}

/** What a script's client said and heard, from which the script takes what it waits for. */
export class ScriptLog {
  readonly #entries: Entry[] = [];
  readonly #waiters: Waiter[] = [];
  /** Where the script's part ends: behind the last frame it sent or took. */
  #kept = 0;

  /** The script sends a frame. */
  sent(frame: JsonObject): void {
    this.#entries.push({ dir: "send", frame, taken: false, hidden: false });
    this.#kept = this.#entries.length;
  }

  /** A frame came, for whoever waits for it. */
  received(frame: JsonObject): void {
    const entry: Entry = { dir: "recv", frame, taken: false, hidden: false };
    this.#entries.push(entry);
    const at = this.#waiters.findIndex(({ matches }) => matches(frame));
    const [waiter] = at === -1 ? [] : this.#waiters.splice(at, 1);
    if (waiter === undefined) return;
    this.#taken(entry, this.#entries.length - 1);
    waiter.resolve(frame);
  }

  /** A frame that is no part of the script. */
  aside(dir: Entry["dir"], frame: JsonObject): void {
    this.#entries.push({ dir, frame, taken: true, hidden: true });
  }

  /** Takes the first frame that matches and that nobody has taken; null when there is none yet. */
  take(matches: (frame: JsonObject) => boolean): JsonObject | null {
    for (const [index, entry] of this.#entries.entries()) {
      if (entry.dir !== "recv" || entry.taken || !matches(entry.frame)) continue;
      this.#taken(entry, index);
      return entry.frame;
    }
    return null;
  }

  /** Takes the next frame that matches. */
  wait(matches: (frame: JsonObject) => boolean, what: string): Promise<JsonObject> {
    return new Promise((resolve, reject) => {
      this.#waiters.push({ matches, resolve, reject, what });
    });
  }

  /** Nobody waits any more. */
  giveUp(reason: (what: string) => unknown): void {
    for (const { reject, what } of this.#waiters.splice(0)) reject(reason(what));
  }

  /** What the script waits for. */
  get waitingFor(): readonly string[] {
    return this.#waiters.map(({ what }) => what);
  }

  /** The script's frames, up to the last one it sent or took. */
  get frames(): readonly Pick<ClientFrame, "dir" | "frame">[] {
    return this.#entries
      .slice(0, this.#kept)
      .filter(({ hidden }) => !hidden)
      .map(({ dir, frame }) => ({ dir, frame }));
  }

  /** Every frame that went this way, also behind the script's end. */
  all(way: Entry["dir"]): readonly JsonObject[] {
    return this.#entries.flatMap(({ dir, frame }) => (dir === way ? [frame] : []));
  }

  /** The script's requests that were answered with a result, in the order they were sent. */
  get exchanges(): readonly Exchange[] {
    const results = new Map(
      this.all("recv").flatMap((frame) =>
        frame["method"] === undefined && "result" in frame ? [[frame["id"], frame["result"]]] : [],
      ),
    );
    return this.all("send").flatMap(({ id, method, params }) =>
      typeof method === "string" && results.has(id)
        ? [{ method, params, result: results.get(id) }]
        : [],
    );
  }

  #taken(entry: Entry, index: number): void {
    entry.taken = true;
    this.#kept = Math.max(this.#kept, index + 1);
  }
}
