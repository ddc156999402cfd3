import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Role } from "../../src/devices/principal.ts";
import { acts, decisions, RolePlay, roles, type Step } from "./role-play.ts";
import { ScriptedAgent } from "./scripted-agent.ts";
import { stage } from "./stage.ts";

async function play(first: readonly Role[], schedule: readonly Step[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-schedule-"));
  const agents = ["claude", "pi"].map((name) => new ScriptedAgent(name, join(folder, name)));
  for (const agent of agents) agent.models = agent.name === "pi" ? ["anthropic/sonnet"] : ["opus"];
  try {
    await using here = stage(agents);
    await new RolePlay(here, agents, first).run(schedule);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test.each([
  { numRuns: 20, seed: 20_261_122 },
  // Lost the end of a turn: two sessions lost in a row.
  { numRuns: 1, seed: 99, path: "10" },
  // Told the end of a question twice.
  { numRuns: 1, seed: 7, path: "40" },
])(
  "no schedule of roles, moves, losses and crashes loses the end of a turn or lets somebody answer who may not (%j)",
  async (runs) => {
    const step: fc.Arbitrary<Step> = fc.record({
      act: fc.constantFrom(...acts),
      who: fc.nat(2),
      which: fc.nat(11),
      role: fc.constantFrom(...roles),
      decision: fc.constantFrom(...decisions),
    });
    const first = { which: 0, role: "drive", decision: "accept" } as const;
    const begin: readonly Step[] = [
      { ...first, act: "start", who: 0 },
      { ...first, act: "turn", who: 0 },
      { ...first, act: "follow", who: 1 },
      { ...first, act: "follow", who: 2 },
      { ...first, act: "ask", who: 0 },
      { ...first, act: "start", who: 0 },
    ];
    const others = fc.array(fc.constantFrom(...roles), { minLength: 1, maxLength: 2 });
    const schedules = fc.array(step, { minLength: 12, maxLength: 40 });
    const property = fc.asyncProperty(others, schedules, (roleOf, schedule) =>
      play(["drive", ...roleOf], [...begin, ...schedule]),
    );
    await expect(fc.assert(property, { ...runs, endOnFailure: true })).resolves.toBeUndefined();
  },
);
