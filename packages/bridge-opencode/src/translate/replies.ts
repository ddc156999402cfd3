import type { Ask, AskAnswer, Question } from "@fairlead/bridge-core";
import { choice, fieldsOf, listOf, textOf, type Fields } from "@fairlead/bridge-core/parts";
import type { JsonValue } from "@fairlead/codex-proto";

/** A request of OpenCode's that waits for the user. */
export interface PendingAsk {
  readonly kind: "permission" | "question";
  /** `per_…` or `que_…`. */
  readonly id: string;
  /** The session it came from: the root or a child. */
  readonly session: string;
  /** Key of the item it is about. */
  readonly key: string;
  /** Ids of the questions, in OpenCode's order; empty for a permission. */
  readonly questions: readonly string[];
}

/** The question behind a `permission.asked`, about a call of this tool. */
export function permissionAsk(key: string, asked: Fields, tool: string): Ask {
  const { permission, patterns, metadata } = asked;
  const { command, filepath, parentDir } = fieldsOf(metadata);
  const subjects = Array.isArray(patterns) ? patterns.map(textOf) : [];
  const subject = textOf(command) || textOf(filepath) || subjects.join(", ");
  const words = `${textOf(permission)} ${subject}`.trim();
  switch (permission) {
    case "bash":
      return { kind: "command", key, reason: null, scope: words };
    case "edit":
      return { kind: "fileChange", key, reason: null, scope: words };
    case "external_directory": {
      const folders = subjects.map((pattern) => pattern.replace(/\/\*$/, ""));
      const read = typeof parentDir === "string" ? [parentDir] : folders;
      const write = /^(read|grep|glob|list)$/.test(tool) ? [] : read;
      const scope = `${tool} ${permission} ${subjects.join(", ")}`;
      const reason = `It reaches outside the project: ${subjects.join(", ")}`;
      return { kind: "permissions", key, reason, scope, read, write, network: false };
    }
    default: {
      // A pattern may stand for anything: what was granted once is asked again.
      const exact = permission === "webfetch" && subject !== "" && !subject.includes("*");
      return { kind: "command", key, reason: words, scope: exact ? words : null };
    }
  }
}

/** The questions of a `question.asked`. */
export function questionsOf(asked: unknown): readonly Question[] {
  return listOf(asked).map(({ question, header, options, multiple, custom }, index) => {
    const choices = listOf(options).map(({ label, description }) => {
      return { label: textOf(label), description: textOf(description) };
    });
    const one = choice(`question-${index + 1}`, textOf(header), textOf(question), choices);
    return { ...one, multiple: multiple === true, freeText: custom !== false };
  });
}

const declinedMessage = "The user declined this. Do not try it another way.";

/** What OpenCode is told, to be posted to `path`. Never "always": that holds project-wide. */
export function replyTo(
  pending: PendingAsk,
  answer: AskAnswer,
): { readonly path: string; readonly body: JsonValue } {
  const { kind, id, questions } = pending;
  if (kind === "permission") {
    const path = `/permission/${id}/reply`;
    if (answer.type === "accept") return { path, body: { reply: "once" } };
    // Without words the turn ends, with them the model goes on: only a cancel stops it.
    if (answer.type === "cancel") return { path, body: { reply: "reject" } };
    return { path, body: { reply: "reject", message: declinedMessage } };
  }
  if (answer.type === "cancel") return { path: `/question/${id}/reject`, body: {} };
  const given = answer.type === "answers" ? answer.answers : {};
  const answers = questions.map((question) => [...(given[question] ?? [])]);
  return { path: `/question/${id}/reply`, body: { answers } };
}
