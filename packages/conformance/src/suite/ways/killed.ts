import { arrayField, field, stringField } from "../../read.ts";
import type { JsonObject } from "../../scenario/step.ts";
import type { Fate, ScenarioRun, WayHooks } from "../scenario-run.ts";
import type { SuiteClient } from "../suite-client.ts";
import { introduce, objectAt } from "./introduce.ts";

/**
 * The daemon is killed and started again between turns, and at the end: clients connect anew, take
 * their threads up again and go on; what a thread was is what it is afterwards.
 */
export function killed(): WayHooks {
  const running = new Set<string>();
  let ended = false;
  return {
    // Nobody comes back; but then frames have numbers, and no two daemons may use the same.
    resumable: true,
    onFrame(_run, _client, frame) {
      const method = field(frame, "method");
      const turn = stringField(frame, "params", "turn", "id");
      if (turn === undefined) return;
      if (method === "turn/started") running.add(turn);
      if (method !== "turn/completed") return;
      running.delete(turn);
      ended = true;
    },
    async beforeStep(run, { type }) {
      // What a script awaits and answers in between is still about the daemon that asked.
      if (type !== "request" || !ended || running.size > 0) return;
      ended = false;
      await restart(run, "may be killed");
    },
    async finish(run) {
      const threads = run.threads();
      // Nothing was said that could be lost.
      if (threads.length === 0) return [];
      const before = await readAll(run, threads);
      await restart(run, "stays");
      const after = await readAll(run, threads);
      return threads.flatMap((threadId, index) => {
        const was = before[index] ?? [];
        const is = after[index] ?? [];
        const lost = was.filter((line) => !is.includes(line));
        const added = is.filter((line) => !was.includes(line));
        return [
          ...lost.map((line) => `after a kill thread ${threadId} lost ${line}`),
          ...added.map((line) => `after a kill thread ${threadId} has ${line}`),
        ];
      });
    },
  };
}

async function restart(run: ScenarioRun, next: Fate): Promise<void> {
  await run.settle();
  const clients = [...run.clients.values()].filter(({ isConnected }) => isConnected);
  for (const client of clients) client.brace();
  await run.killDaemon(next);
  for (const client of clients) {
    const said = client.sent.find(({ method }) => method === "initialize");
    client.restart();
    if (said === undefined) continue;
    await client.aside(async () => {
      await introduce(client, objectAt(said, "params"));
      for (const threadId of followed(client)) await client.request("thread/resume", { threadId });
      await client.request("thread/loaded/list", {});
    });
  }
}

/** Threads a client follows: that it started or took up, that had a turn, and that it did not leave. */
function followed(client: SuiteClient): readonly string[] {
  const threads = new Set<string>();
  const turned = new Set(
    client.received.flatMap((frame) =>
      field(frame, "method") === "turn/started" ? [stringField(frame, "params", "threadId")] : [],
    ),
  );
  for (const { method, params, result } of client.exchanges) {
    const started = stringField(result, "thread", "id");
    const named = stringField(params, "threadId");
    if (/^thread\/(start|resume|fork)$/.test(method) && started !== undefined) threads.add(started);
    if (/^thread\/(unsubscribe|archive|delete)$/.test(method)) threads.delete(named ?? "");
  }
  return [...threads].filter((threadId) => turned.has(threadId));
}

/** Turns and items of threads, as lines to compare. */
async function readAll(
  run: ScenarioRun,
  threads: readonly string[],
): Promise<readonly (readonly string[])[]> {
  const reader = [...run.clients.values()].find(({ isConnected }) => isConnected);
  if (reader === undefined) return [];
  return Promise.all(
    threads.map(async (threadId) => {
      const params: JsonObject = { threadId, includeTurns: true };
      const response = await reader.request("thread/read", params);
      if ("error" in response) return ["no more than an error to read"];
      return arrayField(response, "result", "thread", "turns").flatMap((turn) => [
        `turn ${String(field(turn, "id"))} (${String(field(turn, "status"))})`,
        ...arrayField(turn, "items").map(
          (item) => `${String(field(item, "type"))} ${String(field(item, "id"))}`,
        ),
      ]);
    }),
  );
}
