import { z } from "zod";

/** Where a thread lives whose id another agent gave it. */
export interface AliasTarget {
  readonly agent: string;
  /** What that agent calls the thread. */
  readonly nativeId: string;
}

/** More than this are not kept: the oldest goes, and its thread is known by its agent's id alone. */
const mostAliases = 10_000;

const stored = z.object({
  version: z.literal(1),
  aliases: z.array(z.object({ shown: z.string(), agent: z.string(), nativeId: z.string() })),
});

/** An id that stands alone in quotes: inside a longer text or a path it is left as it is. */
const quotedId = /"([\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12})"/g;

/**
 * Threads that moved to another agent before their first prompt and kept the id clients know.
 * A value: what changes it returns another one.
 */
export class ThreadAliases {
  /** By the id clients are shown. */
  readonly #targets: ReadonlyMap<string, AliasTarget>;
  /** The same the other way, by agent and native id. */
  readonly #shown: ReadonlyMap<string, ReadonlyMap<string, string>>;

  private constructor(targets: ReadonlyMap<string, AliasTarget>) {
    this.#targets = targets;
    const shown = new Map<string, Map<string, string>>();
    for (const [id, { agent, nativeId }] of targets) {
      const ofAgent = shown.get(agent) ?? new Map<string, string>();
      shown.set(agent, ofAgent.set(nativeId, id));
    }
    this.#shown = shown;
  }

  /** No thread has moved. */
  static readonly none: ThreadAliases = new ThreadAliases(new Map());

  /** Reads what {@link serialize} wrote. Throws a sentence for anything else. */
  static parse(text: string): ThreadAliases {
    const { success, data } = stored.safeParse(parseJson(text));
    if (!success) throw new Error("The table of moved threads cannot be read.");
    return new ThreadAliases(
      new Map(data.aliases.map(({ shown, agent, nativeId }) => [shown, { agent, nativeId }])),
    );
  }

  /** As text for a file. */
  serialize(): string {
    const aliases = [...this.#targets].map(([shown, target]) => ({ shown, ...target }));
    return JSON.stringify({ version: 1, aliases });
  }

  get size(): number {
    return this.#targets.size;
  }

  /** With a thread that lives elsewhere from now on; one that went back home needs no alias. */
  with(shown: string, target: AliasTarget): ThreadAliases {
    const targets = new Map(this.#targets);
    targets.delete(shown);
    if (target.nativeId !== shown) targets.set(shown, target);
    const [oldest] = targets.keys();
    if (targets.size > mostAliases && oldest !== undefined) targets.delete(oldest);
    return new ThreadAliases(targets);
  }

  /** Without a thread that is no more. */
  without(shown: string): ThreadAliases {
    if (!this.#targets.has(shown)) return this;
    const targets = new Map(this.#targets);
    targets.delete(shown);
    return new ThreadAliases(targets);
  }

  /** Where the thread lives that clients know by this id; undefined when it never moved. */
  target(shown: string): AliasTarget | undefined {
    return this.#targets.get(shown);
  }

  /**
   * True for the empty thread that one which moved left behind at its old agent: what that agent
   * still says of it is not for clients.
   */
  isLeftBehind(agent: string, id: string): boolean {
    const target = this.#targets.get(id);
    return target !== undefined && target.agent !== agent;
  }

  /** What clients call a thread of an agent. */
  shownId(agent: string, nativeId: string): string {
    return this.#shown.get(agent)?.get(nativeId) ?? nativeId;
  }

  /** A client's frame as the agent it goes to understands it. */
  toAgent(agent: string, frame: string): string {
    if (!this.#shown.has(agent)) return frame;
    return frame.replace(quotedId, (whole, id: string) => {
      const target = this.#targets.get(id);
      return target?.agent === agent ? `"${target.nativeId}"` : whole;
    });
  }

  /** An agent's frame as clients are shown it. */
  toClient(agent: string, frame: string): string {
    const shown = this.#shown.get(agent);
    if (shown === undefined) return frame;
    return frame.replace(quotedId, (whole, id: string) => {
      const known = shown.get(id);
      return known === undefined ? whole : `"${known}"`;
    });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
