import type { Feature } from "../scenario/feature.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { beats, scenarios } from "../scenarios.ts";

/** A beat of the scenarios that apply, and what it is for. */
export interface NeededBeat {
  readonly name: string;
  /** What the agent does in it. */
  readonly sentence: string;
  /** Features that need it together, one list for each way to need it; empty = every bridge. */
  readonly needs: readonly (readonly Feature[])[];
}

/** The beats that scenarios play, in the order of the table of beats. */
export function neededBeats(applies: (scenario: Scenario) => boolean): readonly NeededBeat[] {
  const applying = scenarios.filter(applies);
  return Object.entries(beats).flatMap(([name, sentence]) => {
    const playing = applying.filter((scenario) => plays(scenario, name));
    if (playing.length === 0) return [];
    return [{ name, sentence, needs: fewest(playing.map(({ needs }) => needs)) }];
  });
}

function plays({ steps }: Scenario, name: string): boolean {
  return steps.some((step) => step.type === "request" && step.beat === name);
}

/** Without what asks for more than another: who claims the other needs the beat already. */
function fewest(lists: readonly (readonly Feature[])[]): readonly (readonly Feature[])[] {
  const kept: (readonly Feature[])[] = [];
  for (const list of lists.toSorted((a, b) => a.length - b.length)) {
    if (!kept.some((less) => less.every((feature) => list.includes(feature)))) kept.push(list);
  }
  return kept.filter((list) => list.length > 0);
}
