import { isClientMethod } from "@fairlead/codex-proto";
import type { Law, LawContext } from "../law.ts";
import { numberField, stringField } from "../read.ts";

/** Sentences of codex that clients parse; each tells of a state, so its code is −32600. */
const stateTexts: readonly RegExp[] = [
  /^thread not found: /,
  /^thread not loaded: /,
  /^no rollout found for thread id /,
  /^no active turn to (interrupt|steer)$/,
  /^expected active turn id `/,
  /^(Not|Already) initialized$/,
];

const invalidRequest = -32600;
const methodNotFound = -32601;

/** Codes a client may meet: the JSON-RPC ones, and codex's "overloaded; retry later". */
const knownCodes: ReadonlySet<number> = new Set([
  invalidRequest,
  methodNotFound,
  -32602,
  -32603,
  -32001,
]);

/** Law 6: unknown methods are −32601, states −32600, and the sentences are codex's own. */
export function errorCodes({ report }: LawContext): Law {
  return {
    see(step) {
      const { message } = step;
      if (step.direction !== "receive" || message.kind !== "error") return;
      const code = numberField(message.error, "code") ?? 0;
      const text = stringField(message.error, "message") ?? "";
      const method = message.request?.method ?? "";
      const facts = { method, code: String(code) };
      if (!knownCodes.has(code)) {
        report({ clause: "unknown-code", message: `${method}: code ${code}`, facts, at: step });
      }
      if (message.request !== undefined && !isClientMethod(method) && code !== methodNotFound) {
        const sentence = `unknown method ${method} is answered with ${code}, not ${methodNotFound}`;
        report({ clause: "unknown-method", message: sentence, facts, at: step });
      }
      if (stateTexts.some((one) => one.test(text)) && code !== invalidRequest) {
        const sentence = `${method}: "${text}" has code ${code}, not ${invalidRequest}`;
        report({ clause: "state-error", message: sentence, facts, at: step });
      }
    },
  };
}
