import { EventEmitter, once } from "node:events";
import type { CodexClient, Notification } from "@fairlead/client";
import type { Transcript } from "./transcript.ts";

/** Hears when turns begin and end. */
type OnTurn = (state: "started" | "ended") => void;

/**
 * Shows what happens on a thread as it comes, be it in a turn of the user's or of the agent's own.
 */
export class ThreadView {
  readonly #client: CodexClient;
  readonly #transcript: Transcript;
  readonly #progress = new EventEmitter<{ moved: [] }>();
  /** How much of the client's log was read; null = not started. */
  #position: number | null = null;
  #running: { readonly threadId: string; readonly turnId: string } | null = null;

  constructor(client: CodexClient, transcript: Transcript) {
    this.#client = client;
    this.#transcript = transcript;
  }

  /** Shows everything from now on, until the connection ends. */
  start(threadId: string, onTurn: OnTurn): void {
    this.#position = this.#client.position;
    void this.#follow(threadId, this.#position, onTurn);
  }

  /** Resolves when everything that has come so far is shown. */
  async caughtUp(): Promise<void> {
    const target = this.#client.position;
    while (this.#position !== null && this.#position < target) await once(this.#progress, "moved");
  }

  /** Stops the turn that runs; false when there is none. */
  interrupt(): boolean {
    if (this.#running === null) return false;
    // A refusal says that the turn has just ended.
    this.#client.request("turn/interrupt", this.#running).catch(() => {});
    return true;
  }

  async #follow(threadId: string, from: number, onTurn: OnTurn): Promise<void> {
    for await (const event of this.#client.notifications({ from })) {
      if (threadOf(event) === threadId) this.#show(event, threadId, onTurn);
      this.#position = (this.#position ?? from) + 1;
      this.#progress.emit("moved");
    }
  }

  #show(event: Notification, threadId: string, onTurn: OnTurn): void {
    if (event.method === "turn/started") {
      this.#running = { threadId, turnId: event.params.turn.id };
      onTurn("started");
    }
    this.#transcript.show(event);
    if (event.method !== "turn/completed") return;
    this.#running = null;
    onTurn("ended");
  }
}

function threadOf({ params }: Notification): unknown {
  return "threadId" in params ? params.threadId : undefined;
}
