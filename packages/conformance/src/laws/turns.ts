import type { Law, LawContext } from "../law.ts";
import type { Step } from "../frame.ts";
import { idKey } from "../frame.ts";
import { stringField } from "../read.ts";

/** Law 1: every turn that starts completes once, and one turn runs at a time on a thread. */
export function turnOnce({ report, ledger, optedOut }: LawContext): Law {
  /** Turns promised by a `turn/start` response, until they start. */
  const promised = new Map<string, { readonly threadId: string | undefined; readonly at: Step }>();

  function started(step: Step, threadId: string, turnId: string): void {
    promised.delete(turnId);
    const thread = ledger.thread(threadId);
    const known = thread?.turns.get(turnId);
    if (known !== undefined && !ledger.joins(threadId, turnId)) {
      report({ clause: "started-twice", message: `turn ${turnId} started twice`, at: step });
      return;
    }
    const running = thread?.openTurn;
    if (running !== undefined && running.id !== turnId) {
      const message = `turn ${turnId} started while ${running.id} runs on thread ${threadId}`;
      report({ clause: "two-at-once", message, at: step });
    }
  }

  function completed(step: Step, threadId: string, turnId: string, status: string): void {
    const known = ledger.thread(threadId)?.turns.get(turnId);
    if (known === undefined && !ledger.joins(threadId, turnId)) {
      const message = `turn ${turnId} completed without turn/started`;
      const facts = { turnKind: ledger.turnKind(threadId, turnId) };
      report({ clause: "completed-without-start", message, facts, at: step });
    } else if (known?.open === false && !known.left) {
      const message = `turn ${turnId} completed twice`;
      report({ clause: "completed-twice", message, at: step });
    }
    if (status === "inProgress") {
      const message = `turn ${turnId} completed with status inProgress`;
      report({ clause: "no-final-status", message, at: step });
    }
  }

  return {
    see(step) {
      const { message } = step;
      if (step.direction !== "receive") return;
      if (message.kind === "result" && message.request?.method === "turn/start") {
        const threadId = stringField(message.request.params, "threadId");
        const turnId = stringField(message.result, "turn", "id");
        const known = ledger.thread(threadId)?.turns.has(turnId ?? "") === true;
        if (turnId !== undefined && !known) promised.set(turnId, { threadId, at: step });
      }
      if (message.kind !== "notification") return;
      const threadId = stringField(message.params, "threadId");
      const turnId = stringField(message.params, "turn", "id");
      if (threadId === undefined || turnId === undefined) return;
      if (message.method === "turn/started") started(step, threadId, turnId);
      if (message.method === "turn/completed") {
        const status = stringField(message.params, "turn", "status") ?? "";
        completed(step, threadId, turnId, status);
      }
    },
    disconnect: () => promised.clear(),
    finish() {
      if (optedOut("turn/started") || optedOut("turn/completed")) return;
      for (const [turnId, { threadId, at }] of promised) {
        // A turn that ran already when the client came is promised too, and does not start again.
        if (ledger.thread(threadId)?.turns.has(turnId) === true) continue;
        const message = `turn/start answered with turn ${turnId}, which never started`;
        report({ clause: "never-started", message, at });
      }
      for (const { id, openTurn } of ledger.threads()) {
        if (openTurn === undefined) continue;
        const message = `turn ${openTurn.id} of thread ${id} never completed`;
        const facts = { turnKind: ledger.turnKind(id, openTurn.id) };
        report({ clause: "never-completed", message, facts, at: openTurn.startedBy });
      }
    },
  };
}

/**
 * Law 1, the order at the end: `idle`, or `systemError` and a final `error`, then `turn/completed`.
 */
export function turnEnd({ report, ledger, optedOut }: LawContext): Law {
  return {
    see(step) {
      const { message } = step;
      if (message.kind !== "notification" || message.method !== "turn/completed") return;
      if (optedOut("thread/status/changed")) return;
      const turnId = stringField(message.params, "turn", "id") ?? "";
      const turnStatus = stringField(message.params, "turn", "status") ?? "";
      const thread = ledger.thread(stringField(message.params, "threadId"));
      const status = thread?.status ?? "none";
      const facts = { turnStatus, threadStatus: status };
      if (turnStatus === "failed") {
        const told = optedOut("error") || thread?.failed.has(turnId) === true;
        if (status === "systemError" && told) return;
        const text = `turn ${turnId} failed without status systemError and then a final error`;
        report({ clause: "failed-unannounced", message: text, facts, at: step });
      } else if (status !== "idle") {
        const text = `turn ${turnId} ended ${turnStatus} while the thread's status is ${status}`;
        report({ clause: "not-idle-before", message: text, facts, at: step });
      }
    },
  };
}

/** Law 7: `turn/start` during a turn steers it: the answer names the running turn. */
export function steer({ report, ledger }: LawContext): Law {
  /** The turn that ran when a request was sent, by request id. */
  const runningAtSend = new Map<string, string>();

  return {
    see(step) {
      const { message } = step;
      if (step.direction === "send" && message.kind === "request") {
        const running = ledger.thread(stringField(message.params, "threadId"))?.openTurn;
        const key = idKey(message.id);
        runningAtSend.delete(key);
        if (running !== undefined) runningAtSend.set(key, running.id);
      }
      if (step.direction !== "receive" || message.kind !== "result") return;
      const method = message.request?.method;
      const before = runningAtSend.get(idKey(message.id));
      runningAtSend.delete(idKey(message.id));
      if (method !== "turn/start" && method !== "turn/steer") return;
      const running = ledger.thread(stringField(message.request?.params, "threadId"))?.openTurn;
      if (running === undefined || running.id !== before) return;
      const answered =
        method === "turn/start"
          ? stringField(message.result, "turn", "id")
          : stringField(message.result, "turnId");
      if (answered === running.id) return;
      const text = `${method} during turn ${running.id} answered with turn ${answered ?? "(none)"}`;
      report({ clause: "other-turn", message: text, facts: { method }, at: step });
    },
    disconnect: () => runningAtSend.clear(),
  };
}
