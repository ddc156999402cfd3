import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { type Beat, parseBeat } from "../src/fixture/beat.ts";
import { bindFresh, fillIds } from "../src/fixture/ids.ts";
import { matchFrame } from "../src/fixture/match.ts";
import { FixturePlayer } from "../src/fixture/player.ts";
import type { PlayedProcess } from "../src/fixture/played-process.ts";
import { valueAt } from "../src/scenario/pattern.ts";

const uuid = "00000000-0000-7000-8000-000000000001";
const message = "msg_000000000000000000000001";

function beat(name: string, ...lines: readonly object[]): Beat {
  return parseBeat(name, lines.map((line) => JSON.stringify(line)).join("\n"));
}

const prompt = { dir: "send", frame: { type: "prompt", id: "$turn" } };

interface Played {
  readonly player: FixturePlayer;
  readonly problems: readonly string[];
  start(args?: readonly string[]): PlayedProcess;
  /** What the agent has printed since the last call. */
  printed(process: PlayedProcess): Promise<readonly unknown[]>;
}

function play(beats: readonly Beat[], home: string = "/home/user"): Played {
  const problems: string[] = [];
  const known = new Map(beats.map((one) => [one.name, one]));
  const player = new FixturePlayer({
    fixtures: {
      open: known.get("open") ?? null,
      beat(name) {
        const found = known.get(name);
        if (found === undefined) throw new Error(`there is no fixture ${name}.jsonl`);
        return found;
      },
      furnish: () => {},
    },
    setup: {
      programs: {
        "pwd -P": { stdout: "$cwd\n", code: 0 },
        "python3 list.py --all": { stdout: "nothing\n", code: 0 },
      },
      arguments: { session: ["--session-id"] },
      written: { token: "env.AGENT_SERVER.token" },
      environment: {},
    },
    home,
    onActivity: () => {},
    onProblem: (problem) => void problems.push(problem),
  });
  return {
    player,
    problems,
    start: (args = []) => player.spawn({ file: "agent", args, cwd: "/project" }),
    async printed(process) {
      while (player.isBusy) await nextTurn();
      const lines: unknown[] = [];
      while (process.lines.length > 0) {
        const { value } = await process.lines.next();
        lines.push(value !== undefined && "json" in value ? value.json : value);
      }
      return lines;
    },
  };
}

describe("a pattern", () => {
  const none = new Map<string, string>();

  it("takes a frame that has more, and names the first member that differs", () => {
    const pattern = { type: "prompt", more: { list: [1, "two"] } };
    expect(matchFrame(pattern, { ...pattern, id: 7 }, none).matches).toBe(true);
    expect(matchFrame(pattern, { type: "prompt", more: { list: [1, "three"] } }, none)).toEqual({
      matches: false,
      reason: 'more.list[1] is "three" instead of "two"',
    });
    expect(matchFrame(pattern, { type: "prompt", more: { list: [1] } }, none)).toEqual({
      matches: false,
      reason: "more.list has 1 entries instead of 2",
    });
    expect(matchFrame(pattern, {}, none)).toEqual({
      matches: false,
      reason: 'type is missing instead of "prompt"',
    });
  });

  it("binds an id or a name once, and holds to it", () => {
    const first = matchFrame({ id: uuid, name: "$name" }, { id: "a", name: "b" }, none);
    expect(first).toMatchObject({ matches: true });
    const bound = first.matches ? first.bindings : none;
    expect(matchFrame({ id: uuid }, { id: "a" }, bound).matches).toBe(true);
    expect(matchFrame({ id: uuid }, { id: "c" }, bound).matches).toBe(false);
    expect(fillIds({ text: `of ${uuid} and $name`, [uuid]: 1 }, bound)).toEqual({
      text: "of a and b",
      a: 1,
    });
    expect(fillIds("$name_of $" + "{name}_of", bound)).toBe("$name_of b_of");
  });

  it("does not care for loose members", () => {
    const loose = new Set(["text"]);
    expect(matchFrame({ a: [{ text: "x" }] }, { a: [{ text: "y" }] }, none, loose).matches).toBe(
      true,
    );
  });

  it("has ids of the same shape for what is not bound, and leaves words alone", () => {
    const frame = { id: uuid, message, words: "echo $i" };
    const bound = bindFresh(frame, none, () => "11111111-2222-3333-4444-555555555555");
    expect(fillIds(frame, bound)).toEqual({
      id: "11111111-2222-3333-4444-555555555555",
      message: "msg_111111112222333344445555",
      words: "echo $i",
    });
  });
});

describe("a beat file", () => {
  it("names the line that is none", () => {
    expect(() => parseBeat("text", '{"fixture":"text"}\n{"recieve":1}')).toThrow(
      "text.jsonl line 2 is no line of a beat: it has recieve",
    );
    expect(() => parseBeat("text", "nonsense")).toThrow("text.jsonl line 1 is no JSON");
  });
});

describe("a player", () => {
  it("plays the opening, then what was cued on the process that is prompted", async () => {
    const played = play([
      beat("open", { dir: "recv", frame: { type: "hello", session: "$session" } }),
      beat("text", prompt, { dir: "recv", frame: { of: "$turn", id: uuid, in: "$session" } }),
    ]);
    const other = played.start();
    const agent = played.start(["--session-id", "s-1"]);
    expect(await played.printed(agent)).toEqual([{ type: "hello", session: "s-1" }]);
    played.player.cue("text");
    played.player.cue("text");
    await agent.write({ type: "prompt", id: "t-1" });
    const first = await played.printed(agent);
    await agent.write({ type: "prompt", id: "t-2" });
    const second = await played.printed(agent);
    expect([...first, ...second]).toMatchObject([
      { of: "t-1", in: "s-1" },
      { of: "t-2", in: "s-1" },
    ]);
    expect(first).not.toMatchObject([{ id: uuid }]);
    expect(JSON.stringify(first)).not.toContain(uuid);
    expect(await played.printed(other)).toHaveLength(1);
    expect(played.player.leftOver()).toEqual([]);
  });

  it("says what was expected and what was written instead", async () => {
    const played = play([beat("text", { fixture: "text" }, prompt)]);
    const agent = played.start();
    await played.printed(agent);
    played.player.cue("text");
    await agent.write({ type: "shout" });
    expect(played.problems).toEqual([
      'beat text, line 2: type is "shout" instead of "prompt"; the fixture has {"type":"prompt","id":"$turn"}, the bridge wrote {"type":"shout"}',
    ]);
  });

  it("says what was never written, and what nobody expected", async () => {
    const answer = { dir: "send", frame: { type: "answer" } };
    const played = play([beat("ask", prompt, { dir: "recv", frame: { ask: true } }, answer)]);
    const agent = played.start();
    played.player.cue("ask");
    played.player.cue("ask");
    await agent.write({ type: "prompt", id: "t-1" });
    expect(await played.printed(agent)).toEqual([{ ask: true }]);
    expect(played.player.leftOver()).toEqual([
      'beat ask, line 3: the bridge never wrote {"type":"answer"}',
      "the beat ask was never prompted",
    ]);
    await agent.write({ type: "answer" });
    await agent.write({ type: "prompt", id: "t-2" });
    await agent.write({ type: "answer" });
    await agent.write({ type: "shout" });
    await played.printed(agent);
    expect(played.player.leftOver()).toEqual([
      'the bridge wrote {"type":"shout"}, which no fixture has',
    ]);
  });

  it("keeps two writes of one moment apart, and in order", async () => {
    const played = play([
      beat("stop", prompt, { dir: "send", frame: { n: 1 } }, { dir: "send", frame: { n: 2 } }),
    ]);
    const agent = played.start();
    played.player.cue("stop");
    await agent.write({ type: "prompt", id: "t-1" });
    await Promise.all([agent.write({ n: 1 }), agent.write({ n: 2 })]);
    await played.printed(agent);
    expect(played.problems).toEqual([]);
    expect(played.player.leftOver()).toEqual([]);
  });

  it("replies to what may come at any time, but not instead of the script", async () => {
    const played = play([
      beat("open", { whenever: { type: "ping", id: "$ping" }, recv: [{ pong: "$ping" }] }),
      beat(
        "text",
        prompt,
        { dir: "send", frame: { type: "ping", id: "last" } },
        { dir: "recv", frame: { end: true } },
      ),
    ]);
    const agent = played.start();
    await agent.write({ type: "ping", id: "1" });
    expect(await played.printed(agent)).toEqual([{ pong: "1" }]);
    played.player.cue("text");
    await agent.write({ type: "prompt", id: "t-1" });
    await agent.write({ type: "ping", id: "2" });
    expect(await played.printed(agent)).toEqual([{ pong: "2" }]);
    await agent.write({ type: "ping", id: "last" });
    expect(await played.printed(agent)).toEqual([{ end: true }]);
  });

  it("knows what it was started with, and goes on under another name when told to", async () => {
    const played = play([
      beat(
        "open",
        { whenever: { type: "who" }, recv: [{ session: "$session", token: "$token" }] },
        { whenever: { type: "fork" }, recv: [{ done: true }], renew: ["$session"] },
      ),
    ]);
    const agent = played.player.spawn({
      file: "agent",
      args: ["--session-id", "s-1"],
      cwd: "/project",
      env: { AGENT_SERVER: JSON.stringify({ token: "secret" }), PLAIN: "{words" },
    });
    await agent.write({ type: "who" });
    expect(await played.printed(agent)).toEqual([{ session: "s-1", token: "secret" }]);
    await agent.write({ type: "fork" });
    await agent.write({ type: "who" });
    const [, said] = await played.printed(agent);
    expect(said).toEqual({ session: expect.stringMatching(/^[0-9a-f-]{36}$/), token: "secret" });
  });

  it("waits for a release and for a signal, prints what is no JSON, and ends", async () => {
    const played = play([
      beat(
        "hold",
        prompt,
        { release: true },
        { text: "a banner" },
        { signal: "SIGINT" },
        { exit: { code: 3, stderr: "gone" } },
      ),
    ]);
    const agent = played.start();
    played.player.cue("hold");
    await agent.write({ type: "prompt", id: "t-1" });
    expect(await played.printed(agent)).toEqual([]);
    expect(played.player.waitingFor()).toEqual([
      "beat hold, line 2 waits for the script to release it",
    ]);
    played.player.release();
    expect(await played.printed(agent)).toEqual([{ text: "a banner" }]);
    agent.signal("SIGINT");
    expect(await agent.exited).toEqual({ code: 3, signal: null, stderr: "gone" });
  });

  it("goes on with a file whose lines are chained, at times that are never the same", async () => {
    const home = await mkdtemp(join(tmpdir(), "fairlead-agent-file-"));
    const line = { id: uuid, parentId: "$last", at: "$ms1" };
    const file = { file: "$home/$session.jsonl", head: [{ id: "$session" }], append: [line] };
    const played = play([beat("text", prompt, { dir: "recv", frame: { at: "$ms1" } }, file)], home);
    const session = "0198f2aa-0000-7000-8000-000000000009";
    const agent = played.start([`--session-id=${home}/1_${session}.jsonl`]);
    const said: unknown[] = [];
    for (const id of ["t-1", "t-2"]) {
      played.player.cue("text");
      await agent.write({ type: "prompt", id });
      said.push(...(await played.printed(agent)));
    }
    const written = (await readFile(join(home, `${session}.jsonl`), "utf8")).trim().split("\n");
    const [head, first, second] = written.map((text): unknown => JSON.parse(text));
    expect(head).toEqual({ id: session });
    expect(first).toMatchObject({ parentId: session, at: expect.any(Number) });
    expect(second).toMatchObject({ parentId: valueAt(first, "id"), at: expect.any(Number) });
    expect(said).toEqual([first, second].map((entry) => ({ at: valueAt(entry, "at") })));
    expect(Number(valueAt(second, "at"))).toBeGreaterThan(Number(valueAt(first, "at")));
    await rm(home, { recursive: true });
  });

  it("tells a conversation's past over again, to a bridge that numbers its requests", async () => {
    const home = await mkdtemp(join(tmpdir(), "fairlead-agent-store-"));
    const said = { update: { session: "$chat", text: "said" } };
    const past = { whenever: { load: "$chat", id: "$numberAsked" } };
    const kept = [{ stored: "$chat/past" }, { id: "$numberAsked", all: [{ stored: "none" }] }];
    const beats = [
      beat("open", { ...past, recv: kept }),
      beat(
        "text",
        { dir: "send", frame: { prompt: "$chat", id: "$number1" } },
        { dir: "recv", frame: { id: "$number1", done: true } },
        { store: "$chat/past", put: [said] },
      ),
    ];
    const first = play(beats, home);
    const agent = first.start();
    first.player.cue("text");
    await agent.write({ prompt: "one", id: 7 });
    expect(await first.printed(agent)).toEqual([{ id: 7, done: true }]);
    const second = play(beats, home);
    const again = second.start();
    await again.write({ load: "one", id: 8 });
    const update = { session: "one", text: "said" };
    expect(await second.printed(again)).toEqual([{ update }, { id: 8, all: [] }]);
    await again.write({ load: "two", id: "9" });
    expect(await second.printed(again)).toEqual([]);
    expect([...first.problems, ...second.problems]).toEqual([]);
    await rm(home, { recursive: true });
  });

  it("answers for the helper programs of a bridge", async () => {
    const played = play([]);
    const helper = played.player.spawn({ file: "pwd", args: ["-P"], cwd: "/project" });
    expect(await helper.exited).toMatchObject({ code: 0 });
    expect(await played.printed(helper)).toEqual([{ text: "/project" }]);
    const args = ["/somewhere/list.py", "--all", "/project"];
    const script = played.player.spawn({ file: "/opt/bin/python3", args, cwd: "/project" });
    expect(await played.printed(script)).toEqual([{ text: "nothing" }]);
  });
});
