import { describe, expect, it } from "vitest";
import { broken, drop, edit, insertAfter, moveBefore, repeat } from "./mutate.ts";
import {
  ask,
  lawfulSession,
  notify,
  opening,
  reply,
  threadId,
  turn,
  turnBegins,
  turnEnds,
} from "./stream.ts";

const session = lawfulSession();
const firstEnd = '"method":"turn/completed"';
const input = [{ type: "text" as const, text: "more", text_elements: [] }];

describe("a lawful session", () => {
  it("breaks no law", () => {
    expect(broken(session, { errorCodes: true })).toEqual([]);
  });

  it("may be cut off anywhere when the recording says so", () => {
    for (let length = 0; length <= session.length; length += 1) {
      expect(broken(session.slice(0, length), { cut: true })).toEqual([]);
    }
  });
});

describe("turn-once", () => {
  it("finds a turn that never completes", () => {
    expect(broken([...opening(), ...turnBegins(3, "turn-1", "x")])).toEqual([
      "turn-once/never-completed",
    ]);
  });

  it("finds a turn that completes without a start, or twice", () => {
    const untold = [...opening(), ...turnEnds("turn-1")];
    expect(broken(untold)).toContain("turn-once/completed-without-start");
    expect(broken(repeat(session, firstEnd))).toContain("turn-once/completed-twice");
  });

  it("finds a turn that starts twice", () => {
    expect(broken(repeat(session, '"method":"turn/started"'))).toEqual(["turn-once/started-twice"]);
  });

  it("finds two turns at once", () => {
    const second = notify("turn/started", { threadId, turn: turn("turn-9", "inProgress") });
    expect(broken(insertAfter(session, "it is done", [second]))).toContain("turn-once/two-at-once");
  });

  it("finds a promised turn that never starts", () => {
    const promised = [
      ask(3, "turn/start", { threadId, input }),
      reply("turn/start", 3, { turn: turn("turn-1", "inProgress") }),
    ];
    expect(broken([...opening(), ...promised])).toEqual(["turn-once/never-started"]);
  });

  it("finds a turn that completes without a final status", () => {
    const open = edit(session, firstEnd, '"status":"completed"', '"status":"inProgress"');
    expect(broken(open)).toEqual(["turn-once/no-final-status"]);
  });
});

describe("turn-end", () => {
  it("finds a turn that ends before the thread is idle", () => {
    expect(broken(drop(session, '"type":"idle"}'.concat("},"), 0))).toEqual([
      "turn-end/not-idle-before",
    ]);
  });

  it("finds a failure without its error, or with the error before the status", () => {
    const failure = '"method":"error"';
    expect(broken(drop(session, failure))).toEqual(["turn-end/failed-unannounced"]);
    expect(broken(moveBefore(session, failure, "systemError"))).toEqual([
      "turn-end/failed-unannounced",
    ]);
    expect(broken(edit(session, failure, '"willRetry":false', '"willRetry":true'))).toEqual([
      "turn-end/failed-unannounced",
    ]);
  });
});

describe("steer", () => {
  const steering = [
    ask(9, "turn/start", { threadId, input }),
    reply("turn/start", 9, { turn: turn("turn-1", "inProgress") }),
    ask(10, "turn/steer", { threadId, input, expectedTurnId: "turn-1" }),
    reply("turn/steer", 10, { turnId: "turn-1" }),
  ];
  const steered = insertAfter(session, '"delta":"it is "', steering);

  it("accepts turn/start during a turn that names the running turn", () => {
    expect(broken(steered)).toEqual([]);
  });

  it("finds an answer that names another turn", () => {
    const other = edit(steered, '"id":9,"result"', '"id":"turn-1"', '"id":"turn-2"');
    expect(broken(other)).toEqual(["steer/other-turn"]);
    const steeredElsewhere = edit(steered, '"id":10,"result"', "turn-1", "turn-2");
    expect(broken(steeredElsewhere)).toEqual(["steer/other-turn"]);
  });
});
