import { fileURLToPath } from "node:url";
import type { BridgeFactory } from "@fairlead/bridge-core";
import { afterAll, describe, expect, test } from "vitest";
import { scenarios } from "../scenarios.ts";
import { ways as allWays } from "./report.ts";
import { Suite, type SuiteOptions } from "./run-suite.ts";

/** What {@link describeBridge} is told. */
export interface DescribeOptions extends Pick<SuiteOptions, "module" | "daemon" | "ways"> {
  /** Folder of the bridge's manifest and beats. */
  readonly fixtures: string | URL;
}

/** Without a module there is no process to kill. */
const played = "kill, played in this process";

/**
 * Defines the vitest tests of a bridge: one for each scenario that applies and each way to run it,
 * one for each known failure, and one that holds the manifest against what was seen. Throws when the
 * manifest cannot be read.
 */
export function describeBridge(factory: BridgeFactory, options: DescribeOptions): void {
  const { fixtures, module, ways = allWays } = options;
  const folder = fixtures instanceof URL ? fileURLToPath(fixtures) : fixtures;
  const suite = new Suite(factory, { ...options, fixtures: folder });

  const named = ways.map(
    (way) => [way === "kill" && module === undefined ? played : way, way] as const,
  );

  describe(`${suite.agent.displayName} speaks codex`, () => {
    afterAll(() => suite[Symbol.asyncDispose]());

    const applying = scenarios.filter((scenario) => suite.notOffered(scenario) === null);
    const left = scenarios.filter((scenario) => !applying.includes(scenario));
    const known = applying.filter((scenario) => suite.knownFailure(scenario) !== null);

    for (const scenario of applying.filter((one) => !known.includes(one))) {
      test.each(named)(`${scenario.id} · %s`, async (_name, way) => {
        const { problems } = await suite.run(scenario, way);
        expect(problems).toEqual([]);
      });
    }

    for (const scenario of known) {
      test(`${scenario.id} · known failure: ${suite.knownFailure(scenario)}`, async () => {
        const { outcome } = await suite.result(scenario, ways);
        expect(outcome, "it passes: remove it from the known failures").toBe("known-failure");
      });
    }

    test("the manifest says what the agent offers, and nothing else", async () => {
      expect(await suite.manifestProblems(ways.includes("straight"))).toEqual([]);
    });

    test(`${left.length} scenarios do not apply, each with its reason`, () => {
      for (const scenario of left) expect(suite.notOffered(scenario)).toMatch(/^\w+: ./);
    });
  });
}
