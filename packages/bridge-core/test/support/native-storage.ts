import type { NativeSession, NativeSessions, ThreadOp } from "../../src/index.ts";
import { opChannel, type OpChannel } from "../../src/server/op-channel.ts";

/** When everything in a storage happened that says no more. */
const longAgoMs: number = Date.UTC(2026, 0, 1);

/** What the agent keeps of its conversations itself, as far as the test says. */
export class NativeStorage {
  readonly #sessions = new Map<string, NativeSession>();
  readonly #turns = new Map<string, readonly ThreadOp[]>();
  #changes: OpChannel<string> = opChannel<string>();
  /** How often somebody began to follow the changes. */
  followers = 0;
  /** How often somebody listed the conversations. */
  listings = 0;
  /** What the last follower was given to be told of its end. */
  signal: AbortSignal | null = null;

  /** Puts a conversation in, or changes it. */
  put(nativeId: string, turns: readonly ThreadOp[], change: Partial<NativeSession> = {}): void {
    const known = this.#sessions.get(nativeId) ?? {
      nativeId,
      parentNativeId: null,
      cwd: null,
      title: null,
      preview: `question of ${nativeId}`,
      createdAtMs: longAgoMs,
      updatedAtMs: longAgoMs,
      stamp: "",
      archived: false,
      busyElsewhere: false,
    };
    this.#sessions.set(nativeId, { ...known, ...change });
    this.#turns.set(nativeId, turns);
  }

  /** Tells whoever follows that these changed. */
  change(...nativeIds: readonly string[]): void {
    for (const nativeId of nativeIds) this.#changes.push(nativeId);
  }

  /** What is followed ends, by itself or with an error. */
  breakOff(error?: Error): void {
    const broken = this.#changes;
    this.#changes = opChannel<string>();
    broken.close(error);
  }

  /** As the bridge offers it; `goesOn` false is an agent that tells no changes. */
  sessions({ goesOn = true }: { readonly goesOn?: boolean } = {}): NativeSessions {
    const quiet: NativeSessions = {
      list: () => this.#list(),
      read: (nativeId) => this.#read(nativeId),
    };
    return goesOn ? { ...quiet, changes: ({ signal }) => this.#follow(signal) } : quiet;
  }

  async *#list(): AsyncGenerator<NativeSession> {
    this.listings += 1;
    yield* [...this.#sessions.values()].toSorted((a, b) => b.updatedAtMs - a.updatedAtMs);
  }

  async *#read(nativeId: string): AsyncGenerator<ThreadOp> {
    const ops = this.#turns.get(nativeId) ?? [];
    for (const [index, op] of ops.entries()) yield { atMs: longAgoMs + index * 1000, ...op };
  }

  async *#follow(signal: AbortSignal): AsyncGenerator<string> {
    this.followers += 1;
    this.signal = signal;
    const followed = this.#changes;
    signal.addEventListener("abort", () => followed.close(), { once: true });
    yield* followed.items;
  }
}

/** A message of the agent's, whole. */
export function message(key: string, text: string): ThreadOp[] {
  return [
    { op: "open", key, item: { type: "message" } },
    { op: "text", key, delta: text },
    { op: "close", key },
  ];
}

/** A turn as far as it has come; `end` false: it still runs. */
export function nativeTurn(
  turn: string,
  ops: readonly ThreadOp[],
  { end = true }: { readonly end?: boolean } = {},
): ThreadOp[] {
  const input = [{ type: "text" as const, text: `ask ${turn}`, text_elements: [] }];
  return [
    { op: "begin", turn, input },
    ...ops,
    ...(end ? [{ op: "end" as const, turn, status: "completed" as const }] : []),
  ];
}
