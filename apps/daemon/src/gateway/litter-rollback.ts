import { rpcCode, messageOf } from "@fairlead/bridge-core/session";
import type { Reply } from "./client-seat.ts";
import { elementsOf, type Fields, fieldsOf, textOf } from "./fields.ts";
import { isLitter } from "./litter.ts";
import { failedAnswer, type UpstreamAnswer } from "./upstream.ts";

/** Sends a request of the client to whom it concerns. */
export type Run = (method: string, params: Fields, reply: Reply) => void;

/** Turns of one page. */
const pageTurns = 50;

/** Whether a request counts items where its method counts turns. */
export function countsItems(introduction: Fields, method: string): boolean {
  return method === "thread/rollback" && isLitter(introduction);
}

/**
 * `thread/rollback` as litter means it: its `numTurns` is the number of items behind the message that
 * the user chose, not of turns. The turns that hold these items are dropped. Where the chosen message
 * has nothing behind it in its own turn, that turn stays: of two readings the one that removes less.
 * An agent that only knows how to revert to a turn is told that turn. `reply` is called once.
 */
export function rollBackItems(run: Run, params: unknown, reply: Reply): void {
  const threadId = textOf(params, "threadId");
  const { numTurns: items } = fieldsOf(params);
  if (threadId === null || typeof items !== "number") {
    return run("thread/rollback", fieldsOf(params), reply);
  }
  rolledBack(run, threadId, items).then(
    (answer) => reply(answer),
    (error: unknown) => reply(failedAnswer(messageOf(error))),
  );
}

async function rolledBack(run: Run, threadId: string, items: number): Promise<UpstreamAnswer> {
  const dropped = await turnsBehind(run, threadId, items);
  if ("kind" in dropped) return dropped;
  const numTurns = Math.max(1, dropped.turnIds.length);
  const answer = await asked(run, "thread/rollback", { threadId, numTurns });
  const beforeTurnId = dropped.turnIds.at(-1);
  if (!isUnknownMethod(answer) || beforeTurnId === undefined) return answer;
  const reverted = await asked(run, "thread/revert", { threadId, beforeTurnId });
  if (reverted.kind === "error") {
    // One that refuses in its own words has said why.
    const isSaid = reverted.error.code === rpcCode.methodNotFound || !isUnknownMethod(reverted);
    if (isSaid) return reverted;
    return failedAnswer("This agent cannot take back turns: fork the thread, or start a new one.");
  }
  // Its answer has the thread, but not the turns that are left, which a client of rollbacks looks for.
  const read = await asked(run, "thread/read", { threadId, includeTurns: true });
  if (read.kind === "error") return read;
  const result = { thread: fieldsOf(read.result())["thread"] };
  return {
    kind: "result",
    body: `"result":${JSON.stringify(result)}}`,
    result: () => result,
  };
}

/** Ids of the turns that hold the last `items` items, newest first: at least one, if there is any. */
async function turnsBehind(
  run: Run,
  threadId: string,
  items: number,
): Promise<{ readonly turnIds: readonly string[] } | UpstreamAnswer> {
  const turnIds: string[] = [];
  let passed = 0;
  let cursor: string | null = null;
  do {
    const page: UpstreamAnswer = await asked(run, "thread/turns/list", {
      threadId,
      cursor,
      limit: pageTurns,
      sortDirection: "desc",
      itemsView: "full",
    });
    if (page.kind === "error") return page;
    const { data, nextCursor } = fieldsOf(page.result());
    for (const turn of elementsOf(data)) {
      turnIds.push(textOf(turn, "id") ?? "");
      passed += elementsOf(fieldsOf(turn)["items"]).length;
      if (passed >= items) return { turnIds };
    }
    cursor = typeof nextCursor === "string" && nextCursor !== cursor ? nextCursor : null;
  } while (cursor !== null);
  return { turnIds };
}

function asked(run: Run, method: string, params: Fields): Promise<UpstreamAnswer> {
  return new Promise((resolve) => run(method, params, resolve));
}

/** Codex says so with the code of any other refusal. */
function isUnknownMethod(answer: UpstreamAnswer): boolean {
  if (answer.kind === "result") return false;
  const { code, message } = answer.error;
  return code === rpcCode.methodNotFound || /unknown (?:variant|method)/iu.test(message);
}
