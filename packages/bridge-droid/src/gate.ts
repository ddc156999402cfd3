import type { BridgeHost } from "@fairlead/bridge-core";
import { fieldsOf, HeldCalls } from "@fairlead/bridge-core/parts";
import { fileURLToPath } from "node:url";

/** What the hook tells Droid; null: nothing, so that Droid goes on by its own rules. */
type Leave = "allow" | "deny" | null;

/**
 * Where our hook waits for leave before every call that has an effect: Droid's own rules would let
 * some commands run unasked. Droid tells on its pipe which call is held.
 */
export class Gate extends HeldCalls<Leave> implements AsyncDisposable {
  #listener: Awaited<ReturnType<BridgeHost["listen"]>> | null = null;

  /** Opens it; resolves with the environment that makes a process of Droid's ask. */
  async open(host: BridgeHost): Promise<Readonly<Record<string, string>>> {
    const { url, token } = (this.#listener = await host.listen(async (request) => {
      const { tool_input: input } = fieldsOf(await request.json());
      return Response.json(answerOf(await this.asked(fieldsOf(input), request.signal)));
    }));
    return {
      FACTORY_RUNTIME_SETTINGS_PATH: besideCode("settings.json"),
      FAIRLEAD_DROID_NODE: process.execPath,
      FAIRLEAD_DROID_HOOK: besideCode("ask.mjs"),
      FAIRLEAD_DROID_GATE: url,
      FAIRLEAD_DROID_TOKEN: token,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listener?.[Symbol.asyncDispose]();
  }
}

/** In the package beside the code, built or not. */
function besideCode(name: string): string {
  return fileURLToPath(new URL(`../hook/${name}`, import.meta.url));
}

function answerOf(permissionDecision: Leave): unknown {
  if (permissionDecision === null) return {};
  const permissionDecisionReason = "The user declined this.";
  const decision = { permissionDecision, permissionDecisionReason };
  return { hookSpecificOutput: { hookEventName: "PreToolUse", ...decision } };
}
