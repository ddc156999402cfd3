import type { AskAnswer, Question } from "../ops.ts";

/** A question with one answer of those offered. */
export function choice(
  id: string,
  header: string,
  question: string,
  options: Question["options"],
): Question {
  return { id, header, question, options, multiple: false, freeText: false, secret: false };
}

/** What was answered to a question, several answers joined; null when it was not answered. */
export function answerTo(id: string, answer: AskAnswer): string | null {
  const given = answer.type === "answers" ? (answer.answers[id] ?? []) : [];
  return given.length === 0 ? null : given.join(", ");
}
