import {
  type Outcome,
  type ScenarioResult,
  type SuiteReport,
  type Way,
  ways,
} from "../suite/report.ts";

/** How each outcome is called in every report, in the order in which totals are told. */
export const outcomeWords: Readonly<Record<Outcome, string>> = {
  passed: "passed",
  failed: "failed",
  "unexpected-pass": "unexpected pass",
  "known-failure": "known failure",
  "not-offered": "not offered",
};

/** The outcomes in the order in which totals are told. */
const outcomeOrder: readonly Outcome[] = [
  "passed",
  "failed",
  "unexpected-pass",
  "known-failure",
  "not-offered",
];

/** What to do about a scenario that passes though the manifest says it fails. */
export const unexpectedPassAdvice =
  "It passes now: take it out of knownFailures in manifest.json. There it says";

/** The ways of a run, in their fixed order; none when nothing was run. */
export function waysOf({ results }: SuiteReport): readonly Way[] {
  return ways.filter((way) =>
    results.some((result) => result.ways.some((entry) => entry.way === way)),
  );
}

/** The problems of a scenario; ways in which the same went wrong share one entry. */
export function problemGroups(
  result: ScenarioResult,
): readonly { readonly ways: string; readonly problems: readonly string[] }[] {
  const groups = new Map<string, { ways: string; problems: readonly string[] }>();
  for (const { way, problems } of result.ways) {
    if (problems.length === 0) continue;
    const key = JSON.stringify(problems);
    const same = groups.get(key);
    groups.set(key, { ways: same === undefined ? way : `${same.ways}, ${way}`, problems });
  }
  return [...groups.values()];
}

/** One sentence without durations: how many scenarios there were and what came of them. */
export function totalsOf(report: SuiteReport): string {
  const { results, manifestProblems } = report;
  const counts = outcomeOrder.flatMap((outcome) => {
    const count = results.filter((result) => result.outcome === outcome).length;
    return count === 0 ? [] : [`${count} ${outcomeWords[outcome]}`];
  });
  const untrue = manifestProblems.length;
  const manifest = untrue === 0 ? [] : [`${untrue} untrue in the manifest`];
  return `${results.length} scenario${results.length === 1 ? "" : "s"}: ${[...counts, ...manifest].join(", ") || "none"}`;
}

/** The agent, its version and what it was compared with, in one line. */
export function titleOf({ agent, codexVersion }: SuiteReport): string {
  return `${agent.displayName} ${agent.version} (${agent.id}), compared with codex ${codexVersion}`;
}

/** Milliseconds as a person reads them: `870 ms`, `12.4 s`, `3 min 5 s`. */
export function durationText(durationMs: number): string {
  if (durationMs < 1000) return `${Math.round(durationMs)} ms`;
  const seconds = durationMs / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}
