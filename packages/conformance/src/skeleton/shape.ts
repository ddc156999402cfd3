/**
 * What a conversation looked like to its clients, without texts, ids, times and counts that may
 * differ. Plain data in a canonical order: two recordings of one script by the same server give
 * equal JSON.
 */
export interface Skeleton {
  /** By name of the connection; the first is `a`. */
  readonly clients: Readonly<Record<string, ClientSkeleton>>;
}

/** What one connection asked and saw. */
export interface ClientSkeleton {
  /** In the order in which they were sent; the order of responses says nothing. */
  readonly requests: readonly RequestSkeleton[];
  /** In order of appearance, sub-agents behind the thread that started them. */
  readonly threads: readonly ThreadSkeleton[];
  /** Notifications about no thread: each kind once, sorted. */
  readonly notifications: readonly string[];
}

/** A request of the client. Error codes and texts are not part of it. */
export interface RequestSkeleton {
  readonly method: string;
  readonly outcome: "ok" | "error" | "unanswered";
  /** What the result says, in sentences that any server's would have. */
  readonly facts: readonly string[];
}

/** One thread as one connection saw it. */
export interface ThreadSkeleton {
  /** `thread 1`, and `thread 1.1` for its first sub-agent. */
  readonly name: string;
  readonly turns: readonly TurnSkeleton[];
  /** Notifications about the thread and no turn of it: each kind once, sorted. */
  readonly notifications: readonly string[];
}

/** One turn as one connection saw it. */
export interface TurnSkeleton {
  /** The status of `turn/completed`; `open` when there was none. */
  readonly status: string;
  /** Kind of `codexErrorInfo` of a failed turn. */
  readonly error: string | null;
  /** False for a turn that ran when the client came. */
  readonly seenFromStart: boolean;
  readonly items: readonly ItemSkeleton[];
  /** Server requests about no item that was seen, such as questions. */
  readonly asks: readonly AskSkeleton[];
  readonly notifications: readonly string[];
}

/** One item. */
export interface ItemSkeleton {
  readonly type: string;
  /** Its own status at the end, or `completed` where the type has none; `open` if it never ended. */
  readonly status: string;
  /** Items with the same number were open at the same time; they are sorted, not ordered. */
  readonly run: number;
  /** Sorted. */
  readonly asks: readonly AskSkeleton[];
  /** The fields of the field contract that are not empty. */
  readonly filled: readonly string[];
  /** A command that only reads, lists or searches. */
  readonly onlyReads: boolean;
}

/** A request of the server. */
export interface AskSkeleton {
  readonly method: string;
  /** The client's decision, `answered`, `error`, or how it ended without this client's answer. */
  readonly outcome: string;
}
