import { strictEqual } from "node:assert/strict";
import { expect, test } from "vitest";
import {
  type Answer,
  pendingOf,
  principalIn,
  refusalIn,
  type TestAuthority,
  testAuthority,
  yes,
} from "./authority-fixture.ts";
import type { Principal } from "../../src/devices/principal.ts";

const keys = ["a", "b", "c"];
const schedules = 30;
const steps = 40;
const declined = "This device was declined on desk.";

/** What the rules say of one key, without any of the code. */
interface Expected {
  known: boolean;
  /** Which of the pairing tokens it was let in with. */
  pairedWith: number | null;
  declinedUntilMs: number;
  waiting: Promise<Answer>[];
  live: Principal[];
}

/** Numbers that are the same in every run: a failure names its schedule. */
function random(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761 + 1;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test("whatever happens in whatever order, only who was let in and not cut since is in", async () => {
  const desk = await testAuthority();
  for (let seed = 1; seed <= schedules; seed += 1) await play(desk, seed);
  expect(desk.clock.waiting).toBe(0);
});

async function play(desk: TestAuthority, seed: number): Promise<void> {
  const { authority, connect, clock, devices, token } = desk;
  const pick = random(seed);
  const model = new Map<string, Expected>();
  // Keys of their own, so that every schedule begins with nobody.
  const names = keys.map((key) => `${key}${seed}`);
  for (const name of names) {
    model.set(name, {
      known: false,
      pairedWith: null,
      declinedUntilMs: 0,
      waiting: [],
      live: [],
    });
  }
  let generation = 0;
  let old = "";
  for (let step = 0; step < steps; step += 1) {
    const key = names[pick(names.length)] ?? "";
    const expected = model.get(key);
    if (expected === undefined) throw new Error("no such key");
    const action = pick(10);
    const where = `schedule ${seed}, step ${step}: action ${action} on ${key}`;
    const device = devices.byKey(key);
    const pending = pendingOf(authority, key);
    expect(device !== undefined, where).toBe(expected.known);
    expect(pending !== undefined, where).toBe(expected.waiting.length > 0);
    if (action <= 3) {
      const answer = connect(key);
      if (expected.pairedWith === generation) {
        expected.live.push(principalIn(await answer));
      } else if (expected.declinedUntilMs > clock.now() && expected.waiting.length === 0) {
        strictEqual(refusalIn(await answer), declined, where);
      } else {
        expected.waiting.push(answer);
      }
    } else if (action === 4) {
      // Without calling timers: who waits goes on waiting.
      clock.jump(61_000);
      strictEqual(refusalIn(await connect(key, old)), "invalid token", where);
    } else if (action <= 6 && pending !== undefined) {
      await authority.pending.accept(pending, yes());
      for (const answer of expected.waiting) expected.live.push(principalIn(await answer));
      Object.assign(expected, { known: true, pairedWith: generation, waiting: [] });
    } else if (action === 7 && pending !== undefined) {
      authority.pending.decline(pending);
      for (const answer of expected.waiting) {
        strictEqual(refusalIn(await answer), declined, where);
      }
      Object.assign(expected, { declinedUntilMs: clock.now() + 600_000, waiting: [] });
    } else if (action === 8 && device !== undefined) {
      await devices.revoke(device.id);
      cut(expected, where);
      Object.assign(expected, { known: false, pairedWith: null });
    } else if (action === 9) {
      old = token.current;
      await authority.rotate();
      generation += 1;
      for (const other of model.values()) {
        cut(other, where);
        for (const answer of other.waiting) {
          strictEqual(refusalIn(await answer), "invalid token", where);
        }
        other.waiting = [];
      }
    }
    for (const other of model.values()) {
      expect(
        other.live.some(({ ended }) => ended.aborted),
        where,
      ).toBe(false);
    }
  }
  for (const { waiting } of model.values()) {
    if (waiting.length > 0) authority.pending.withdrawAll("over");
    await Promise.all(waiting);
  }
  for (const device of devices.list()) await devices.revoke(device.id);
  clock.advance(700_000);
}

function cut(expected: Expected, where: string): void {
  expect(
    expected.live.every(({ ended }) => ended.aborted),
    where,
  ).toBe(true);
  expected.live = [];
}
