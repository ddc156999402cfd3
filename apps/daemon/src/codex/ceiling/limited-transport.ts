import { messageOf } from "@fairlead/bridge-core/transport";
import { type OperatorPolicy, refuseClientWrite, requireWithinRoots } from "@fairlead/bridge-core";
import type { CloseReason, FrameTransport, TransportEvents } from "@fairlead/bridge-core/peer";
import type { Log } from "../../serve/log.ts";
import { knowingAll, opening, working } from "./client-requests.ts";
import { type Excess, loweredResult } from "./effective.ts";
import { limitedTelling, telling } from "./limit-telling.ts";
import { KnownThreads } from "./known-threads.ts";
import { limitRequest } from "./limit-request.ts";
import { isObject, type JsonObject, objectOf, parseObject, textOf } from "./narrow.ts";
import { OwnRequests } from "./own-requests.ts";
import { isOfInterest } from "./of-interest.ts";

/** What {@link limitedTransport} needs. */
export interface LimitedTransportOptions {
  readonly policy: OperatorPolicy;
  /** Folder codex works in when nobody names one. */
  readonly defaultCwd: string;
  readonly log: Log;
  /** Called once, when the connection is over. */
  readonly onEnd: () => void;
}

/**
 * A connection to a codex app-server on which no client exceeds the operator's ceiling. What a client
 * asks for beyond it is lowered, or refused where it cannot be lowered; what a thread has beyond it
 * for another reason (the user's configuration, an earlier life) is lowered before the client gets
 * the thread. The client is told by a `warning` behind the response.
 */
export function limitedTransport(
  inner: FrameTransport,
  options: LimitedTransportOptions,
): FrameTransport {
  return new LimitedTransport(inner, options);
}

const maxHeldFrames = 10_000;

interface Asked {
  readonly method: string;
  readonly threadId: string | null;
  readonly lowered: readonly string[];
  /** True: the thread was loaded before, so others may work in it. */
  readonly isShared: boolean;
}

class LimitedTransport implements FrameTransport {
  readonly #inner: FrameTransport;
  readonly #options: LimitedTransportOptions;
  readonly #threads: KnownThreads;
  readonly #own: OwnRequests;
  /** Requests of the client whose responses matter, by the JSON of their ids. */
  readonly #asked = new Map<string, Asked>();
  #events: TransportEvents | null = null;
  /** The client's frames go to codex one after the other. */
  #outgoing: Promise<void> = Promise.resolve();
  #outgoingLength = 0;
  /** Frames of codex that wait until a thread is lowered; null = none waits. */
  #held: string[] | null = null;
  #isOver = false;

  constructor(inner: FrameTransport, options: LimitedTransportOptions) {
    this.#inner = inner;
    this.#options = options;
    this.#threads = new KnownThreads(options.policy);
    this.#own = new OwnRequests((text) => inner.send(text));
  }

  start(events: TransportEvents): void {
    this.#events = events;
    this.#inner.start({
      onFrame: (text) => this.#receive(text),
      onUnreadable: (reason) => events.onUnreadable?.(reason),
      onDrain: () => events.onDrain?.(),
      onClose: (reason) => this.#closed(reason),
    });
  }

  send(text: string): void {
    this.#outgoingLength += text.length;
    this.#outgoing = this.#outgoing.then(async () => {
      this.#outgoingLength -= text.length;
      await this.#forward(text);
    });
  }

  get bufferedBytes(): number {
    return this.#inner.bufferedBytes + this.#outgoingLength;
  }

  close(code?: number, reason?: string): void {
    this.#over();
    // Behind what was sent before.
    this.#outgoing = this.#outgoing.then(() => this.#inner.close(code, reason));
  }

  async #forward(text: string): Promise<void> {
    const frame = parseObject(text);
    if (frame === null) {
      this.#options.log("debug", "a frame for codex is no JSON object and was left out");
      return;
    }
    const { id, method, params } = frame;
    if (typeof method !== "string" || id === undefined) {
      // Not the client's text, as below.
      this.#inner.send(JSON.stringify(frame));
      return;
    }
    try {
      await this.#request(frame, method, params);
    } catch (error) {
      const message = messageOf(error);
      this.#deliver({ id, error: { code: -32600, message } });
    }
  }

  async #request(frame: JsonObject, method: string, params: unknown): Promise<void> {
    const { policy } = this.#options;
    if (method === "initialize") {
      this.#inner.send(JSON.stringify({ ...frame, params: knowingAll(objectOf(params)) }));
      return;
    }
    const verdict = limitRequest(method, params, policy);
    // Codex writes files for its clients whatever the sandbox of its threads.
    refuseClientWrite(method, policy);
    if (verdict.kind === "refuse") throw new Error(verdict.reason);
    const threadId = textOf(objectOf(params)["threadId"]);
    if (threadId !== null && working.has(method)) await this.#settle(threadId);
    await this.#requirePlaces(method, verdict.params);
    const { lowered } = verdict;
    if (opening.has(method) || telling.has(method) || lowered.length > 0) {
      const isShared = method === "thread/resume" && (await this.#isLoaded(threadId));
      this.#asked.set(JSON.stringify(frame["id"]), { method, threadId, lowered, isShared });
    }
    // Not the client's text: a parser that reads it differently must not get another request.
    this.#inner.send(JSON.stringify({ ...frame, params: verdict.params }));
  }

  async #isLoaded(threadId: string | null): Promise<boolean> {
    if (threadId === null) return false;
    try {
      const { thread } = await this.#own.ask("thread/read", { threadId, includeTurns: false });
      const state = textOf(objectOf(objectOf(thread)["status"])["type"]);
      return state !== null && state !== "notLoaded";
    } catch {
      // Then the resume says what is wrong with it.
      return false;
    }
  }

  async #requirePlaces(method: string, params: unknown): Promise<void> {
    const { policy, defaultCwd } = this.#options;
    const gate = {
      roots: policy.roots ?? null,
      defaultCwd,
      folderOf: async (threadId: string) => this.#threads.get(threadId)?.folder ?? undefined,
    };
    await requireWithinRoots(method, params, gate);
  }

  /** Before anything runs in a thread, its settings are known and within the ceiling. */
  async #settle(threadId: string): Promise<void> {
    const known = this.#threads.get(threadId);
    let excess = known?.excess ?? null;
    if (known === undefined) {
      const result = await this.#own.ask("thread/resume", { threadId, excludeTurns: true });
      excess = this.#threads.set(threadId, result);
    }
    if (excess !== null) await this.#lower(threadId, excess);
  }

  async #lower(threadId: string, excess: Excess): Promise<void> {
    await this.#own.ask("thread/settings/update", { threadId, ...excess.update });
    this.#threads.lowered(threadId);
    this.#warn(threadId, excess.lowered);
  }

  #receive(text: string): void {
    const isRead = isOfInterest(text, this.#asked.size > 0 || this.#own.isWaiting);
    const frame = isRead ? parseObject(text) : null;
    if (frame !== null && this.#own.take(frame)) return;
    if (this.#held !== null) {
      this.#held.push(text);
      if (this.#held.length > maxHeldFrames) this.close(1013, "codex sent too much at once");
      return;
    }
    if (frame === null) this.#events?.onFrame(text);
    else this.#read(frame, text);
  }

  #read(frame: JsonObject, text: string): void {
    const { id, method, result } = frame;
    if (typeof method === "string") {
      this.#threads.notified(method, objectOf(frame["params"]));
      this.#events?.onFrame(text);
      return;
    }
    const key = JSON.stringify(id) ?? "";
    const asked = this.#asked.get(key);
    this.#asked.delete(key);
    if (asked === undefined || !isObject(result)) {
      this.#events?.onFrame(text);
      return;
    }
    if (opening.has(asked.method)) {
      this.#opened(frame, result, asked);
      return;
    }
    if (telling.has(asked.method)) {
      const { policy } = this.#options;
      this.#deliver({ ...frame, result: limitedTelling(asked.method, result, policy) });
      return;
    }
    this.#events?.onFrame(text);
    if (asked.threadId !== null) this.#warn(asked.threadId, asked.lowered);
  }

  /** A thread was opened: the client gets it once it is within the ceiling. */
  #opened(frame: JsonObject, result: JsonObject, asked: Asked): void {
    const { method, lowered } = asked;
    const threadId = textOf(objectOf(result["thread"])["id"]);
    if (threadId === null) {
      this.#deliver(frame);
      return;
    }
    this.#held = [];
    const found = this.#threads.set(threadId, result);
    // Who only looks on changes nothing: it is lowered when this client wants it to work.
    const excess = asked.isShared ? null : found;
    void this.#admit(method, threadId, excess, result)
      .then(
        (admitted) => {
          this.#deliver({ ...frame, result: admitted });
          this.#warn(threadId, [...lowered, ...(excess?.lowered ?? [])]);
        },
        (error: unknown) => {
          this.#threads.forget(threadId);
          const message = messageOf(error);
          this.#deliver({ id: frame["id"], error: { code: -32600, message } });
        },
      )
      .then(() => this.#release());
  }

  async #admit(
    method: string,
    threadId: string,
    excess: Excess | null,
    result: JsonObject,
  ): Promise<JsonObject> {
    await this.#requirePlaces(method, { cwd: result["cwd"] });
    if (excess === null) return result;
    try {
      await this.#own.ask("thread/settings/update", { threadId, ...excess.update });
    } catch (error) {
      const detail = messageOf(error);
      throw new Error(
        `the thread ${threadId} has more rights than the operator allows and cannot be lowered (${detail}): ` +
          "set `approval_policy` and `sandbox_mode` in the configuration of codex, or update codex",
        { cause: error },
      );
    }
    this.#threads.lowered(threadId);
    return loweredResult(result, excess);
  }

  #release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    // Another thread may be opened among them: what follows waits for it too.
    for (const text of held) this.#receive(text);
  }

  #warn(threadId: string, sentences: readonly string[]): void {
    for (const message of this.#threads.news(threadId, sentences)) {
      this.#deliver({ method: "warning", params: { threadId, message } });
    }
  }

  #deliver(frame: JsonObject): void {
    if (!this.#isOver) this.#events?.onFrame(JSON.stringify(frame));
  }

  #closed(reason: CloseReason): void {
    this.#over();
    this.#events?.onClose(reason);
  }

  #over(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#held = null;
    this.#own.end("the connection to codex has ended");
    this.#options.onEnd();
  }
}
