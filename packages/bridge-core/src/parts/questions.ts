import type { AskAnswer, Question } from "../ops.ts";
import { listOf, textOf } from "./fields.ts";

/** A question with one answer of those offered. */
export function choice(
  id: string,
  header: string,
  question: string,
  options: Question["options"],
): Question {
  return { id, header, question, options, multiple: false, freeText: false, secret: false };
}

/**
 * Questions with options as models are taught to write them, by number: `question-1` is the first.
 * Words beside the options are welcome unless one says otherwise.
 */
export function questionsOf(asked: unknown): readonly Question[] {
  return listOf(asked).map((asking, index) => {
    const { question, header, options, multiple, multiSelect, custom } = asking;
    const choices = listOf(options).map(({ label, description }) => {
      return { label: textOf(label), description: textOf(description) };
    });
    const one = choice(`question-${index + 1}`, textOf(header), textOf(question), choices);
    const isMultiple = multiple === true || multiSelect === true;
    return { ...one, multiple: isMultiple, freeText: custom !== false };
  });
}

/** What was answered to a question, several answers joined; null when it was not answered. */
export function answerTo(id: string, answer: AskAnswer): string | null {
  const given = answer.type === "answers" ? (answer.answers[id] ?? []) : [];
  return given.length === 0 ? null : given.join(", ");
}
