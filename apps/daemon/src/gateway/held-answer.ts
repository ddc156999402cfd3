import { isDeepStrictEqual } from "node:util";
import type { ClientAnswer } from "@fairlead/bridge-core/session";
import { elementsOf, fieldsOf } from "./fields.ts";

/**
 * What an agent is given of a client's answer. A yes may bring a rule for later commands, which codex
 * then keeps: only one that the question proposed. Another one would let whoever may answer a single
 * question switch approvals off, so such an answer is a no.
 */
export function heldAnswer(params: unknown, answer: ClientAnswer): ClientAnswer {
  if (answer.type === "error") return answer;
  const result = fieldsOf(answer.result);
  const decision = fieldsOf(result["decision"]);
  const question = fieldsOf(params);
  for (const [kind, value] of Object.entries(decision)) {
    const given = fieldsOf(value);
    switch (kind) {
      case "acceptWithExecpolicyAmendment":
        if (isAmong(given["execpolicy_amendment"], [question["proposedExecpolicyAmendment"]]))
          break;
        return decided(result, "decline");
      case "applyNetworkPolicyAmendment": {
        const proposed = elementsOf(question["proposedNetworkPolicyAmendments"]);
        if (isAmong(given["network_policy_amendment"], proposed)) break;
        return decided(result, "decline");
      }
      // The same of clients that speak the first version: its questions propose nothing.
      case "approved_execpolicy_amendment":
      case "network_policy_amendment":
        return decided(result, "denied");
      default:
        break;
    }
  }
  return answer;
}

function isAmong(value: unknown, proposed: readonly unknown[]): boolean {
  return value != null && proposed.some((one) => isDeepStrictEqual(one, value));
}

function decided(result: Readonly<Record<string, unknown>>, decision: string): ClientAnswer {
  return { type: "result", result: { ...result, decision } };
}
