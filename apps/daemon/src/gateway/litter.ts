import { type Fields, fieldsOf, textOf } from "./fields.ts";
import type { UpstreamAnswer } from "./upstream.ts";

const notLoaded = '{"type":"notLoaded"}';
const idle = '{"type":"idle"}';

/** Whether a client is litter, by what it says of itself. */
export function isLitter(introduction: Fields): boolean {
  return textOf(introduction["clientInfo"], "name") === "Litter";
}

/**
 * Litter takes a thread that is not loaded for one that still connects. It can be resumed like any
 * other, so it is called idle. In text these words are that status and nothing else: quotes within
 * text are escaped.
 */
export function calledIdle(text: string): string {
  return text.includes(notLoaded) ? text.replaceAll(notLoaded, idle) : text;
}

/** {@link calledIdle} for an answer. */
export function answeredIdle(answer: UpstreamAnswer): UpstreamAnswer {
  if (answer.kind === "error") return answer;
  const body = calledIdle(answer.body);
  if (body === answer.body) return answer;
  return { kind: "result", body, result: () => fieldsOf(JSON.parse(`{${body}`))["result"] };
}
