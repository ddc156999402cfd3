import type { Feature } from "../scenario/feature.ts";
import { compareKinds, compareTurns } from "./compare-turn.ts";
import type { ClientSkeleton, Skeleton, ThreadSkeleton } from "./shape.ts";

/** What a comparison is told of the bridge. */
export interface CompareOptions {
  /**
   * What the bridge claims; some parts are due only then (usage, announced retries, plans, streamed
   * output). Default: nothing.
   */
  readonly features?: Iterable<Feature>;
}

/**
 * What is missing from or extra in `actual`, one sentence each, beginning with the place; empty when
 * a client sees all it would see of codex. Not symmetric: `golden` is a recording of codex, and
 * other servers may show more in places. Error texts and codes, texts, ids, times, the order of
 * responses among notifications and of threads among each other are never compared; what else is not,
 * and why, stands at `compareTurns`, in the field contract and in the table of notifications.
 */
export function compareSkeletons(
  golden: Skeleton,
  actual: Skeleton,
  options: CompareOptions = {},
): readonly string[] {
  const claimed = new Set(options.features);
  const names = new Set([...Object.keys(golden.clients), ...Object.keys(actual.clients)]);
  return [...names].flatMap((name) => {
    const wanted = golden.clients[name];
    const found = actual.clients[name];
    const problems =
      wanted === undefined
        ? ["it is not in codex's recording"]
        : found === undefined
          ? ["it never said or saw anything"]
          : compareClients(wanted, found, claimed);
    return within(names.size === 1 ? "" : `client ${name}`, problems);
  });
}

function compareClients(
  golden: ClientSkeleton,
  actual: ClientSkeleton,
  claimed: ReadonlySet<Feature>,
): readonly string[] {
  const known = new Map(actual.threads.map((thread) => [thread.name, thread]));
  const wanted = new Set(golden.threads.map(({ name }) => name));
  return [
    ...compareRequests(golden, actual),
    ...golden.threads.flatMap((thread) => {
      const found = known.get(thread.name);
      if (found !== undefined) return within(thread.name, compareThreads(thread, found, claimed));
      return [`${thread.name} is missing: codex shows ${turnsIn(thread)}`];
    }),
    ...actual.threads
      .filter(({ name }) => !wanted.has(name))
      .map((thread) => `${thread.name} is not in codex's recording: it shows ${turnsIn(thread)}`),
    ...compareKinds(golden.notifications, actual.notifications, claimed),
  ];
}

function compareRequests(golden: ClientSkeleton, actual: ClientSkeleton): readonly string[] {
  const count = Math.max(golden.requests.length, actual.requests.length);
  for (let index = 0; index < count; index += 1) {
    const wanted = golden.requests[index];
    const found = actual.requests[index];
    const place = `request ${index + 1}`;
    // One request off makes every later one wrong: the first difference says it all.
    if (wanted === undefined) return [`${place}, ${found?.method}, is not in codex's recording`];
    if (found === undefined) return [`${place}, ${wanted.method}, was never sent`];
    if (wanted.method !== found.method) {
      return [`${place} is ${found.method}, codex's is ${wanted.method}`];
    }
  }
  return golden.requests.flatMap(({ method, outcome, facts }, index) => {
    const found = actual.requests[index];
    const place = `request ${index + 1}, ${method}`;
    if (found?.outcome !== outcome) {
      return [`${place}: answered ${found?.outcome}, codex answers ${outcome}`];
    }
    return facts
      .filter((fact) => !found.facts.includes(fact))
      .map((fact) => `${place}: with codex ${fact}, here ${found.facts.join(", ")}`);
  });
}

function compareThreads(
  golden: ThreadSkeleton,
  actual: ThreadSkeleton,
  claimed: ReadonlySet<Feature>,
): readonly string[] {
  // Many agents count the tokens of a sub-agent with their own.
  const counted = golden.name.includes(".") ? without(claimed, "usage") : claimed;
  const shared = golden.turns.flatMap((turn, index) => {
    const found = actual.turns[index];
    const name = `turn ${index + 1}`;
    if (found === undefined) return [`${name} is missing: codex's ends ${turn.status}`];
    return within(name, compareTurns(turn, found, counted));
  });
  const extra = actual.turns
    .slice(golden.turns.length)
    .map(({ status }, index) => `turn ${golden.turns.length + index + 1} (${status}) is extra`);
  const kinds = compareKinds(golden.notifications, actual.notifications, claimed);
  return [...shared, ...extra, ...kinds];
}

function without(claimed: ReadonlySet<Feature>, left: Feature): ReadonlySet<Feature> {
  return new Set([...claimed].filter((feature) => feature !== left));
}

function turnsIn({ turns }: ThreadSkeleton): string {
  return turns.length === 1 ? "1 turn" : `${turns.length} turns`;
}

function within(place: string, problems: readonly string[]): readonly string[] {
  return place === "" ? problems : problems.map((problem) => `${place}, ${problem}`);
}
