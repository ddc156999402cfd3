import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Beat, parseBeat } from "../src/fixture/beat.ts";
import { FixturePlayer } from "../src/fixture/player.ts";
import { field, stringField } from "../src/read.ts";

function beat(name: string, ...lines: readonly object[]): Beat {
  return parseBeat(name, lines.map((line) => JSON.stringify(line)).join("\n"));
}

function request(method: string, path: string, more: object = {}) {
  return { http: { id: "$r", method, path, ...more } };
}

function answer(more: object) {
  return { http: { id: "$r", ...more } };
}

function event(data: object) {
  return { dir: "recv", frame: { http: { path: "/events", data } } };
}

/** A server that makes sessions, runs prompts in them, and remembers what was said. */
const open = beat(
  "open",
  { text: "listening on http://127.0.0.1:$port" },
  {
    whenever: request("GET", "/events"),
    recv: [answer({ stream: true }), answer({ data: { type: "connected" } })],
  },
  {
    whenever: request("POST", "/session", { query: { directory: "$cwd" } }),
    recv: [answer({ body: { id: "$session", directory: "$cwd" } })],
    stores: [{ store: "/session", put: [{ id: "$session", title: "new" }] }],
  },
  { whenever: request("GET", "/session"), recv: [answer({ store: "/session" })] },
  {
    whenever: request("GET", "/session/$session"),
    recv: [answer({ store: "/session", entry: "$session" })],
  },
  {
    whenever: request("PATCH", "/session/$session", { body: { title: "$title" } }),
    recv: [answer({ status: 204 })],
    stores: [{ store: "/session", put: [{ id: "$session", title: "$title" }] }],
  },
  {
    whenever: request("DELETE", "/session/$session"),
    recv: [answer({ body: true })],
    stores: [{ store: "/session", drop: "$session" }],
  },
  {
    whenever: request("POST", "/session/$origin/fork"),
    recv: [answer({ body: { id: "$session" } })],
    stores: [
      { store: "/session/$session/message", copy: "/session/$origin/message", by: "info.id" },
    ],
  },
  {
    whenever: request("POST", "/session/$origin/fork", { body: { before: "$message" } }),
    recv: [answer({ body: { id: "$session" } })],
    stores: [
      {
        store: "/session/$session/message",
        copy: "/session/$origin/message",
        before: "$message",
        by: "info.id",
      },
    ],
  },
  {
    whenever: request("GET", "/session/$session/message"),
    recv: [answer({ store: "/session/$session/message" })],
  },
);

const ask = beat(
  "ask",
  { fixture: "ask", loose: ["text"] },
  {
    dir: "send",
    frame: request("POST", "/session/$session/prompt", {
      query: { directory: "$cwd" },
      body: { text: "x" },
    }),
  },
  { dir: "recv", frame: answer({ status: 204 }) },
  event({ type: "ask", id: "$ask", session: "$session", cwd: "$cwd" }),
  {
    dir: "send",
    frame: { http: { id: "$r2", method: "POST", path: "/ask/$ask", body: { reply: "yes" } } },
  },
  event({ type: "done", session: "$session" }),
  {
    store: "/session/$session/message",
    put: [{ info: { id: "msg_00000000000000000000000001", of: "$session" } }],
    by: "info.id",
  },
  { dir: "recv", frame: { http: { id: "$r2", body: true } } },
);

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "fairlead-played-"));
});
afterEach(() => rmSync(home, { recursive: true }));

function play(...beats: readonly Beat[]) {
  const problems: string[] = [];
  const known = new Map([open, ask, ...beats].map((one) => [one.name, one]));
  const player = new FixturePlayer({
    fixtures: {
      open,
      beat(name) {
        const found = known.get(name);
        if (found === undefined) throw new Error(`there is no fixture ${name}.jsonl`);
        return found;
      },
      furnish: () => {},
    },
    setup: { programs: {}, arguments: { port: ["--port"] }, written: {}, environment: {} },
    home,
    onActivity: () => {},
    onProblem: (problem) => void problems.push(problem),
  });
  return { player, problems, start: (...args: readonly string[]) => serve(player, args) };
}

/** Starts a server as a bridge would, and finds it by what it says. */
async function serve(player: FixturePlayer, args: readonly string[]) {
  const process = player.spawn({ file: "agent", args: ["serve", ...args], cwd: "/home/user" });
  const { value } = await process.lines.next();
  const [url = ""] =
    /http:\S+/.exec(value !== undefined && "text" in value ? value.text : "") ?? [];
  const call = async (method: string, path: string, body?: object) => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    return player.fetch(url + path, init);
  };
  const json = async (method: string, path: string, body?: object): Promise<unknown> =>
    (await call(method, path, body)).json();
  return { process, url, call, json };
}

/** The events of a stream, one by one. */
async function* eventsOf(response: Response): AsyncGenerator<unknown> {
  if (response.body === null) throw new Error("there is no body");
  let text = "";
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    text += piece;
    for (let end = text.indexOf("\n\n"); end !== -1; end = text.indexOf("\n\n")) {
      yield JSON.parse(text.slice("data: ".length, end));
      text = text.slice(end + 2);
    }
  }
}

function idOf(value: unknown): string {
  return stringField(value, "id") ?? "";
}

async function quiet(player: FixturePlayer): Promise<void> {
  while (player.isBusy) await nextTurn();
}

describe("a played server", () => {
  it("listens where it was told to, or at a port of its own, and nowhere else", async () => {
    const { player, start } = play();
    const told = await start("--port", "4711");
    expect(told.url).toBe("http://127.0.0.1:4711");
    const [one, other] = [await start("--port", "0"), await start()];
    expect(new Set([told.url, one.url, other.url]).size).toBe(3);
    await expect(player.fetch("http://127.0.0.1:1/session")).rejects.toThrow("fetch failed");
    told.process.exit();
    await expect(told.call("GET", "/session")).rejects.toThrow("fetch failed");
  });

  it("answers requests, streams events and takes what belongs to a beat in its order", async () => {
    const { player, problems, start } = play();
    const { call, json } = await start();
    const events = eventsOf(await call("GET", "/events"));
    expect((await events.next()).value).toEqual({ type: "connected" });
    const made = await json("POST", "/session?directory=%2Fproject");
    expect(made).toMatchObject({ directory: "/project" });
    const id = idOf(made);

    player.cue("ask");
    expect(
      (await call("POST", `/session/${id}/prompt?directory=/project`, { text: "hello" })).status,
    ).toBe(204);
    const asked = (await events.next()).value;
    expect(asked).toMatchObject({ type: "ask", session: id, cwd: "/project" });
    expect(player.waitingFor()).toEqual([expect.stringContaining("beat ask, line 5 waits")]);
    expect(await json("POST", `/ask/${idOf(asked)}`, { reply: "yes" })).toBe(true);
    expect((await events.next()).value).toEqual({ type: "done", session: id });

    await quiet(player);
    expect(problems).toEqual([]);
    expect(player.leftOver()).toEqual([]);
  });

  it("plays on each session by itself", async () => {
    const { player, problems, start } = play();
    const { call, json } = await start();
    const events = eventsOf(await call("GET", "/events"));
    await events.next();
    const one = idOf(await json("POST", "/session?directory=/one"));
    const two = idOf(await json("POST", "/session?directory=/two"));
    expect(one).not.toBe(two);
    player.cue("ask");
    player.cue("ask");
    await call("POST", `/session/${two}/prompt?directory=/two`, { text: "2" });
    await call("POST", `/session/${one}/prompt?directory=/one`, { text: "1" });
    const ofTwo = (await events.next()).value;
    const ofOne = (await events.next()).value;
    expect(ofTwo).toMatchObject({ session: two, cwd: "/two" });
    expect(ofOne).toMatchObject({ session: one, cwd: "/one" });
    // The answers name only the question.
    await json("POST", `/ask/${idOf(ofOne)}`, { reply: "yes" });
    expect((await events.next()).value).toEqual({ type: "done", session: one });
    await json("POST", `/ask/${idOf(ofTwo)}`, { reply: "yes" });
    expect((await events.next()).value).toEqual({ type: "done", session: two });
    await quiet(player);
    expect(problems).toEqual([]);
    expect(player.leftOver()).toEqual([]);
  });

  it("remembers beyond its end what it stored, and takes a session up again", async () => {
    const first = play();
    const before = await first.start();
    const id = idOf(await before.json("POST", "/session?directory=/project"));
    first.player.cue("ask");
    const events = eventsOf(await before.call("GET", "/events"));
    await events.next();
    await before.call("POST", `/session/${id}/prompt?directory=/project`, { text: "hello" });
    const asked = (await events.next()).value;
    await before.json("POST", `/ask/${idOf(asked)}`, { reply: "yes" });
    expect(await before.json("GET", `/session/${id}/message`)).toHaveLength(1);
    first.player.end();
    before.process.exit();

    const second = play();
    const after = await second.start();
    expect(await after.json("GET", `/session/${id}/message`)).toHaveLength(1);
    await after.call("PATCH", `/session/${id}`, { title: "renamed" });
    expect(await after.json("GET", "/session?limit=10")).toEqual([{ id, title: "renamed" }]);
    expect((await after.call("GET", "/session/ses_other")).status).toBe(404);
    second.player.cue("ask");
    const again = eventsOf(await after.call("GET", "/events"));
    await again.next();
    const prompt = `/session/${id}/prompt?directory=/project`;
    expect((await after.call("POST", prompt, { text: "more" })).status).toBe(204);
    expect((await again.next()).value).toMatchObject({ session: id, cwd: "/project" });
    await after.json("DELETE", `/session/${id}`);
    expect(await after.json("GET", "/session")).toEqual([]);
    await quiet(second.player);
    expect([...first.problems, ...second.problems]).toEqual([]);
  });

  it("forks a session: what it stored is there under ids of its own, up to a message", async () => {
    const { player, start } = play();
    const { call, json } = await start();
    const events = eventsOf(await call("GET", "/events"));
    await events.next();
    const origin = idOf(await json("POST", "/session?directory=/project"));
    for (const text of ["one", "two"]) {
      player.cue("ask");
      await call("POST", `/session/${origin}/prompt?directory=/project`, { text });
      await json("POST", `/ask/${idOf((await events.next()).value)}`, { reply: "yes" });
      await events.next();
    }
    const told = async (session: string): Promise<readonly (string | undefined)[][]> => {
      const list = await json("GET", `/session/${session}/message`);
      const infos = Array.isArray(list) ? list.map((entry: unknown) => field(entry, "info")) : [];
      return infos.map((info) => [stringField(info, "id"), stringField(info, "of")]);
    };
    const before = await told(origin);
    expect(new Set(before.map(([id]) => id)).size).toBe(2);

    const fork = idOf(await json("POST", `/session/${origin}/fork`));
    const whole = await told(fork);
    expect(whole.map(([, of]) => of)).toEqual([fork, fork]);
    expect(whole.map(([id]) => before.some(([old]) => old === id))).toEqual([false, false]);
    const second = { before: before[1]?.[0] };
    expect(await told(idOf(await json("POST", `/session/${origin}/fork`, second)))).toHaveLength(1);
    expect(await told(origin)).toEqual(before);
  });

  it("says what was expected and what was asked instead", async () => {
    const { player, problems, start } = play();
    const { call, json } = await start();
    const id = idOf(await json("POST", "/session?directory=/project"));
    player.cue("ask");
    await call("POST", `/session/${id}/prompt?directory=/project`, { text: "hello" });
    await quiet(player);
    void call("POST", `/session/${id}/abort`).catch(() => {});
    await nextTurn();
    expect(problems[0]).toMatch(
      /^beat ask, line 5: http.path is "\/session\/[^"]*\/abort" instead of "\/ask\//,
    );
    expect(player.waitingFor()).toContain(
      `the bridge waits for the answer to POST /session/${id}/abort`,
    );
  });

  it("fails what waits and breaks off its streams when it ends", async () => {
    const { start } = play();
    const { process, call } = await start();
    const events = eventsOf(await call("GET", "/events"));
    await events.next();
    const unanswered = call("GET", "/unheard-of");
    await nextTurn();
    process.exit({ code: 1 });
    await expect(unanswered).rejects.toThrow("fetch failed");
    await expect(events.next()).rejects.toThrow("fetch failed");
  });

  it("lets the bridge give up a request and a stream", async () => {
    const { player, start } = play();
    const { url, call } = await start();
    const giveUp = new AbortController();
    const waiting = player.fetch(`${url}/unheard-of`, { signal: giveUp.signal });
    const stream = await player.fetch(`${url}/events`, { signal: giveUp.signal });
    giveUp.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
    await expect(stream.text()).rejects.toThrow("enough");
    expect((await call("GET", "/session")).status).toBe(200);
  });
});
