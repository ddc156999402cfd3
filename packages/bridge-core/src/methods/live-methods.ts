import type { Handlers } from "./handler.ts";

/** A method group whose handlers keep something alive: processes, watches, searches. */
export interface LiveMethods {
  readonly handlers: Handlers;
  /**
   * Ends everything the handlers started and waits for the end. Called once, by the server that
   * owns the group.
   */
  readonly dispose: () => Promise<void>;
}
