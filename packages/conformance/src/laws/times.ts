import type { Law, LawContext } from "../law.ts";
import type { Message, Step } from "../frame.ts";
import { arrayField, field, isRecord, numberField, stringField } from "../read.ts";

/**
 * Above it a number of seconds lies beyond the year 5000, below it one of milliseconds before 1974.
 */
const betweenUnits = 1e11;

/**
 * Rounding of two times in whole seconds against a duration in milliseconds, with room for a
 * stepped clock.
 */
const roundingSeconds = 5;

/**
 * Law 5: `…At` is in seconds, `…AtMs` and `durationMs` in milliseconds; nothing ends before it
 * starts.
 */
export function times({ report }: LawContext): Law {
  function seconds(step: Step, owner: unknown, names: readonly string[]): void {
    for (const name of names) {
      const value = numberField(owner, name);
      if (value === undefined || (value < betweenUnits && Number.isInteger(value))) continue;
      const message = `${name} is ${value}, which is no time in seconds`;
      report({ clause: "not-seconds", message, facts: { name }, at: step });
    }
  }

  function milliseconds(step: Step, owner: unknown, names: readonly string[]): void {
    for (const name of names) {
      const value = numberField(owner, name);
      if (value === undefined || (value > betweenUnits && Number.isInteger(value))) continue;
      const message = `${name} is ${value}, which is no time in milliseconds`;
      report({ clause: "not-milliseconds", message, facts: { name }, at: step });
    }
  }

  function ordered(step: Step, owner: unknown, start: string, end: string): void {
    const startedAt = numberField(owner, start);
    const endedAt = numberField(owner, end);
    if (startedAt === undefined || endedAt === undefined || startedAt <= endedAt) return;
    const message = `${end} ${endedAt} lies before ${start} ${startedAt}`;
    report({ clause: "ends-before-start", message, at: step });
  }

  function turn(step: Step, value: unknown): void {
    seconds(step, value, ["startedAt", "completedAt"]);
    ordered(step, value, "startedAt", "completedAt");
    for (const item of arrayField(value, "items")) itemTimes(step, item);
    const startedAt = numberField(value, "startedAt");
    const completedAt = numberField(value, "completedAt");
    const durationMs = numberField(value, "durationMs");
    if (startedAt === undefined || completedAt === undefined || durationMs === undefined) return;
    const off = Math.abs(durationMs / 1000 - (completedAt - startedAt));
    if (off <= roundingSeconds) return;
    const message = `durationMs ${durationMs} does not fit ${completedAt - startedAt} seconds`;
    report({ clause: "duration-off", message, at: step });
  }

  function itemTimes(step: Step, item: unknown): void {
    milliseconds(step, item, ["startedAtMs", "completedAtMs"]);
    ordered(step, item, "startedAtMs", "completedAtMs");
    const durationMs = numberField(item, "durationMs");
    if (durationMs === undefined || durationMs >= 0) return;
    report({ clause: "negative-duration", message: `durationMs is ${durationMs}`, at: step });
  }

  function thread(step: Step, value: unknown): void {
    seconds(step, value, ["createdAt", "updatedAt", "recencyAt"]);
    ordered(step, value, "createdAt", "updatedAt");
    for (const one of arrayField(value, "turns")) turn(step, one);
  }

  function listed(step: Step, entry: unknown): void {
    if (isRecord(field(entry, "item"))) itemTimes(step, field(entry, "item"));
    else if (stringField(entry, "itemsView") !== undefined) turn(step, entry);
    else thread(step, entry);
  }

  return {
    see(step) {
      if (step.direction !== "receive") return;
      milliseconds(step, step.frame, ["emittedAtMs"]);
      const body = bodyOf(step.message);
      milliseconds(step, body, ["startedAtMs", "completedAtMs"]);
      thread(step, field(body, "thread"));
      turn(step, field(body, "turn"));
      itemTimes(step, field(body, "item"));
      if (step.message.kind !== "result") return;
      const method = step.message.request?.method ?? "";
      if (!listings.has(method)) return;
      for (const entry of arrayField(body, "data")) listed(step, entry);
    },
  };
}

const listings: ReadonlySet<string> = new Set([
  "thread/list",
  "thread/turns/list",
  "thread/items/list",
]);

function bodyOf(message: Message): unknown {
  switch (message.kind) {
    case "notification":
    case "request":
      return message.params;
    case "result":
      return message.result;
    case "error":
      return undefined;
  }
}
