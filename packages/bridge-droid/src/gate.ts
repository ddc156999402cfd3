import type { BridgeHost } from "@fairlead/bridge-core";
import { fieldsOf, type Fields } from "@fairlead/bridge-core/parts";
import { fileURLToPath } from "node:url";

/** What the hook tells Droid; null: nothing, so that Droid goes on by its own rules. */
export type Leave = "allow" | "deny" | null;

interface Held {
  readonly input: string;
  readonly leave: Promise<Leave>;
  readonly settle: (leave: Leave) => void;
  isTaken: boolean;
}

/** What the model is told of a call that the user declined. */
export const declined = "The user declined this.";

/**
 * Where our hook waits for leave, before every call that has an effect: Droid's own rules would let
 * some commands run unasked. Droid tells on its pipe which call a hook is about, the hook what is in it.
 */
export class Gate implements AsyncDisposable {
  readonly #held = new Map<string, Held>();
  readonly #asking = new Set<{ readonly input: string; readonly take: (held: Held) => void }>();
  #listener: Awaited<ReturnType<BridgeHost["listen"]>> | null = null;

  /** Opens it; resolves with the environment that makes a process of Droid's ask. */
  async open(host: BridgeHost): Promise<Readonly<Record<string, string>>> {
    this.#listener = await host.listen(async (request) => {
      const { tool_input: input } = fieldsOf(await request.json());
      const held = await this.#find(signatureOf(fieldsOf(input)), request.signal);
      return Response.json(answerOf(await held.leave));
    });
    const besideCode = (name: string): string =>
      fileURLToPath(new URL(`../hook/${name}`, import.meta.url));
    return {
      FACTORY_RUNTIME_SETTINGS_PATH: besideCode("settings.json"),
      FAIRLEAD_DROID_NODE: process.execPath,
      FAIRLEAD_DROID_HOOK: besideCode("ask.mjs"),
      FAIRLEAD_DROID_GATE: this.#listener.url,
      FAIRLEAD_DROID_TOKEN: this.#listener.token,
    };
  }

  /** Droid waits for our hook about this call. */
  hold(key: string, given: Fields): void {
    let settle: Held["settle"] = () => {};
    const leave = new Promise<Leave>((resolve) => (settle = resolve));
    const held: Held = { input: signatureOf(given), leave, settle, isTaken: false };
    this.#held.set(key, held);
    const asking = [...this.#asking].find(({ input }) => input === held.input);
    asking?.take(held);
  }

  /** Answers about a call; does nothing about one that is not held. */
  decide(key: string, leave: Leave): void {
    this.#held.get(key)?.settle(leave);
  }

  /** Droid does not wait any more: an answer that was not fetched is for no later call. */
  drop(key: string): void {
    this.decide(key, "deny");
    this.#held.delete(key);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listener?.[Symbol.asyncDispose]();
  }

  async #find(input: string, gone: AbortSignal): Promise<Held> {
    const held = [...this.#held.values()].find((one) => !one.isTaken && one.input === input);
    if (held !== undefined) return taken(held);
    return new Promise((resolve) => {
      const asking = {
        input,
        take: (found: Held): void => {
          this.#asking.delete(asking);
          resolve(taken(found));
        },
      };
      this.#asking.add(asking);
      gone.addEventListener("abort", () => this.#asking.delete(asking), { once: true });
    });
  }
}

function taken(held: Held): Held {
  held.isTaken = true;
  return held;
}

function signatureOf(input: Fields): string {
  return JSON.stringify(Object.entries(input).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

function answerOf(leave: Leave): unknown {
  if (leave === null) return {};
  const decision = { hookEventName: "PreToolUse", permissionDecision: leave };
  return { hookSpecificOutput: { ...decision, permissionDecisionReason: declined } };
}
