import { describe, expect, test } from "vitest";
import type { ThreadOp } from "@fairlead/bridge-core";
import {
  compact,
  opsOf,
  played,
  recorded,
  recordings,
  shown,
  storedOpsOf,
} from "./translate-fixture.ts";

/** Recordings of what OpenCode shows and does not store. */
const notStored: Readonly<Record<string, string>> = {
  "cut-text": "an answer that broke off is stored without its text",
  "error-agent": "no message was made",
  "error-model": "the message has no answer, as one that wanted none",
  revert: "the turn was taken back",
};

describe.each(recordings())("%s", (name) => {
  test("is understood whole", () => {
    expect(compact(opsOf(name))).not.toContain("unknown ");
  });

  test("turns end once, and what is open is closed before", () => {
    const states = new Map<string, { turn: string | null; ended: Set<string> }>();
    for (const op of opsOf(name)) {
      const thread = op.thread ?? "";
      const state = states.get(thread) ?? { turn: null, ended: new Set<string>() };
      states.set(thread, state);
      if (op.op !== "end") continue;
      expect(state.ended).not.toContain(op.turn);
      state.ended.add(op.turn ?? "");
    }
    const ends = [...states.values()].reduce((sum, { ended }) => sum + ended.size, 0);
    expect(ends).toBe(turnsOf(name));
  });

  test("events told twice show nothing new", () => {
    expect(compact(shown(played(name, Infinity, 2).ops))).toBe(compact(shown(opsOf(name))));
  });

  test("a stream cut anywhere has nothing waiting behind an end", () => {
    const counts = recorded(name).map((_, index) => index + 1);
    const stuck = counts.filter((count) => {
      const { translator } = played(name, count);
      return translator.turns.open === null && translator.pending.size > 0;
    });
    expect(stuck).toEqual([]);
  });
});

describe.each(recordings().filter((name) => notStored[name] === undefined))("%s", (name) => {
  test("history has the keys of what was live", () => {
    expect(shapeOf(storedOpsOf(name))).toEqual(shapeOf(joined(opsOf(name))));
  });
});

/** Turns a recording must show: prompts, and what began by itself. */
function turnsOf(name: string): number {
  const given = recorded(name).filter((row) => {
    return row.dir === "send" && row.frame["turn"] === "new";
  });
  return given.length + opsOf(name).filter(({ op }) => op === "begin").length;
}

/** Live ops under the native names of turns, as history has them. */
function joined(ops: readonly ThreadOp[]): readonly ThreadOp[] {
  const names = new Map(ops.flatMap((op) => (op.op === "alias" ? [[op.id, op.key]] : [])));
  return ops.map((op) => {
    return op.op === "end" && op.turn !== undefined
      ? { ...op, turn: names.get(op.turn) ?? op.turn }
      : op;
  });
}

/** Which items with what outcome are in which turn of which thread. */
function shapeOf(ops: readonly ThreadOp[]): readonly string[] {
  const items = new Map<string, string[]>();
  const shape: string[] = [];
  for (const op of ops) {
    const thread = op.thread ?? "";
    const open = items.get(thread) ?? [];
    items.set(thread, open);
    if (op.op === "open") {
      const line = `${op.key} ${op.item.type}`;
      if (!open.includes(line)) open.push(line);
    }
    if (op.op !== "end") continue;
    shape.push(`${thread} ${op.turn} ${op.status}: ${open.toSorted().join(", ")}`);
    items.delete(thread);
  }
  return shape;
}
