import { codexVersion } from "../../packages/codex-proto/src/index.ts";
import type { Scenario } from "../../packages/conformance/src/scenario/scenario.ts";
import { scenarios } from "../../packages/conformance/src/scenarios.ts";
import { type Manifest, mapFeatures } from "../../packages/conformance/src/suite/manifest.ts";
import type {
  ScenarioResult,
  SuiteReport,
  Way,
  WayResult,
} from "../../packages/conformance/src/suite/report.ts";
import { ScenarioRun } from "../../packages/conformance/src/suite/scenario-run.ts";
import { wayHooks } from "../../packages/conformance/src/suite/way-hooks.ts";
import { startMockLlm } from "../../packages/testkit/src/index.ts";
import { codexFailures, codexWays } from "./claims.ts";
import { codexServer } from "./serve-codex.ts";

/** As many as do not upset the order of events within codex on a small machine. */
const atOnce = 2;

/** A real program starts within this time also on a busy machine. */
const stallMs = 20_000;

/** What the golden transcripts are of, codex has. */
const manifest: Pick<Manifest, "features" | "asides"> = {
  features: mapFeatures((): true => true),
  asides: {},
};

/**
 * The column of codex itself: every scenario, played by the real program behind the daemon's proxy and
 * compared with the recordings, which were made without Fairlead. It is held to the laws as codex
 * keeps them. Another client takes a thread up when it has had a turn: codex offers no earlier one.
 */
export async function measuredCodex(
  command: string,
  onProgress: (text: string) => void,
  chosen: readonly Scenario[] = scenarios,
): Promise<SuiteReport> {
  const startedAtMs = performance.now();
  const jobs = chosen.flatMap((scenario) => codexWays(scenario).map((way) => ({ scenario, way })));
  const seen = new Map<string, WayResult[]>();
  // Shared by the workers: each takes the next one nobody has taken.
  const waiting = jobs.entries();
  const work = async (): Promise<void> => {
    for (const [index, { scenario, way }] of waiting) {
      onProgress(`${index + 1}/${jobs.length} ${scenario.id} · ${way}`);
      const result = await runOnce(command, scenario, way);
      seen.set(scenario.id, [...(seen.get(scenario.id) ?? []), result]);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const results = chosen.map((scenario) => resultOf(scenario, seen.get(scenario.id) ?? []));
  return reportOf(results, Math.round(performance.now() - startedAtMs));
}

/** The same column as it is claimed, where codex cannot be run. */
export function claimedCodex(): SuiteReport {
  const results = scenarios.map((scenario): ScenarioResult => {
    const reason = claimOf(scenario);
    const outcome = reason === null ? "passed" : "known-failure";
    return { ...named(scenario), outcome, reason, ways: [] };
  });
  return reportOf(results, 0);
}

async function runOnce(command: string, scenario: Scenario, way: Way): Promise<WayResult> {
  const startedAtMs = performance.now();
  await using mock = await startMockLlm();
  const { problems } = await ScenarioRun.play({
    scenario,
    manifest,
    fixtures: { furnish: () => {} },
    serve: codexServer(command, mock),
    hooks: wayHooks(way, "after a turn"),
    laws: { profile: "codex" },
    stallMs,
  });
  return { way, problems, durationMs: Math.round(performance.now() - startedAtMs) };
}

function resultOf(scenario: Scenario, run: readonly WayResult[]): ScenarioResult {
  const reason = claimOf(scenario);
  const passed = run.every(({ problems }) => problems.length === 0);
  const known = passed ? "unexpected-pass" : "known-failure";
  const outcome = reason === null ? (passed ? "passed" : "failed") : known;
  return { ...named(scenario), outcome, reason, ways: run };
}

function reportOf(results: readonly ScenarioResult[], durationMs: number): SuiteReport {
  return {
    agent: { id: "codex", displayName: "Codex", version: codexVersion },
    codexVersion,
    results,
    manifestProblems: [],
    passed: results.every(({ outcome }) => outcome === "passed" || outcome === "known-failure"),
    durationMs,
  };
}

function named({
  id,
  title,
  needs,
}: Scenario): Pick<ScenarioResult, "scenario" | "title" | "needs"> {
  return { scenario: id, title, needs };
}

function claimOf({ id }: Scenario): string | null {
  return codexFailures.find(({ scenario }) => scenario === id)?.reason ?? null;
}
