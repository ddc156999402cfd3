import type { BridgeFactory } from "@fairlead/bridge-core";
import { fakeHost } from "@fairlead/bridge-core/testing";
import { codexVersion } from "@fairlead/codex-proto";
import { fixtureFolder, type FixtureFolder } from "../fixture/folder.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { scenarios } from "../scenarios.ts";
import { Evidence } from "./feature-evidence.ts";
import { type Manifest, readManifest } from "./manifest.ts";
import type { Outcome, ScenarioResult, SuiteReport, Way, WayResult } from "./report.ts";
import { ways as allWays } from "./report.ts";
import { ScenarioRun } from "./scenario-run.ts";
import { type DaemonPrograms, type Daemons, daemonsOf } from "./daemons.ts";
import { wayHooks } from "./way-hooks.ts";

/** What a suite is run with. */
export interface SuiteOptions extends DaemonPrograms {
  /** Folder of the bridge's manifest and beats. */
  readonly fixtures: string;
  /** Default: all. */
  readonly ways?: readonly Way[];
  /** Ids of the scenarios to run. Default: all. */
  readonly only?: readonly string[];
  /** The real agent instead of its fixtures. Default false. */
  readonly live?: boolean;
  /** Told what runs now, such as `3/95 text · straight`. */
  readonly onProgress?: (text: string) => void;
}

/**
 * Runs every scenario that applies to a bridge, in every way, and checks its manifest. Rejects when
 * the manifest cannot be read or a named scenario does not exist; what a bridge does wrong is in the
 * report.
 */
export async function runSuite(
  factory: BridgeFactory,
  options: SuiteOptions,
): Promise<SuiteReport> {
  const { only, ways = allWays, onProgress = () => {} } = options;
  const startedAtMs = performance.now();
  await using suite = new Suite(factory, options);
  for (const id of only ?? []) {
    if (scenarios.every((scenario) => scenario.id !== id)) {
      throw new Error(`there is no scenario ${id}`);
    }
  }
  const chosen = scenarios.filter(({ id }) => only === undefined || only.includes(id));
  const results: ScenarioResult[] = [];
  for (const [index, scenario] of chosen.entries()) {
    const place = `${index + 1}/${chosen.length} ${scenario.id}`;
    results.push(await suite.result(scenario, ways, (way) => onProgress(`${place} · ${way}`)));
  }
  // What an agent shows is collected from the straight runs.
  const isWhole = only === undefined && ways.includes("straight");
  const manifestProblems = await suite.manifestProblems(isWhole);
  const good: readonly Outcome[] = ["passed", "not-offered", "known-failure"];
  return {
    agent: suite.agent,
    codexVersion,
    results,
    manifestProblems,
    passed: manifestProblems.length === 0 && results.every(({ outcome }) => good.includes(outcome)),
    durationMs: Math.round(performance.now() - startedAtMs),
  };
}

/** A bridge, its manifest and its daemons, while its scenarios run. Dispose ends the daemons. */
export class Suite implements AsyncDisposable {
  readonly manifest: Manifest;
  readonly #factory: BridgeFactory;
  readonly #fixtures: FixtureFolder;
  readonly #daemons: Daemons;
  readonly #evidence: Evidence = new Evidence();

  constructor(factory: BridgeFactory, options: SuiteOptions) {
    const { fixtures, live = false } = options;
    this.#factory = factory;
    this.manifest = readManifest(fixtures);
    this.#fixtures = fixtureFolder(fixtures);
    const { setup } = this.manifest;
    this.#daemons = daemonsOf(factory, { ...options, fixtures, setup, live });
  }

  get agent(): SuiteReport["agent"] {
    const { id, displayName } = this.#factory(fakeHost());
    return { id, displayName, version: this.manifest.version };
  }

  /** Why a scenario does not apply; null = it does. */
  notOffered({ needs }: Scenario): string | null {
    const reasons = needs.flatMap((feature) => {
      const claim = this.manifest.features[feature];
      return claim === true ? [] : [`${feature}: ${claim}`];
    });
    return reasons.length === 0 ? null : reasons.join("; ");
  }

  /** Why a scenario is known to fail; null = it should pass. */
  knownFailure({ id }: Scenario): string | null {
    const known = this.manifest.knownFailures.find(({ scenario }) => scenario === id);
    return known?.reason ?? null;
  }

  /** Runs a scenario one way. */
  async run(scenario: Scenario, way: Way): Promise<WayResult> {
    const startedAtMs = performance.now();
    const { problems, frames } = await ScenarioRun.play({
      scenario,
      manifest: this.manifest,
      fixtures: this.#fixtures,
      serve: this.#daemons.serving(way),
      hooks: wayHooks(way),
    });
    if (way === "straight") this.#evidence.see(scenario.id, frames);
    return { way, problems, durationMs: Math.round(performance.now() - startedAtMs) };
  }

  /** Runs a scenario in all of these ways, unless it does not apply. */
  async result(
    scenario: Scenario,
    ways: readonly Way[],
    onWay: (way: Way) => void = () => {},
  ): Promise<ScenarioResult> {
    const { id, title, needs } = scenario;
    const base = { scenario: id, title, needs };
    const missing = this.notOffered(scenario);
    if (missing !== null) return { ...base, outcome: "not-offered", reason: missing, ways: [] };
    const results: WayResult[] = [];
    for (const way of ways) {
      onWay(way);
      results.push(await this.run(scenario, way));
    }
    const reason = this.knownFailure(scenario);
    const passed = results.every(({ problems }) => problems.length === 0);
    const known: Outcome = passed ? "unexpected-pass" : "known-failure";
    const outcome = reason === null ? (passed ? "passed" : "failed") : known;
    return { ...base, outcome, reason, ways: results };
  }

  /** Claims without behaviour and behaviour without claims, of what has run so far. */
  async manifestProblems(whole: boolean): Promise<readonly string[]> {
    const adapter = this.#factory(fakeHost());
    const problems = this.#evidence.problems(this.manifest, adapter, whole);
    await adapter[Symbol.asyncDispose]();
    return problems;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#daemons[Symbol.asyncDispose]();
  }
}
