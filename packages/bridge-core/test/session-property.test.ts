import fc from "fast-check";
import { expect, it } from "vitest";
import { SessionWorld } from "./support/session-world.ts";

const seed = Number(process.env["ADVERSITY_SEED"] ?? 20_261_121);

const who = fc.nat(1);
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant("delta"), n: fc.nat(2), who }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("notification"), n: fc.nat(300), who }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom("burst", "flood"), n: fc.nat(30), who }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("long"), n: fc.nat(1), who }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("deliver"), n: fc.nat(12), who }) },
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constantFrom("ask", "answer", "withdraw", "request", "duplicate", "finish"),
      n: fc.nat(400),
      who,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom("drop", "connect", "connect", "lateClose", "glimpse"),
      n: fc.nat(9),
      who,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom("idle", "restartDaemon", "restartClient"),
      n: fc.nat(1),
      who,
    }),
  },
);

function play(world: SessionWorld, now: { do: string; n: number; who: number }): void {
  switch (now.do) {
    case "delta":
      return world.delta(now.n);
    case "notification":
      return world.notification(now.n);
    case "burst":
      for (let left = now.n; left > 0; left -= 1) world.notification(20 + left);
      return;
    case "long":
      return world.notification(1600);
    case "ask":
      return world.ask();
    case "answer":
      return world.answer(now.who, now.n % 4 !== 0);
    case "withdraw":
      return world.withdraw();
    case "request":
      return world.request(now.who, now.n % 4 !== 0);
    case "duplicate":
      return world.duplicate(now.who);
    case "finish":
      return world.finish(now.who, now.n);
    case "deliver":
      return world.deliver(now.who, now.n);
    case "drop":
      return world.drop(now.who, now.n % 2 === 0);
    case "connect":
      return world.connect(now.who);
    case "glimpse":
      return world.glimpse(now.who, now.n);
    case "flood":
      return world.flood(now.who, now.n);
    case "lateClose":
      return world.lateClose();
    case "idle":
      return world.idle();
    case "restartDaemon":
      return world.restartDaemon();
    case "restartClient":
      return world.restartClient(now.who);
  }
}

it("no schedule loses, doubles or reruns anything, or holds more than it may", () => {
  process.stdout.write(`sessions: ADVERSITY_SEED=${seed}\n`);
  const count = { drifts: 0, resumes: 0 };
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 120, size: "max" }), (steps) => {
      const world = new SessionWorld();
      world.connect(0);
      world.connect(1);
      for (const now of steps) play(world, now);
      world.settle();
      count.drifts += world.drifts;
      count.resumes += world.resumes;
    }),
    { seed, numRuns: 5000 },
  );
  // The schedules went where they should.
  expect(count.drifts).toBeGreaterThan(500);
  expect(count.resumes).toBeGreaterThan(5000);
  process.stdout.write(`sessions: ${count.resumes} resumed, ${count.drifts} drifted\n`);
});
