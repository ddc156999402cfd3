import { expect, test } from "vitest";
import type { ClientStep, JsonObject, ScenarioLink } from "../src/scenarios.ts";
import { playSteps } from "../src/scenarios.ts";

interface Stage {
  readonly link: ScenarioLink;
  /** What happened, in order. */
  readonly log: readonly unknown[];
}

/** A link to a server that answers from a table, by method; an absent answer leaves it silent. */
function stage(server: (client: string, frame: JsonObject) => readonly JsonObject[]): Stage {
  const log: unknown[] = [];
  const inbox = new Map<string, JsonObject[]>([["a", []]]);
  const link: ScenarioLink = {
    cwd: "/the/project",
    async connect(client) {
      log.push(`connect ${client}`);
      inbox.set(client, []);
    },
    async disconnect(client) {
      log.push(`disconnect ${client}`);
      inbox.delete(client);
    },
    send(client, frame) {
      log.push([client, frame]);
      inbox.get(client)?.push(...server(client, frame));
    },
    async take(client, matches, what) {
      const frames = inbox.get(client) ?? [];
      const at = frames.findIndex(matches);
      const [frame] = at < 0 ? [] : frames.splice(at, 1);
      if (frame === undefined) throw new Error(`never received ${what}`);
      return frame;
    },
    release: () => void log.push("release"),
    cue: (beat) => void log.push(`cue ${beat}`),
  };
  return { link, log };
}

const start: ClientStep = {
  type: "request",
  method: "start",
  params: { cwd: "$cwd/sub", more: ["$unknown"] },
  capture: { thread: "result.threads.1.id" },
};

function startsAndAsks(_client: string, { id, method, params }: JsonObject): readonly JsonObject[] {
  if (method === "start") return [{ id, result: { threads: [{}, { id: "t1" }] } }];
  if (method === "run") {
    return [
      { id, method: "ask", params },
      { id, result: {} },
    ];
  }
  return [];
}

test("names are captured and filled in, cues come before requests, answers under their id", async () => {
  const { link, log } = stage(startsAndAsks);
  await playSteps(
    [
      start,
      { type: "request", method: "run", params: { thread: "$thread" }, beat: "text" },
      {
        type: "answer",
        to: { method: "ask", params: { thread: "$thread" } },
        with: { ok: "$thread" },
      },
      { type: "release" },
    ],
    link,
  );
  expect(log).toEqual([
    ["a", { id: 1, method: "start", params: { cwd: "/the/project/sub", more: ["$unknown"] } }],
    "cue text",
    ["a", { id: 2, method: "run", params: { thread: "t1" } }],
    ["a", { id: 2, result: { ok: "t1" } }],
    "release",
  ]);
});

test("connections are kept apart, and an answer may be an error", async () => {
  const { link, log } = stage((client, frame) =>
    frame["method"] === "hello" ? [{ id: 7, method: "ask", params: { client } }] : [],
  );
  const error = { code: -32603, message: "no" };
  await playSteps(
    [
      { type: "connect", client: "b" },
      { type: "send", frame: { method: "hello" }, client: "b" },
      { type: "answer", to: { method: "ask" }, error, client: "b" },
      { type: "disconnect", client: "b" },
    ],
    link,
  );
  expect(log).toEqual([
    "connect b",
    ["b", { method: "hello" }],
    ["b", { id: 7, error }],
    "disconnect b",
  ]);
});

test("a frame is taken once, and what never came is named", async () => {
  const { link } = stage(startsAndAsks);
  const again: ClientStep = { type: "await", frame: { id: 1, result: {} } };
  await expect(playSteps([start, again], link)).rejects.toThrow(
    'never received {"id":1,"result":{}}',
  );
});
