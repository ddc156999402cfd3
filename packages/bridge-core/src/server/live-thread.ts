import type { UserInput } from "@fairlead/codex-proto";
import type { AgentThread } from "../adapter.ts";
import { BridgeError, messageOf, RpcError } from "../errors.ts";
import type { Failure, ThreadOp } from "../ops.ts";
import { bridgeSettings } from "../threads/meta.ts";
import { accepted, cancelled, type AskOutcome } from "../turn/asks.ts";
import { failureOf } from "../turn/failures.ts";
import type { RecordedAsk } from "../turn/recorder.ts";
import { AgentLink } from "./agent-link.ts";
import { Audience } from "./audience.ts";
import { CatchUp } from "./catch-up.ts";
import { ChildThreads } from "./child-threads.ts";
import type { ThreadServices } from "./services.ts";
import type { LiveThreadParts, TurnInput } from "./live-thread-parts.ts";
import { SessionGrants } from "./session-grants.ts";
import { routeOp, type OpTargets } from "./op-router.ts";
import { Steering } from "./steering.ts";
import { TurnDiff } from "./turn-diff.ts";
import { UserWork } from "./user-work.ts";
import { WireThread, type WireThreadEvents } from "./wire-thread.ts";

/**
 * A loaded thread: its agent, its turns, its sub-agents and everything the user may do to it. One
 * turn runs at a time; what the user says meanwhile reaches the agent within it.
 */
export class LiveThread implements WireThreadEvents {
  readonly wire: WireThread;
  readonly audience: Audience;
  readonly #services: ThreadServices;
  readonly #link: AgentLink;
  readonly #catchUp: CatchUp;
  readonly #diff: TurnDiff;
  readonly #children: ChildThreads;
  readonly #grants = new SessionGrants();
  readonly #steering: Steering;
  readonly #work: UserWork;
  /** What happened beside the conversation since the last prompt. */
  #asides: UserInput[] = [];
  #begin: (() => void) | null = null;
  /** Settles when the agent has the running turn's first prompt; null for a turn of its own. */
  #prompted: Promise<AgentThread | null> | null = null;
  /** The agent has not been told of the running turn yet. */
  #untold = false;
  #inBackground = false;
  #interruption: { readonly timer: NodeJS.Timeout } | null = null;
  #lastUsedMs: number;
  #disposed = false;

  constructor(services: ThreadServices, parts: LiveThreadParts) {
    this.#services = services;
    this.audience = new Audience(services.now);
    this.wire = new WireThread(services, parts.meta, parts.turns, this.audience, this);
    this.#children = new ChildThreads(services, this.wire, this);
    this.#diff = new TurnDiff(services);
    this.#lastUsedMs = services.now();
    this.#work = new UserWork(services);
    this.#steering = new Steering((reason) => this.#onKept(reason));
    const targets: OpTargets = {
      wire: this.wire,
      children: this.#children,
      diff: this.#diff,
      onBackground: (running) => (this.#inBackground = running),
      onSession: (nativeId) => this.#onSession(nativeId),
      onEnd: (op, atMs) => this.#onEnd(op, atMs),
    };
    this.#catchUp = new CatchUp(services, targets, parts.running);
    this.#link = new AgentLink({
      graceMs: services.interruptGraceMs,
      open: async (signal) => {
        this.#requireLoaded();
        const agent = await parts.openAgent(this, signal);
        // Before the agent's first op: what went by came before it.
        if (!signal.aborted) await this.#catchUp.run();
        return agent;
      },
      onOp: (op) => routeOp(op, op.atMs ?? services.now(), targets),
      onGone: (failure) => this.#onGone(failure),
      onStuck: (reason) => services.log("warn", `thread ${this.id}: ${messageOf(reason)}`),
    });
  }

  get id(): string {
    return this.wire.meta.id;
  }

  /** A turn runs, an answer is awaited or a sub-agent works: the agent must not be taken away. */
  get isBusy(): boolean {
    return (
      this.#begin !== null ||
      this.#work.isRunning ||
      this.#inBackground ||
      [this.wire, ...this.#children.all].some((wire) => wire.recorder.openTurnId !== null)
    );
  }

  get hasAgent(): boolean {
    return this.#link.isOpen;
  }

  /** Whether the thread goes on as this conversation of the agent's, saved or not yet. */
  isConversation(nativeId: string): boolean {
    return this.wire.meta.nativeId === nativeId || this.#link.agent?.nativeId === nativeId;
  }

  get lastUsedMs(): number {
    return this.#lastUsedMs;
  }

  get children(): readonly WireThread[] {
    return this.#children.all;
  }

  /**
   * Opens the agent ahead of the first prompt, so that its start is not waited for. Failures show
   * at the prompt.
   */
  prewarm(): void {
    this.#link.ensure().catch((error: unknown) => {
      this.#services.log("debug", `thread ${this.id}: pre-warm failed: ${messageOf(error)}`);
    });
  }

  /** {@link prewarm} for a conversation that may go on without us: clients follow it from here. */
  async follow(): Promise<void> {
    if (this.#disposed || !this.#catchUp.isNeeded) return;
    this.#lastUsedMs = this.#services.now();
    await this.#link.ensure().catch((error: unknown) => this.#catchUp.fail(error));
  }

  /** Lets the agent go; the thread stays loaded and opens it again with the next prompt. */
  releaseAgent(): Promise<void> {
    return this.#link.close();
  }

  /**
   * Starts a turn, or adds to the running one. The turn shows on the wire once `afterResponse` runs
   * its action. Returns the turn's id.
   */
  startTurn(turn: TurnInput, afterResponse: (action: () => void) => void): string {
    this.#requireLoaded();
    this.#flush();
    const running = this.wire.recorder.openTurnId;
    if (running !== null) {
      this.steer(turn.input, turn.clientId);
      return running;
    }
    const turnId = this.#services.mint();
    this.#lastUsedMs = this.#services.now();
    this.#begin = () => {
      this.wire.recorder.begin(turnId, turnId, turn.input, turn.clientId, this.#services.now());
      if (turn.review != null) this.wire.recorder.enterReview(turn.review, this.#services.now());
      this.#untold = true;
      this.#prompted = this.#run(turnId, turn);
    };
    afterResponse(() => this.#flush());
    return turnId;
  }

  /**
   * Adds input to the running turn. It is shown at once and reaches the agent as soon as the agent
   * takes it.
   */
  steer(input: readonly UserInput[], clientId: string | null): void {
    const id = this.#services.mint();
    this.wire.recorder.steer(id, input, clientId, this.#services.now());
    this.#steering.add({ id, input }, this.#prompted ?? Promise.resolve(this.#link.agent));
  }

  /** The turn that runs, the one about to be shown included. */
  get runningTurnId(): string | null {
    this.#flush();
    return this.wire.recorder.openTurnId;
  }

  /** Adds a text the agent reads in front of the user's next message. */
  tellAgent(text: string): void {
    this.#asides.push({ type: "text", text, text_elements: [] });
  }

  /** Stops the running turn; it ends as interrupted within the grace whatever the agent does. */
  interrupt(): void {
    const running = this.runningTurnId;
    if (running === null || this.#interruption !== null) return;
    this.#steering.clear();
    const timer = setTimeout(() => void this.#giveUp(), this.#services.interruptGraceMs);
    this.#interruption = { timer };
    this.#stop(running);
  }

  /**
   * Has the agent compact its context, as a turn of its own, which fails when the agent cannot.
   * Never rejects: a refused request would end the codex TUI.
   */
  async compact(): Promise<void> {
    if (this.#disposed) return;
    const { adapter, mint, now } = this.#services;
    try {
      const agent = await this.#link.ensure();
      if (agent.compact === undefined)
        throw new BridgeError("unsupported", `${adapter.displayName} cannot compact on demand`);
      await agent.compact();
    } catch (error) {
      if (this.#disposed) return;
      const { recorder } = this.wire;
      const failure = failureOf(error);
      if (this.runningTurnId !== null) {
        recorder.apply({ op: "notice", message: failure.message }, now());
        return;
      }
      const turnId = mint();
      recorder.begin(turnId, turnId, [], null, now());
      recorder.end("failed", failure, now());
    }
  }

  /** The agent works between turns, as far as it tells. */
  get worksInBackground(): boolean {
    return this.#inBackground;
  }

  /** Runs `work` as part of the running turn, or in a turn of its own when none runs. */
  async inTurn(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.#requireLoaded();
    this.#flush();
    await this.#work.run(this.wire.recorder, work);
  }

  earlierAnswer({ ask }: RecordedAsk): AskOutcome | null {
    // The user stopped it all: nothing more is asked, and nothing more is allowed.
    if (this.#interruption !== null) return cancelled;
    return this.#grants.covers(ask) ? accepted : null;
  }

  onAnswer(thread: WireThread, { id, ask, itemId }: RecordedAsk, outcome: AskOutcome): void {
    if (outcome.remember) this.#grants.remember(ask);
    const { type } = outcome.answer;
    if (type === "decline" || type === "cancel") thread.recorder.declined(itemId);
    this.#guard("answer", this.#link.agent?.answer(id, outcome.answer));
    if (outcome.interrupt && this.runningTurnId !== null) this.interrupt();
  }

  onTurnEnded(thread: WireThread): void {
    if (thread !== this.wire) return;
    this.#lastUsedMs = this.#services.now();
    clearTimeout(this.#interruption?.timer);
    this.#interruption = null;
    this.#prompted = null;
    this.#sayAgain();
  }

  /** Ends the thread's life in memory: its agent is closed, its open turns end as interrupted. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    this.#begin = null;
    this.#work.close();
    this.#steering.close();
    this.#catchUp.close();
    this.#endAll("interrupted", null);
    for (const wire of [this.wire, ...this.#children.all]) wire.close();
    await this.#diff[Symbol.asyncDispose]();
    await this.#link.close();
  }

  /** A request that was under way when the thread was put away must not bring its agent back. */
  #requireLoaded(): void {
    if (this.#disposed) throw RpcError.invalidRequest(`thread not found: ${this.id}`);
  }

  #flush(): void {
    const begin = this.#begin;
    this.#begin = null;
    begin?.();
  }

  async #run(turnId: string, { input, outputSchema }: TurnInput): Promise<AgentThread | null> {
    try {
      const [agent] = await Promise.all([
        this.#link.ensure(),
        this.#diff.begin(this.wire.meta.cwd),
      ]);
      // Interrupted while the agent started: it never hears of the turn.
      if (this.wire.recorder.openTurnId !== turnId) return null;
      const settings = bridgeSettings(this.wire.meta);
      const told = [...this.#asides.splice(0), ...input];
      this.#untold = false;
      await agent.prompt({ id: turnId, input: told, settings, outputSchema });
      // Not before: a conversation without a prompt may not exist yet on the agent's side.
      if (agent.nativeId !== null) this.#onSession(agent.nativeId);
      return agent;
    } catch (error) {
      if (this.wire.recorder.openTurnId === turnId) this.#end("failed", failureOf(error));
      return null;
    }
  }

  #onKept(reason: unknown): void {
    const why = reason === null ? "it cannot be steered" : messageOf(reason);
    this.#services.log("debug", `thread ${this.id}: kept for the agent's next prompt: ${why}`);
    if (this.#interruption !== null) this.#steering.clear();
    else if (this.wire.recorder.openTurnId === null) this.#sayAgain();
  }

  /**
   * The turn ended before the agent took what the user said meanwhile: it is said in a new turn.
   */
  #sayAgain(): void {
    const input = this.#steering.take()?.input;
    if (input === undefined) return;
    this.startTurn({ input, clientId: null, outputSchema: null }, (go) => setImmediate(go));
  }

  /** Hands the agent what was said meanwhile. False when there is nothing. */
  #promptKept(): boolean {
    const { agent } = this.#link;
    const kept = agent === null ? null : this.#steering.take();
    if (agent === null || kept === null) return false;
    const { id, input } = kept;
    this.wire.recorder.continueWith(id);
    const settings = bridgeSettings(this.wire.meta);
    const turnId = this.wire.recorder.openTurnId;
    agent.prompt({ id, input, settings, outputSchema: null }).catch((error: unknown) => {
      if (this.wire.recorder.openTurnId === turnId) this.#end("failed", failureOf(error));
    });
    return true;
  }

  #stop(turnId: string): void {
    const { agent } = this.#link;
    for (const thread of [this.wire, ...this.#children.all]) {
      for (const { id } of thread.pendingAsks) {
        thread.dropAsk(id);
        this.#guard("answer", agent?.answer(id, { type: "cancel" }));
      }
    }
    if (this.#work.abort(turnId)) return;
    if (agent === null) this.#link.giveUpOpening();
    if (this.#untold || agent === null) this.#end("interrupted", null);
    else this.#guard("interrupt", agent.interrupt());
  }

  async #giveUp(): Promise<void> {
    this.#services.log("warn", `thread ${this.id}: the agent did not stop in time and is ended`);
    this.#endAll("interrupted", null);
    await this.#link.close();
  }

  async #onEnd(op: Extract<ThreadOp, { op: "end" }>, atMs: number): Promise<void> {
    const turnId = this.wire.recorder.openTurnId;
    await this.#steering.settled();
    // Ended for the agent meanwhile: what is open now is another one.
    if (this.wire.recorder.openTurnId !== turnId) return;
    const stopped = this.#interruption !== null;
    if (!stopped && this.#promptKept()) {
      if (op.failure !== undefined)
        this.wire.recorder.apply({ op: "notice", message: op.failure.message }, atMs);
      return;
    }
    await this.#diff.finish(this.wire);
    if (this.wire.recorder.openTurnId !== turnId) return;
    const status = stopped && op.status === "failed" ? "interrupted" : op.status;
    this.wire.recorder.end(
      status,
      status === "failed" ? (op.failure ?? null) : null,
      this.#services.now(),
    );
  }

  #onSession(nativeId: string): void {
    const { nativeIds } = this.wire.meta;
    const known = nativeIds.includes(nativeId) ? nativeIds : [...nativeIds, nativeId];
    this.wire.update({ nativeId, nativeIds: known, from: null });
  }

  #onGone(failure: Failure): void {
    this.#services.log("warn", `thread ${this.id}: the agent is gone: ${failure.message}`);
    this.#inBackground = false;
    this.#endAll(this.#interruption === null ? "failed" : "interrupted", failure);
  }

  #end(status: "failed" | "interrupted", failure: Failure | null): void {
    const nowMs = this.#services.now();
    if (this.#interruption !== null) this.wire.recorder.end("interrupted", null, nowMs);
    else this.wire.recorder.end(status, failure, nowMs);
  }

  #endAll(status: "failed" | "interrupted", failure: Failure | null): void {
    const nowMs = this.#services.now();
    const reason = status === "failed" ? failure : null;
    for (const child of this.#children.all) child.recorder.cut(status, reason, nowMs);
    this.wire.recorder.cut(status, reason, nowMs);
  }

  #guard(verb: string, outcome: Promise<void> | undefined): void {
    outcome?.catch((error: unknown) => {
      this.#services.log("warn", `thread ${this.id}: ${verb} failed: ${messageOf(error)}`);
    });
  }
}
