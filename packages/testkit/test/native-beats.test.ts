import { describe, expect, it } from "vitest";
import { beatsIn, openingIn } from "../src/record/bridge/native-beats.ts";
import type { NativeEntry } from "../src/record/bridge/native-log.ts";
import type { RecordedAgent } from "../src/record/bridge/recorded-agent.ts";

const folders = { cwd: "/made/up/project", home: "/made/up/home", root: "/made/up" };
const session = "7a1b2c3d-1111-4222-8333-944455566677";

/** An agent of three kinds of frames: asks, answers and prompts. */
const agent: RecordedAgent = {
  environment: () => ({}),
  sessions: ".agent",
  beatEnvironment: {},
  programs: {},
  earlier: {},
  isPrompt: ({ type }) => type === "prompt",
  isEnd: ({ type }) => type === "end",
  sessionIn: ({ session_id: id }) => (typeof id === "string" ? id : ""),
  trim: (frame) => Object.fromEntries(Object.entries(frame).filter(([name]) => name !== "noise")),
  trimLine: (line) => (line["noise"] === true ? null : line),
  standing: ({ type, id, what }) => (type === "ask" && what === "poll" ? { type, id, what } : null),
  isAnswer: (received, sent) => received["type"] === "answer" && received["id"] === sent["id"],
  loose: () => [],
  opening: { id: "open", title: "", needs: [], steps: [] },
};

function send(frame: object, process = 1): NativeEntry {
  return { type: "send", process, frame: { ...frame } };
}

function recv(frame: object, process = 1): NativeEntry {
  return { type: "recv", process, frame: { ...frame } };
}

function beatOf(...entries: readonly NativeEntry[]): readonly object[] {
  const cue: NativeEntry = { type: "cue", beat: "text" };
  const [beat] = beatsIn({ entries: [cue, ...entries], folders }, agent);
  return beat?.lines ?? [];
}

describe("a recording beneath a bridge", () => {
  it("is cut from the prompt to the next cue, on the process that got the prompt", () => {
    const entries: readonly NativeEntry[] = [
      recv({ type: "hello" }),
      { type: "cue", beat: "first" },
      send({ type: "ask", id: "fairlead-1", what: "poll" }),
      send({ type: "prompt" }),
      recv({ type: "said", noise: 1 }),
      recv({ type: "said by another" }, 2),
      { type: "release" },
      { type: "cue", beat: "second" },
      { type: "text", process: 1, text: "late words" },
      send({ type: "prompt" }, 2),
      { type: "exit", process: 2, code: 1, stderr: "gone" },
    ];
    expect(beatsIn({ entries, folders }, agent)).toEqual([
      {
        name: "first",
        lines: [
          { dir: "send", frame: { type: "prompt" } },
          { dir: "recv", frame: { type: "said" } },
          { release: true },
        ],
      },
      {
        name: "second",
        lines: [{ dir: "send", frame: { type: "prompt" } }, { exit: { code: 1, stderr: "gone" } }],
      },
    ]);
  });

  it("names folders, the conversation and the bridge's requests", () => {
    const asked = { type: "ask", id: "fairlead-7", what: "stop" };
    const lines = beatOf(
      send({ type: "prompt", session_id: session }),
      send(asked),
      recv({ type: "answer", id: "fairlead-7", path: `/made/up/project/${session}.txt` }),
    );
    expect(lines).toEqual([
      { dir: "send", frame: { type: "prompt", session_id: "$session" } },
      { dir: "send", frame: { ...asked, id: "$request1" } },
      { dir: "recv", frame: { type: "answer", id: "$request1", path: "$cwd/$session.txt" } },
    ]);
  });

  it("has what the agent wrote to its files in front of the end of the turn", () => {
    const path = `/made/up/home/.agent/${session}.jsonl`;
    const lines = beatOf(send({ type: "prompt", session_id: session }), recv({ type: "end" }), {
      type: "file",
      path,
      lines: [{ line: 1 }, { noise: true }],
    });
    expect(lines.slice(1)).toEqual([
      { file: "$home/.agent/$session.jsonl", append: [{ line: 1 }] },
      { dir: "recv", frame: { type: "end" } },
    ]);
  });

  it("leaves out what the bridge may ask, or not, when the turn is over", () => {
    const poll = { type: "ask", id: "fairlead-2", what: "poll" };
    const answer = { type: "answer", id: "fairlead-2" };
    const lines = beatOf(
      send({ type: "prompt" }),
      send(poll),
      recv(answer),
      recv({ type: "end" }),
      send({ ...poll, id: "fairlead-3" }),
      recv({ ...answer, id: "fairlead-3" }),
    );
    expect(lines.slice(1)).toEqual([
      { dir: "send", frame: { ...poll, id: "$request1" } },
      { dir: "recv", frame: { ...answer, id: "$request1" } },
      { dir: "recv", frame: { type: "end" } },
    ]);
  });

  it("opens with the handshake, and answers at any time what was asked at any time", () => {
    const entries: readonly NativeEntry[] = [
      send({ type: "ask", id: "fairlead-1", what: "hello" }),
      recv({ type: "answer", id: "fairlead-1" }),
      send({ type: "ask", id: "fairlead-2", what: "poll" }),
      recv({ type: "answer", id: "fairlead-2", first: true }),
      send({ type: "prompt" }),
      send({ type: "ask", id: "fairlead-3", what: "poll" }),
      recv({ type: "answer", id: "fairlead-3" }),
    ];
    expect(openingIn({ entries, folders }, agent)).toEqual([
      { dir: "send", frame: { type: "ask", id: "$opening1", what: "hello" } },
      { dir: "recv", frame: { type: "answer", id: "$opening1" } },
      {
        whenever: { type: "ask", id: "$asked1", what: "poll" },
        recv: [{ type: "answer", id: "$asked1" }],
      },
    ]);
  });

  it("has ids and times as the agent's own form of them says, and files with their head", () => {
    const own: RecordedAgent = {
      ...agent,
      prepare: (body) => ("at" in body ? { ...body, at: `$ms${String(body["at"])}` } : body),
      head: [{ id: "$session" }],
    };
    const entries: readonly NativeEntry[] = [
      { type: "cue", beat: "text" },
      send({ type: "prompt", session_id: session }),
      recv({ type: "said", at: 1_795_288_670_043 }),
      recv({ type: "said", at: 1_795_288_670_099 }),
      { type: "file", path: "/made/up/home/.agent/a.jsonl", lines: [{ line: 1 }] },
    ];
    const [beat] = beatsIn({ entries, folders }, own);
    expect(beat?.lines.slice(1)).toEqual([
      { dir: "recv", frame: { type: "said", at: "$ms1" } },
      { dir: "recv", frame: { type: "said", at: "$ms2" } },
      { file: "$home/.agent/a.jsonl", head: [{ id: "$session" }], append: [{ line: 1 }] },
    ]);
  });

  it("answers at any time also what was asked only of a later process", () => {
    const asked = { type: "ask", id: "fairlead-1", what: "poll" };
    const entries: readonly NativeEntry[] = [
      send({ type: "prompt" }),
      send(asked, 2),
      recv({ type: "answer", id: "fairlead-1", of: 1 }),
      recv({ type: "answer", id: "fairlead-1", of: 2 }, 2),
    ];
    expect(openingIn({ entries, folders }, agent)).toEqual([
      { whenever: { ...asked, id: "$asked1" }, recv: [{ type: "answer", id: "$asked1", of: 2 }] },
    ]);
  });
});
