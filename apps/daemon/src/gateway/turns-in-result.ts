import { type Fields, elementsOf, fieldsOf } from "./fields.ts";

/** The turns that run, of those a result shows. */
export function turnsInResult(result: unknown): readonly Fields[] {
  const { thread, initialTurnsPage } = fieldsOf(result);
  const turns = [
    ...elementsOf(fieldsOf(thread)["turns"]),
    ...elementsOf(fieldsOf(initialTurnsPage)["data"]),
  ].map(fieldsOf);
  return turns.filter(({ status }) => status === "inProgress");
}
