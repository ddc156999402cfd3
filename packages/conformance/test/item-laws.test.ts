import { describe, expect, it } from "vitest";
import { broken, drop, edit, find, moveBefore, repeat } from "./mutate.ts";
import {
  agentMessage,
  ask,
  firstTurn,
  itemCompleted,
  itemStarted,
  lawfulSession,
  notify,
  opening,
  reply,
  thread,
  threadId,
} from "./stream.ts";
import { checkFrames, createLawChecker } from "@fairlead/conformance/laws";

const session = lawfulSession();
const messageStart = '"method":"item/started","params":{"item":{"type":"agentMessage"';
const messageEnd = '"method":"item/completed","params":{"item":{"type":"agentMessage"';
const commandEnd = '"method":"item/completed","params":{"item":{"type":"commandExecution"';

describe("item-life", () => {
  it("finds an item that is open at the end of its turn", () => {
    expect(broken(drop(session, commandEnd))).toContain("item-life/open-at-turn-end");
  });

  it("finds an item that completes without a start, or twice", () => {
    const untold = drop(session, '"method":"item/started","params":{"item":{"type":"reasoning"');
    expect(broken(untold)).toContain("item-life/delta-outside-item");
    const silent = drop(session, '"method":"item/started","params":{"item":{"type":"userMessage"');
    expect(broken(silent)).toEqual(["item-life/completed-without-start"]);
    expect(broken(repeat(session, commandEnd))).toEqual(["item-life/completed-twice"]);
  });

  it("finds an item that starts twice", () => {
    expect(broken(repeat(session, messageStart))).toEqual(["item-life/started-twice"]);
  });

  it("finds a delta after the end of its item, or of another type", () => {
    const late = moveBefore(session, messageEnd, '"delta":"done"');
    expect(broken(late)).toContain("item-life/delta-outside-item");
    const plan = edit(session, '"delta":"done"', "item/agentMessage/delta", "item/plan/delta");
    expect(broken(plan)).toContain("item-life/delta-of-other-type");
  });

  it("finds an item outside of its turn", () => {
    const message = agentMessage("message-9", "");
    const stray = [itemStarted("turn-1", message), itemCompleted("turn-1", message)];
    expect(broken([...session, ...stray])).toEqual(["item-life/outside-turn"]);
  });

  it("finds an item that completes as another type, in another turn, or still in progress", () => {
    const retyped = edit(session, commandEnd, '"id":"command-1"', '"id":"message-1"');
    expect(broken(retyped)).toContain("item-life/completed-without-start");
    const other = moveBefore(retyped, messageStart, commandEnd);
    expect(broken(other)).toContain("item-life/type-changed");
    const moved = edit(session, commandEnd, '"turnId":"turn-1"', '"turnId":"turn-0"');
    expect(broken(moved)).toContain("item-life/turn-changed");
    const busy = edit(session, commandEnd, '"status":"completed"', '"status":"inProgress"');
    expect(broken(busy)).toEqual(["item-life/no-final-status"]);
  });
});

describe("item-text", () => {
  it("finds deltas that differ from the completed text", () => {
    expect(broken(edit(session, '"delta":"done"', "done", "gone"))).toEqual(["item-text/differs"]);
    expect(broken(edit(session, '"delta":"think"', "think", "thin"))).toEqual([
      "item-text/differs",
    ]);
    expect(broken(drop(session, '"delta":"it is "'))).toEqual(["item-text/differs"]);
  });

  it("finds a text that no delta announced", () => {
    const silent = drop(drop(session, '"delta":"it is "'), '"delta":"done"');
    expect(broken(silent)).toEqual(["item-text/no-deltas"]);
  });

  it("leaves the output of commands alone", () => {
    expect(broken(drop(session, '"delta":"o"'))).toEqual([]);
  });

  it("does not miss what the client opted out of", () => {
    const quiet = [...opening(["item/agentMessage/delta"]), ...session.slice(opening().length)];
    const silent = drop(drop(quiet, '"delta":"it is "'), '"delta":"done"');
    expect(broken(silent)).toEqual([]);
    expect(broken(quiet)).toEqual(["envelope/opted-out"]);
  });
});

describe("stable-ids", () => {
  const read = '"id":4,"result"';

  it("finds an item with another id in a later read", () => {
    const renamed = edit(session, read, '"id":"message-1"', '"id":"item-4"');
    expect(broken(renamed)).toEqual(["stable-ids/unknown-item", "stable-ids/live-item-missing"]);
  });

  it("finds an item that became another type", () => {
    const retyped = edit(session, read, '"type":"reasoning"', '"type":"hookPrompt","fragments":[]');
    expect(broken(retyped)).toContain("stable-ids/type-changed");
  });

  it("checks turns/list and items/list the same way", () => {
    const lists = [
      ask(20, "thread/turns/list", { threadId }),
      reply("thread/turns/list", 20, {
        data: [firstTurn()],
        nextCursor: null,
        backwardsCursor: null,
      }),
      ask(21, "thread/items/list", { threadId }),
      reply("thread/items/list", 21, {
        data: firstTurn().items.map((item) => ({
          turnId: "turn-1",
          item,
          startedAtMs: null,
          completedAtMs: null,
        })),
        nextCursor: null,
        backwardsCursor: null,
      }),
    ];
    const listed = [...session, ...lists];
    expect(broken(listed)).toEqual([]);
    const turns = edit(listed, '"id":20,"result"', "reasoning-1", "item-2");
    expect(broken(turns)).toContain("stable-ids/live-item-missing");
    const items = edit(listed, '"id":21,"result"', "reasoning-1", "item-2");
    expect(broken(items)).toEqual(["stable-ids/unknown-item"]);
  });

  it("finds ids that change between two reads of a turn nobody saw live", () => {
    const reread = [7, 8].flatMap((id) => [
      ask(id, "thread/read", { threadId: "old", includeTurns: true }),
      reply("thread/read", id, { thread: thread("old", [firstTurn()]), readState: null }),
    ]);
    const frames = [...opening(), ...reread];
    expect(broken(frames)).toEqual([]);
    expect(broken(edit(frames, '"id":8,"result"', "message-1", "message-2"))).toEqual([
      "stable-ids/changed-between-reads",
    ]);
  });

  it("remembers ids across a restart of the connection", () => {
    const checker = createLawChecker();
    const feed = (frames: typeof session) => {
      for (const { dir, frame } of frames) {
        if (dir === "send") checker.send(frame);
        else checker.receive(frame);
      }
    };
    feed(session);
    checker.disconnect();
    const changed = { ...firstTurn(), items: firstTurn().items.slice(1) };
    feed([
      ask(1, "thread/read", { threadId, includeTurns: true }),
      reply("thread/read", 1, { thread: thread(threadId, [changed]), readState: null }),
    ]);
    expect(checker.finish().map(({ clause }) => clause)).toEqual([
      "live-item-missing",
      "changed-between-reads",
    ]);
  });
});

describe("a client that joins a running turn", () => {
  const from = find(session, messageStart) + 1;
  const running = { ...firstTurn(), status: "inProgress" as const, completedAt: null };
  const resumed = {
    ...thread(threadId, [running]),
    status: { type: "active" as const, activeFlags: [] },
  };

  it("is not expected to have seen its beginning", () => {
    const joined = [
      ask(2, "thread/resume", { threadId }),
      { dir: "recv" as const, frame: { id: 2, result: { thread: resumed } } },
    ];
    const end = find(session, '"method":"turn/completed"') + 1;
    const frames = [...joined, ...session.slice(from, end)];
    // The resume response is a fragment: only its thread matters here.
    expect(checkFrames(frames).filter(({ law }) => law !== "schema")).toEqual([]);
    const twice = notify("turn/started", { threadId, turn: { ...running, id: "turn-7" } });
    expect(broken([...joined, twice])).toContain("turn-once/two-at-once");
  });

  it("may join without being told which turn runs", () => {
    const untold = { ...resumed, turns: [] };
    const joined = [
      ask(2, "thread/resume", { threadId, excludeTurns: true }),
      { dir: "recv" as const, frame: { id: 2, result: { thread: untold } } },
    ];
    const end = find(session, '"method":"turn/completed"') + 1;
    const frames = [...joined, ...session.slice(from, end)];
    const lawsBroken = (stream: typeof session) =>
      broken(stream).filter((name) => name !== "schema/invalid");
    expect(lawsBroken(frames)).toEqual([]);
    expect(lawsBroken(drop(frames, '"method":"turn/completed"'))).toEqual([
      "turn-once/never-completed",
    ]);
    expect(lawsBroken(frames.toSpliced(0, 2, ...opening()))).toContain(
      "item-life/delta-outside-item",
    );
  });
});
