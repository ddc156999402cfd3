import type { Law, LawContext } from "../law.ts";
import type { FrameId, Step } from "../frame.ts";
import { idKey } from "../frame.ts";
import { field, stringField } from "../read.ts";

interface Asked {
  readonly step: Step;
  readonly method: string;
  readonly params: unknown;
  /** Only requests of a thread end with `serverRequest/resolved`, which names one. */
  readonly threadId: string | undefined;
  answered: boolean;
  resolved: boolean;
  /** The client came anew since the last delivery: it must be told again. */
  mayRepeat: boolean;
}

const approvals: ReadonlySet<string> = new Set([
  "item/commandExecution/requestApproval",
  "item/fileChange/requestApproval",
]);

/**
 * Law 8: the client answers each server request at most once, `serverRequest/resolved` ends it once
 * and within its turn, and an approval comes after the item it is about. To a client that came back
 * (`reattach`) or resumed the thread it is delivered once more, under its id; nothing else is asked
 * twice.
 */
export function serverRequest({ report, ledger, optedOut }: LawContext): Law {
  const asked = new Map<string, Asked>();

  function ask(step: Step, id: FrameId, method: string, params: unknown): void {
    const facts = { method };
    const known = asked.get(idKey(id));
    if (known !== undefined && isSame(known, method, params)) {
      if (!known.mayRepeat) {
        const message = `${method} (id ${id}) is asked again before its end`;
        report({ clause: "asked-twice", message, facts, at: step });
      }
      known.mayRepeat = false;
      known.answered = false;
      return;
    }
    if (known !== undefined) {
      const message = `server request id ${id} is used again for ${method}`;
      report({ clause: "id-reused", message, facts, at: step });
    }
    const twin = [...asked.values()].find((one) => isTwin(one, method, params));
    if (twin !== undefined) {
      const message = `${method} is asked under the id ${id}, and still open under another one`;
      report({ clause: "asked-twice", message, facts, at: step });
    }
    const threadId = stringField(params, "threadId");
    const fresh = { answered: false, resolved: false, mayRepeat: false };
    asked.set(idKey(id), { step, method, params, threadId, ...fresh });
    if (approvals.has(method)) aboutOpenItem(step, method, params);
  }

  function aboutOpenItem(step: Step, method: string, params: unknown): void {
    const threadId = stringField(params, "threadId") ?? "";
    const turnId = stringField(params, "turnId") ?? "";
    const itemId = stringField(params, "itemId") ?? "";
    const item = ledger.thread(threadId)?.items.get(itemId);
    if (item?.state === "open" || optedOut("item/started")) return;
    if (item === undefined && ledger.joins(threadId, turnId)) return;
    const message = `${method} for item ${itemId}, which is not open`;
    report({ clause: "item-not-open", message, facts: { method }, at: step });
  }

  function answer(step: Step, id: FrameId): void {
    const known = asked.get(idKey(id));
    if (known === undefined) {
      const message = `the client answered server request ${id}, which was never asked`;
      report({ clause: "answer-to-nothing", message, at: step });
      return;
    }
    if (known.answered) {
      const facts = { method: known.method };
      const message = `the client answered ${known.method} (id ${id}) twice`;
      report({ clause: "answered-twice", message, facts, at: step });
    }
    known.answered = true;
  }

  function resolve(step: Step, id: unknown): void {
    const known =
      typeof id === "string" || typeof id === "number" ? asked.get(idKey(id)) : undefined;
    if (known === undefined) {
      const message = `serverRequest/resolved for ${JSON.stringify(id)}, which nobody asked`;
      report({ clause: "resolved-without-request", message, at: step });
      return;
    }
    const facts = { method: known.method };
    if (known.resolved) {
      const message = `${known.method} (id ${String(id)}) was resolved twice`;
      report({ clause: "resolved-twice", message, facts, at: step });
    }
    known.resolved = true;
  }

  function turnCompleted(step: Step, params: unknown): void {
    if (optedOut("serverRequest/resolved")) return;
    const turnId = stringField(params, "turn", "id");
    const turnStatus = stringField(params, "turn", "status") ?? "";
    for (const { method, params: about, resolved } of asked.values()) {
      if (resolved || stringField(about, "turnId") !== turnId) continue;
      const facts = { method, turnStatus };
      const message = `${method} of turn ${turnId} is not resolved at the end of the turn`;
      report({ clause: "unresolved-at-turn-end", message, facts, at: step });
    }
  }

  /** What is open may be delivered once more: all of it, or that of one thread. */
  function comesAnew(threadId: string | undefined): void {
    for (const one of asked.values()) {
      if (threadId === undefined || one.threadId === threadId) one.mayRepeat = true;
    }
  }

  return {
    see(step) {
      const { direction, message } = step;
      if (direction === "send") {
        if (message.kind === "request" && message.method === "thread/resume") {
          comesAnew(stringField(message.params, "threadId"));
        }
        if (message.kind === "result" || message.kind === "error") answer(step, message.id);
      } else if (message.kind === "request") {
        ask(step, message.id, message.method, message.params);
      } else if (message.kind === "notification") {
        if (message.method === "serverRequest/resolved") {
          resolve(step, field(message.params, "requestId"));
        }
        if (message.method === "turn/completed") turnCompleted(step, message.params);
      }
    },
    reattach: () => comesAnew(undefined),
    disconnect: () => asked.clear(),
    finish() {
      if (optedOut("serverRequest/resolved")) return;
      for (const { step, method, threadId, answered, resolved } of asked.values()) {
        if (resolved || threadId === undefined) continue;
        const facts = { method, answered: String(answered) };
        const message = `${method} never ended with serverRequest/resolved`;
        report({ clause: "never-resolved", message, facts, at: step });
      }
    },
  };
}

/** The same question, and still open. */
function isSame(known: Asked, method: string, params: unknown): boolean {
  if (known.resolved || known.method !== method) return false;
  return JSON.stringify(known.params) === JSON.stringify(params);
}

/** Another question about the same thing, and the first one still open. */
function isTwin(known: Asked, method: string, params: unknown): boolean {
  if (stringField(params, "itemId") === undefined) return isSame(known, method, params);
  const about = ["threadId", "itemId", "approvalId"];
  const isAboutSame = about.every((name) => field(known.params, name) === field(params, name));
  return !known.resolved && known.method === method && isAboutSame;
}
