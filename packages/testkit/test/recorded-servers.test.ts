import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { beatsIn, openingIn } from "../src/record/bridge/native-beats.ts";
import type { NativeEntry } from "../src/record/bridge/native-log.ts";
import type { RecordedAgent } from "../src/record/bridge/recorded-agent.ts";
import { RecordedServers } from "../src/record/bridge/recorded-servers.ts";
import { storeWatch } from "../src/record/bridge/store-watch.ts";
import { objectOf, stringOf } from "../src/json.ts";

const session = "ses_0123456789abABCDEFGHIJKLMN";

function httpOf(frame: object): { readonly path: string; readonly method: unknown } {
  const { path, method } = objectOf(objectOf(frame)["http"]);
  return { path: stringOf(path), method };
}

/** An agent with a server: prompts end with an event, what was said is kept. */
const agent: RecordedAgent = {
  environment: () => ({}),
  sessions: null,
  stored: (frame) => {
    const [, id] = /^\/session\/(ses_[^/]+)/.exec(httpOf(frame).path) ?? [];
    const path = `/session/${id}/message`;
    return id === undefined ? [] : [{ store: path, path, by: "info.id" }];
  },
  beatEnvironment: {},
  programs: {},
  earlier: {},
  isPrompt: (frame) => httpOf(frame).path.endsWith("/prompt"),
  isEnd: (frame) => objectOf(objectOf(objectOf(frame)["http"])["data"])["type"] === "done",
  sessionIn: (frame) => /^\/session\/(.+)\/prompt$/.exec(httpOf(frame).path)?.[1] ?? "",
  trim: (frame) => (JSON.stringify(frame).includes("noise") ? null : frame),
  trimLine: () => null,
  standing(frame) {
    const { path, method } = httpOf(frame);
    return method === "GET" ? { http: { id: objectOf(frame["http"])["id"], method, path } } : null;
  },
  isAnswer: () => false,
  loose: () => [],
  keeps: [{ whenever: { http: { id: "$asked1", method: "GET", path: "/events" } }, recv: [] }],
  opening: { id: "open", title: "", needs: [], steps: [] },
};

let messages: object[] = [];
let events: ServerResponse | null = null;
const server = createServer((request, response) => void serve(request, response));

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  if (request.url === "/events") {
    events = response;
    response.setHeader("content-type", "text/event-stream");
    return void response.write(`data: {"type":"noise"}\n\n`);
  }
  if (request.method === "POST") {
    messages = [
      { info: { id: "msg_0123456789abABCDEFGHIJKLMN" }, said: objectOf(JSON.parse(body))["text"] },
    ];
    response.statusCode = 204;
    response.end();
    return void events?.write(': a comment\n\nevent: end\ndata: {"type":"done"}\n\n');
  }
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(request.url?.endsWith("/message") === true ? messages : ["a"]));
}

let url = "";
beforeEach(async () => {
  messages = [];
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});

describe("an agent that is asked over HTTP", () => {
  it("is recorded request by request and event by event, and what it keeps beside it", async () => {
    const entries: NativeEntry[] = [];
    const servers = new RecordedServers((entry) => void entries.push(entry));
    const watch = storeWatch(servers);
    const ask = servers.over(fetch);
    const text = servers.announced(`listening on ${url}`, 0);
    entries.push({ type: "text", process: 0, text });

    const stream = (await ask(`${url}/events`)).body?.getReader();
    await stream?.read();
    expect(await (await ask(`${url}/models?directory=%2Fproject`)).json()).toEqual(["a"]);
    entries.push({ type: "cue", beat: "text" });
    const init = { method: "POST", body: JSON.stringify({ text: "hello" }) };
    expect((await ask(`${url}/session/${session}/prompt`, init)).status).toBe(204);
    await stream?.read();
    entries.push(...(await watch.changes(entries, agent)));
    expect(await watch.changes(entries, agent)).toEqual([]);

    const recording = { entries, folders: { cwd: "/project", home: "/home", root: "/made/up" } };
    const [beat] = beatsIn(recording, agent);
    const [prompt, ...rest] = beat?.lines ?? [];
    const path = "/session/$session/prompt";
    const body = { text: "hello" };
    expect(prompt).toEqual({
      dir: "send",
      frame: { http: { id: "$request1", method: "POST", path, body } },
    });
    const said = [{ info: { id: expect.stringMatching(/^msg_0+\d$/) }, said: "hello" }];
    const kept = { store: "/session/$session/message", by: "info.id", put: said };
    const done = { http: { path: "/events", event: "end", data: { type: "done" } } };
    const answer = { dir: "recv", frame: { http: { id: "$request1", status: 204 } } };
    // The answer and the event come on connections of their own.
    expect(rest.filter((line) => objectOf(objectOf(line["frame"])["http"])["id"])).toEqual([
      answer,
    ]);
    expect(rest.filter((line) => !objectOf(objectOf(line["frame"])["http"])["id"])).toEqual([
      kept,
      { dir: "recv", frame: done },
    ]);

    expect(openingIn(recording, agent)).toEqual([
      { text: "listening on http://127.0.0.1:$port" },
      { whenever: { http: { id: "$asked1", method: "GET", path: "/events" } }, recv: [] },
      {
        whenever: { http: { id: "$asked1", method: "GET", path: "/models" } },
        recv: [{ http: { id: "$asked1", body: ["a"] } }],
      },
    ]);
  });

  it("is no one the bridge did not start", async () => {
    const entries: NativeEntry[] = [];
    const servers = new RecordedServers((entry) => void entries.push(entry));
    expect(await (await servers.over(fetch)(`${url}/models`)).json()).toEqual(["a"]);
    expect(entries).toEqual([]);
    expect(await servers.list("/models")).toBeNull();
  });
});
