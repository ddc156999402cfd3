import type { Law, LawContext } from "../law.ts";
import type { Step } from "../frame.ts";
import type { ItemEntry } from "../thread-ledger.ts";
import { deltaOf } from "../deltas.ts";
import { arrayField, field, stringField } from "../read.ts";

/** Law 2: an item starts, gets its deltas, completes, once, under one id, inside its turn. */
export function itemLife({ report, ledger, optedOut }: LawContext): Law {
  function insideTurn(step: Step, threadId: string, turnId: string, facts: ItemFacts): void {
    const running = ledger.thread(threadId)?.openTurn;
    if (running?.id === turnId || ledger.joins(threadId, turnId)) return;
    const message = `${facts.what} ${facts.itemId} outside of turn ${turnId}`;
    const turnKind = ledger.turnKind(threadId, turnId);
    const { itemType } = facts;
    report({ clause: "outside-turn", message, facts: { itemType, turnKind }, at: step });
  }

  function started(step: Step, threadId: string, turnId: string, item: unknown): void {
    const itemId = stringField(item, "id") ?? "";
    const itemType = stringField(item, "type") ?? "";
    insideTurn(step, threadId, turnId, { what: "item/started", itemId, itemType });
    if (ledger.thread(threadId)?.items.has(itemId) !== true) return;
    const message = `item ${itemId} (${itemType}) started twice`;
    report({ clause: "started-twice", message, facts: { itemType }, at: step });
  }

  function completed(step: Step, threadId: string, turnId: string, item: unknown): void {
    const itemId = stringField(item, "id") ?? "";
    const itemType = stringField(item, "type") ?? "";
    const facts = { itemType };
    const known = ledger.thread(threadId)?.items.get(itemId);
    const name = `item ${itemId} (${itemType})`;
    insideTurn(step, threadId, turnId, { what: "item/completed", itemId, itemType });
    if (known === undefined) {
      if (ledger.joins(threadId, turnId) || optedOut("item/started")) return;
      const message = `${name} completed without item/started`;
      report({ clause: "completed-without-start", message, facts, at: step });
      return;
    }
    if (known.state === "closed") {
      report({ clause: "completed-twice", message: `${name} completed twice`, facts, at: step });
    }
    if (known.type !== undefined && known.type !== itemType) {
      const message = `${name} started as ${known.type}`;
      report({ clause: "type-changed", message, facts, at: step });
    }
    if (known.turnId !== turnId) {
      const message = `${name} started in turn ${known.turnId}, completed in ${turnId}`;
      report({ clause: "turn-changed", message, facts, at: step });
    }
    if (stringField(item, "status") === "inProgress") {
      const message = `${name} completed with status inProgress`;
      report({ clause: "no-final-status", message, facts, at: step });
    }
  }

  function delta(step: Step, threadId: string, turnId: string, method: string): void {
    const found = deltaOf(method, paramsOf(step));
    if (found === undefined || optedOut("item/started")) return;
    const { itemId, itemType } = found;
    const known = ledger.thread(threadId)?.items.get(itemId);
    if (known === undefined && ledger.joins(threadId, turnId)) return;
    const facts = { itemType, method };
    if (known?.state !== "open") {
      const state = known === undefined ? "never started" : `is ${known.state}`;
      const message = `${method} for item ${itemId}, which ${state}`;
      report({ clause: "delta-outside-item", message, facts, at: step });
    } else if (known.type !== undefined && known.type !== itemType) {
      const message = `${method} for item ${itemId}, which is a ${known.type}`;
      report({ clause: "delta-of-other-type", message, facts, at: step });
    }
  }

  function turnCompleted(step: Step, threadId: string): void {
    if (optedOut("item/completed")) return;
    const turnId = stringField(paramsOf(step), "turn", "id");
    const turnStatus = stringField(paramsOf(step), "turn", "status") ?? "";
    for (const item of ledger.thread(threadId)?.items.values() ?? []) {
      if (item.turnId !== turnId || item.state !== "open") continue;
      const itemType = item.type ?? "unknown";
      const message = `item ${item.id} (${itemType}) is open at the end of turn ${turnId}`;
      report({ clause: "open-at-turn-end", message, facts: { itemType, turnStatus }, at: step });
    }
  }

  return {
    see(step) {
      if (step.direction !== "receive" || step.message.kind !== "notification") return;
      const { method, params } = step.message;
      const threadId = stringField(params, "threadId");
      if (threadId === undefined) return;
      if (method === "turn/completed") {
        turnCompleted(step, threadId);
        return;
      }
      const turnId = stringField(params, "turnId") ?? "";
      if (method === "item/started") started(step, threadId, turnId, field(params, "item"));
      else if (method === "item/completed")
        completed(step, threadId, turnId, field(params, "item"));
      else delta(step, threadId, turnId, method);
    },
  };
}

interface ItemFacts {
  readonly what: string;
  readonly itemId: string;
  readonly itemType: string;
}

function paramsOf(step: Step): unknown {
  return step.message.kind === "notification" ? step.message.params : undefined;
}

/** Law 2: for messages, reasoning and plans the deltas add up to the completed text. */
export function itemText({ report, ledger, optedOut }: LawContext): Law {
  function compare(step: Step, itemId: string, itemType: string, known: ItemEntry): void {
    const streamed = known.parts;
    const whole = textsOf(itemType, field(paramsOf(step), "item"));
    if (streamed === undefined || whole === undefined) return;
    for (const part of new Set([...streamed.keys(), ...whole.keys()])) {
      const deltas = streamed.get(part) ?? "";
      const text = whole.get(part) ?? "";
      if (deltas === text || optedOut(deltaMethod(itemType, part))) continue;
      const clause = deltas === "" ? "no-deltas" : "differs";
      const message =
        `${part} of item ${itemId} (${itemType}): the deltas give ${excerpt(deltas)}, ` +
        `item/completed says ${excerpt(text)}`;
      report({ clause, message, facts: { itemType }, at: step });
    }
  }

  return {
    see(step) {
      if (step.direction !== "receive" || step.message.kind !== "notification") return;
      const { method, params } = step.message;
      if (method !== "item/completed") return;
      const itemId = stringField(params, "item", "id") ?? "";
      const known = ledger.thread(stringField(params, "threadId"))?.items.get(itemId);
      const itemType = stringField(params, "item", "type") ?? "";
      if (known !== undefined) compare(step, itemId, itemType, known);
    },
  };
}

/** The texts of a completed item by part, for the types whose deltas must add up. */
function textsOf(itemType: string, item: unknown): ReadonlyMap<string, string> | undefined {
  switch (itemType) {
    case "agentMessage":
    case "plan":
      return new Map([["text", stringField(item, "text") ?? ""]]);
    case "reasoning":
      return new Map([...numbered("summary", item), ...numbered("content", item)]);
    default:
      return undefined;
  }
}

function numbered(name: string, item: unknown): readonly (readonly [string, string])[] {
  return arrayField(item, name).map((text, index) => [`${name} ${index}`, String(text)] as const);
}

function deltaMethod(itemType: string, part: string): string {
  if (itemType !== "reasoning") return `item/${itemType}/delta`;
  return part.startsWith("summary")
    ? "item/reasoning/summaryTextDelta"
    : "item/reasoning/textDelta";
}

function excerpt(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 40)}…${text.slice(-40)}` : text);
}
