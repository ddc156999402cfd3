import type { BridgeHost } from "../adapter.ts";
import { fieldsOf } from "./fields.ts";
import { HeldCalls } from "./held-calls.ts";

/** What a hook answers: null for nothing, so that the agent goes on by its own rules. */
export type HookLeave = "allow" | "deny" | null;

/**
 * Where a hook of ours, `PreToolUse` as several agents know it, waits for leave before every call;
 * the agent tells elsewhere which call is held, as its `name` and `input`.
 */
export class HookGate extends HeldCalls<HookLeave> implements AsyncDisposable {
  #listener: Awaited<ReturnType<BridgeHost["listen"]>> | null = null;

  /** Opens it; resolves with where the hook is to ask. */
  async listen(host: BridgeHost): Promise<{ readonly url: string; readonly token: string }> {
    this.#listener = await host.listen(async (request) => {
      // Calls of two tools may have the same input.
      const { tool_name: name, tool_input: input } = fieldsOf(await request.json());
      const call = { name, input: fieldsOf(input) };
      return Response.json(answerOf(await this.asked(call, request.signal)));
    });
    return this.#listener;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listener?.[Symbol.asyncDispose]();
  }
}

function answerOf(permissionDecision: HookLeave): unknown {
  if (permissionDecision === null) return {};
  const permissionDecisionReason = "The user declined this.";
  const decision = { permissionDecision, permissionDecisionReason };
  return { hookSpecificOutput: { hookEventName: "PreToolUse", ...decision } };
}
