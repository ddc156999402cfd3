import type { LiveScenario } from "../scenario.ts";

/** A row that holds for more than one agent; its sentence is true of all of them. */
export type SharedRow<Id extends string> = LiveScenario & { readonly id: Id };

/**
 * Those rows of a shared set that a lane names, in the set's order. Each has the lane's own sentence, which says what
 * it proves about that program; null = the set's.
 */
export function rowsOf<Id extends string>(
  set: readonly SharedRow<Id>[],
  sentences: { readonly [Key in Id]?: string | null },
): readonly LiveScenario[] {
  return set.flatMap((row) => {
    const sentence = sentences[row.id];
    return sentence === undefined ? [] : [{ ...row, sentence: sentence ?? row.sentence }];
  });
}
