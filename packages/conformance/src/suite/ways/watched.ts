import { includes } from "../../scenario/pattern.ts";
import { field, stringField } from "../../read.ts";
import type { JsonObject } from "../../scenario/step.ts";
import type { ScenarioRun, WayHooks } from "../scenario-run.ts";
import { introduce } from "./introduce.ts";
import { firstUnseen, type Joining } from "./first-unseen.ts";

const observerName = "suite-observer";

/** A thread that is watched, and what the script's client had received when that began. */
interface Joined {
  readonly threadId: string;
  readonly since: number;
  readonly observedSince: number;
}

/** Said to the one who asked for what could not be had. */
const toOne = ["warning"];
/**
 * Real codex also says at a `thread/resume` what was used and that there is no goal, not to all. What is
 * unread it tells while somebody takes the thread up, before or behind the answer.
 */
const toSome = [
  ...toOne,
  "thread/goal/cleared",
  "thread/readState/changed",
  "thread/tokenUsage/updated",
];

/**
 * Another client follows every thread from as early as it can, and says nothing: it must see of a
 * thread what the script's first client sees.
 */
export function watched(when: Joining = "at once"): WayHooks {
  const joined = new Map<string, Joined>();
  const joining: Promise<void>[] = [];

  async function join(run: ScenarioRun, threadId: string): Promise<void> {
    const observer = run.client(observerName);
    await observer.request("thread/resume", { threadId });
    const since = run.client("a").received.length;
    joined.set(threadId, { threadId, since, observedSince: observer.received.length });
  }

  return {
    async begin(run) {
      const observer = run.client(observerName);
      observer.connect();
      await introduce(observer);
    },
    onFrame(run, client, frame) {
      if (client.name !== "a") return;
      if (when === "after a turn") {
        const had = stringField(frame, "params", "threadId");
        const isEnd = field(frame, "method") === "turn/completed";
        if (isEnd && had !== undefined && !joined.has(had)) joining.push(join(run, had));
        return;
      }
      if (field(frame, "method") !== undefined) return;
      const threadId = stringField(frame, "result", "thread", "id");
      const fresh = threadId !== undefined && !joined.has(threadId);
      // A thread that is only read needs nobody to watch it.
      if (fresh && stringField(frame, "result", "cwd") !== undefined) {
        joining.push(join(run, threadId));
      }
    },
    async beforeStep(run, step) {
      await Promise.all(joining.splice(0));
      // Refused by one, a question waits for the others.
      if (step.type !== "answer" || !("error" in step) || joined.size === 0) return;
      const observer = run.client(observerName);
      const matches = (frame: JsonObject): boolean => includes(frame, step.to);
      const { id } = await observer.take(matches, JSON.stringify(step.to));
      observer.send({ id, error: step.error });
    },
    async finish(run) {
      // Who comes when the last turn has ended still gets an answer.
      await Promise.all(joining.splice(0));
      const observed = run.client(observerName).received;
      const heard = run.client("a").received;
      const left = when === "at once" ? toOne : toSome;
      return [...joined.values()].flatMap(({ threadId, since, observedSince }) => {
        const wanted = about(threadId, heard.slice(since), left);
        const found = about(threadId, observed.slice(observedSince), left);
        const missing = firstUnseen(wanted, found, when);
        return missing === null ? [] : [`a second client does not see ${missing}`];
      });
    },
  };
}

/** What everybody who follows a thread is told of it, in order, but for these methods. */
function about(
  threadId: string,
  frames: readonly JsonObject[],
  left: readonly string[],
): readonly string[] {
  return frames.flatMap((frame) => {
    const { method, params } = frame;
    if (typeof method !== "string" || left.includes(method)) return [];
    return stringField(params, "threadId") === threadId ? [JSON.stringify([method, params])] : [];
  });
}
