import { type Outcome, type SuiteReport, type Way, ways } from "../suite/report.ts";

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

/** Why scenarios were not run. */
export interface NotOffered {
  /** What the agent does not offer, of one reason: names of features; empty = not told. */
  readonly features: readonly string[];
  readonly reason: string;
  readonly scenarios: readonly string[];
}

/** The reasons of what is not offered, each once, in the order of the scenarios. */
export function notOfferedReasons({ results }: SuiteReport): readonly NotOffered[] {
  const found = new Map<string, { features: Set<string>; scenarios: Set<string> }>();
  for (const { outcome, scenario, needs, reason } of results) {
    if (outcome !== "not-offered") continue;
    for (const claim of claimsOf(reason ?? "no reason given", needs)) {
      const entry = found.get(claim.reason) ?? { features: new Set(), scenarios: new Set() };
      found.set(claim.reason, entry);
      if (claim.feature !== null) entry.features.add(claim.feature);
      entry.scenarios.add(scenario);
    }
  }
  return [...found].map(([reason, entry]) => ({
    features: [...entry.features],
    reason,
    scenarios: [...entry.scenarios],
  }));
}

/** Takes `one: why; other: why else` apart. */
function claimsOf(
  text: string,
  needs: readonly string[],
): readonly { readonly feature: string | null; readonly reason: string }[] {
  const starts = needs.flatMap((feature) => {
    const mark = `${feature}: `;
    const at = text.startsWith(mark) ? 0 : text.indexOf(`; ${mark}`);
    return at === -1 ? [] : [{ feature, at, from: at + mark.length + (at === 0 ? 0 : 2) }];
  });
  if (starts.length === 0) return [{ feature: null, reason: text }];
  const ordered = starts.toSorted((a, b) => a.at - b.at);
  return ordered.map(({ feature, from }, index) => ({
    feature,
    reason: text.slice(from, ordered[index + 1]?.at),
  }));
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
