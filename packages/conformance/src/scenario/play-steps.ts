import { fillInAll, includes, valueAt } from "./pattern.ts";
import type { Captures, ClientStep, JsonObject } from "./step.ts";

/** What an `answer` step says. */
export type Answer =
  | { readonly with: JsonObject }
  | { readonly error: { readonly code: number; readonly message: string } };

/**
 * What a script is played over: the connections to one server, by name. The link decides how long
 * it waits; whatever it rejects with ends the script. The connection `a` is open from the start.
 */
export interface ScenarioLink {
  /** The project folder, `$cwd` in scripts. */
  readonly cwd: string;
  /** Opens a connection under a name that has none, or whose last one has ended. */
  readonly connect: (client: string) => Promise<void>;
  /** Ends a connection without a word. */
  readonly disconnect: (client: string) => Promise<void>;
  /** Sends a frame. */
  readonly send: (client: string, frame: JsonObject) => Promise<void> | void;
  /**
   * Takes the first frame that this connection received, that matches and that nobody has taken
   * yet; waits for it. `what` describes it, for an error.
   */
  readonly take: (
    client: string,
    matches: (frame: JsonObject) => boolean,
    what: string,
  ) => Promise<JsonObject>;
  /** Lets what the agent or its model holds back go on. */
  readonly release: () => Promise<void> | void;
  /** Called before a request with a beat is sent: what the agent plays next. Default: nothing. */
  readonly cue?: (beat: string) => Promise<void> | void;
  /** Called before every step, with its number from 0. Default: nothing. */
  readonly onStep?: (step: ClientStep, index: number) => Promise<void> | void;
  /** The frame that answers a request of the server. Default: codex's JSON-RPC. */
  readonly reply?: (asked: JsonObject, answer: Answer) => JsonObject;
}

/**
 * Plays a client script over a link, step by step. Resolves when the last step is done; rejects
 * with what the link rejects with. Uses no timers. Request ids count from 1 over all connections.
 */
export async function playSteps(steps: readonly ClientStep[], link: ScenarioLink): Promise<void> {
  const captured = new Map<string, unknown>();
  const fill = (frame: JsonObject): JsonObject => fillInAll(frame, captured, link.cwd);
  const take = async (
    client: string,
    pattern: JsonObject,
    captures: Captures = {},
  ): Promise<JsonObject> => {
    const wanted = fill(pattern);
    const matches = (frame: JsonObject): boolean => includes(frame, wanted);
    const frame = await link.take(client, matches, JSON.stringify(wanted));
    for (const [name, path] of Object.entries(captures)) captured.set(name, valueAt(frame, path));
    return frame;
  };

  let nextId = 1;
  for (const [index, step] of steps.entries()) {
    await link.onStep?.(step, index);
    switch (step.type) {
      case "connect":
        await link.connect(step.client);
        break;
      case "disconnect":
        await link.disconnect(clientOf(step));
        break;
      case "send":
        await link.send(clientOf(step), fill(step.frame));
        break;
      case "request": {
        const id = nextId++;
        if (step.beat !== undefined) await link.cue?.(step.beat);
        await link.send(clientOf(step), { id, method: step.method, params: fill(step.params) });
        await take(clientOf(step), { id, method: undefined }, step.capture);
        break;
      }
      case "await":
        await take(clientOf(step), step.frame, step.capture);
        break;
      case "answer": {
        const asked = await take(clientOf(step), step.to, step.capture);
        const answer = "with" in step ? { with: fill(step.with) } : { error: step.error };
        await link.send(clientOf(step), (link.reply ?? jsonRpcReply)(asked, answer));
        break;
      }
      case "release":
        await link.release();
    }
  }
}

function clientOf(step: { readonly client?: string }): string {
  return step.client ?? "a";
}

function jsonRpcReply({ id }: JsonObject, answer: Answer): JsonObject {
  return "with" in answer ? { id, result: answer.with } : { id, error: answer.error };
}
