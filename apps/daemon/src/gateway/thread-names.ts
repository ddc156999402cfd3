import { elementsOf, fieldsOf, textOf } from "./fields.ts";

/** The thread a request or notification is about; null when it is about none. */
export function threadOf(params: unknown): string | null {
  return textOf(params, "threadId") ?? textOf(fieldsOf(params)["thread"], "id");
}

/** The thread a request is about. `thread/start` makes one, and is about none yet. */
export function threadOfRequest(method: string, params: unknown): string | null {
  return method === "thread/start" ? null : textOf(params, "threadId");
}

/** Methods whose results name threads. */
const naming: ReadonlySet<string> = new Set([
  "thread/start",
  "thread/resume",
  "thread/fork",
  "thread/read",
  "thread/list",
  "thread/loaded/list",
  "thread/search",
  "thread/unarchive",
  "thread/rollback",
  "review/start",
]);

/** Whether {@link threadsInResult} is worth reading the result for. */
export function namesThreads(method: string): boolean {
  return naming.has(method);
}

/** Every thread a result names: its owner is the agent that answered. */
export function threadsInResult(method: string, result: unknown): readonly string[] {
  if (!naming.has(method)) return [];
  const fields = fieldsOf(result);
  const listed = elementsOf(fields["data"]).map((entry) =>
    typeof entry === "string"
      ? entry
      : (textOf(entry, "id") ?? textOf(fieldsOf(entry)["thread"], "id")),
  );
  const single = [textOf(fields["thread"], "id"), textOf(fields, "reviewThreadId")];
  return [...single, ...listed].filter((id) => id !== null);
}

/** Thread a client follows once the request has succeeded; null when it changes nothing. */
export function followedThread(method: string, params: unknown, result: unknown): string | null {
  switch (method) {
    case "thread/start":
    case "thread/resume":
    case "thread/fork":
      return textOf(fieldsOf(result)["thread"], "id");
    case "turn/start":
      return textOf(params, "threadId");
    case "review/start":
      return textOf(result, "reviewThreadId") ?? textOf(params, "threadId");
    default:
      return null;
  }
}

/** Whether an error says that the agent does not know the thread: codex's own words, and its likes. */
export function saysUnknownThread(message: string): boolean {
  return /thread not (?:found|loaded)|no rollout found|thread cannot be found|no thread found|unknown thread/iu.test(
    message,
  );
}
