import type { Ask, AskAnswer } from "../../ops.ts";
import { jsonFieldsOf, textOf, type Fields } from "../fields.ts";

/** The question of an `elicitation/create`. */
export function elicitationAsk(
  server: string,
  { message, requestedSchema, url }: Fields,
): Extract<Ask, { kind: "elicitation" }> {
  const form = requestedSchema === undefined ? null : jsonFieldsOf(requestedSchema);
  return { kind: "elicitation", server, message: textOf(message), form, url: textOf(url) || null };
}

/** The answer to it. */
export function elicitationAnswer(answer: AskAnswer): Fields {
  if (answer.type === "content") return { action: "accept", content: answer.content };
  return { action: answer.type === "answers" ? "cancel" : answer.type };
}
