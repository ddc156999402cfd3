import type { ClientFrame, Skeleton } from "@fairlead/conformance/laws";
import { compareSkeletons, skeletonOf } from "@fairlead/conformance/laws";
import { isObject, stringOf } from "../json.ts";

/** How a scenario is recorded, and what is kept of it. */
export interface CheckedScenario {
  readonly name: string;
  /** The text of a new recording. */
  readonly record: () => Promise<string>;
  /** The text of the committed one; undefined when there is none. */
  readonly committed: string | undefined;
}

/** As many as a small machine takes without upsetting the order of events within the agent. */
const concurrency = 2;

/**
 * Records every scenario twice and compares the skeletons with each other and with the committed
 * recording. Tells of each scenario in one line as soon as it is done, and of all in the last one.
 *
 * @returns Whether all were the same.
 */
export async function checkRecordings(
  checked: readonly CheckedScenario[],
  tell: (line: string) => void,
): Promise<boolean> {
  const waiting = checked.values();
  let differing = 0;
  const work = async (): Promise<void> => {
    // Shared by the workers: each takes the next scenario nobody has taken.
    for (const scenario of waiting) {
      const problems = await problemsOf(scenario);
      if (problems.length > 0) differing += 1;
      tell(
        [`${problems.length > 0 ? "differs" : "same"}  ${scenario.name}`, ...problems].join("\n  "),
      );
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  tell(`recordings: ${checked.length - differing} same, ${differing} differ`);
  return differing === 0;
}

async function problemsOf({ record, committed }: CheckedScenario): Promise<readonly string[]> {
  if (committed === undefined) return ["it has never been recorded"];
  try {
    const golden = skeletonIn(committed);
    const first = skeletonIn(await record());
    const second = skeletonIn(await record());
    return [
      ...differences("the committed recording and a new one", golden, first),
      ...differences("two new recordings", first, second),
    ];
  } catch (error) {
    return [`it could not be recorded: ${error instanceof Error ? error.message : String(error)}`];
  }
}

function differences(what: string, before: Skeleton, after: Skeleton): readonly string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  const sentences = new Set([
    ...compareSkeletons(before, after),
    ...compareSkeletons(after, before),
  ]);
  return [`${what} differ`, ...sentences];
}

function skeletonIn(recording: string): Skeleton {
  return skeletonOf(recording.split("\n").flatMap(frameIn));
}

function frameIn(line: string): readonly ClientFrame[] {
  const entry: unknown = line === "" ? undefined : JSON.parse(line);
  if (!isObject(entry)) return [];
  const { dir, frame } = entry;
  if (dir !== "send" && dir !== "recv") return [];
  return [{ client: stringOf(entry["client"]) || "a", dir, frame }];
}
