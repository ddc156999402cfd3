import type { ThreadOp } from "@fairlead/bridge-core";
import type { Fields } from "@fairlead/bridge-core/parts";
import type { PendingAsk } from "./replies.ts";
import { Turns } from "./turns.ts";

/** What a translator has to know beside the events. */
export interface TranslatorOptions {
  /** The root session. */
  readonly session: string;
  /** Folder of the session: paths in a model's words are relative to it. */
  readonly cwd: string;
  /** Names of the MCP servers OpenCode has: their tools are called `SERVER_TOOL`. */
  readonly servers?: () => readonly string[];
  /** Context size of a model, where OpenCode tells it. */
  readonly window?: (provider: string, model: string) => number | undefined;
}

/**
 * Events of one root session and of its sub-agents' child sessions, as ops of one thread. Pure. The
 * caller hands in every event that carries a session this one {@link owns}, and every event that
 * carries none, in OpenCode's order.
 */
export class Translator {
  /** Turns of the root session: the caller says which prompts it sent. */
  readonly turns: Turns = new Turns();
  /** Asks that wait for an answer, by id: `per_…` or `que_…`. The caller deletes what it answers. */
  readonly pending = new Map<string, PendingAsk>();
  /** Keys of items (`PendingAsk.key`) that the user declined: the caller adds, they close so. */
  readonly declined = new Set<string>();
  /** Number of the running retry of a model request, by session; OpenCode itself never gives up. */
  readonly attempts = new Map<string, number>();
  readonly #options: TranslatorOptions;

  constructor(options: TranslatorOptions) {
    this.#options = options;
  }

  /** True for the root session and every child of it known so far. */
  owns(session: string): boolean {
    return session === this.#options.session;
  }

  /** The ops of an event; null when its kind is unknown. */
  translate(_event: Fields): ThreadOp[] | null {
    return null;
  }
}
