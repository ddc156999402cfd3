import type { Ask, AskAnswer } from "@fairlead/bridge-core";
import {
  fieldsOf,
  questionsOf,
  textOf,
  type Fields,
  type PendingAsk,
} from "@fairlead/bridge-core/parts";
import type { JsonValue } from "@fairlead/codex-proto";

/** The question behind a `permission.asked` or `question.asked`, about a call of this tool. */
export function askOf(key: string, asked: Fields, tool: string): Ask {
  const { permission, patterns, metadata, questions } = asked;
  if (permission === undefined) {
    return { kind: "questions", key, questions: questionsOf(questions) };
  }
  const { command, filepath } = fieldsOf(metadata);
  const subjects = Array.isArray(patterns) ? patterns.map(textOf) : [];
  const subject = textOf(command) || textOf(filepath) || subjects.join(", ");
  const words = `${textOf(permission)} ${subject}`.trim();
  switch (permission) {
    case "bash":
    case "edit": {
      const kind = permission === "bash" ? "command" : "fileChange";
      return { kind, key, reason: null, scope: words };
    }
    case "external_directory": {
      const read = subjects.map((pattern) => pattern.replace(/\/\*$/, ""));
      const write = /^(read|grep|glob|list)$/.test(tool) ? [] : read;
      const scope = `${tool} external_directory ${subjects.join(", ")}`;
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

const declinedMessage = "The user declined this. Do not try it another way.";

/** What OpenCode is told, to be posted to `path`. Never "always": that holds project-wide. */
export function replyTo(
  { id, questions }: PendingAsk,
  answer: AskAnswer,
): { readonly path: string; readonly body: JsonValue } {
  if (questions === null) {
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
