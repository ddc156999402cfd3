import { describe, expect, it } from "vitest";
import { createLawChecker } from "@fairlead/conformance/laws";
import { broken, drop, find, repeat } from "./mutate.ts";
import {
  ask,
  firstTurn,
  lawfulSession,
  notify,
  opening,
  reply,
  thread,
  threadId,
  turn,
} from "./stream.ts";

const session = lawfulSession();
const messageStart = '"method":"item/started","params":{"item":{"type":"agentMessage"';
const end = '"method":"turn/completed"';
/** What is left of the first turn when its command ends. */
const rest = session.slice(
  find(session, '"method":"item/commandExecution/outputDelta"'),
  find(session, end) + 1,
);
const input = [{ type: "text" as const, text: "more", text_elements: [] }];
const joining = [
  ask(9, "turn/start", { threadId, input }),
  reply("turn/start", 9, { turn: turn("turn-1", "inProgress") }),
];
const connected = opening().slice(0, 3);

describe("a client whose turn/start meets a turn that runs", () => {
  it("may see the second half of the turn, with items whose start it missed", () => {
    expect(broken([...connected, ...joining, ...rest])).toEqual([]);
    // Notifications may overtake the answer.
    const [request, response] = joining;
    const late = [...(request === undefined ? [] : [request]), ...rest];
    expect(broken([...connected, ...late, ...(response === undefined ? [] : [response])])).toEqual(
      [],
    );
  });

  it("may see no more than the end", () => {
    expect(broken([...connected, ...joining, ...rest.slice(-2)])).toEqual([]);
  });

  it("must see that end, and what starts from then on by the rules", () => {
    const joined = [...connected, ...joining, ...rest];
    expect(broken(drop(joined, end))).toEqual(["turn-once/never-completed"]);
    expect(broken(repeat(joined, end))).toEqual(["turn-once/completed-twice"]);
    expect(broken(repeat(joined, messageStart))).toEqual(["item-life/started-twice"]);
    expect(broken(drop(joined, '"delta":"done"'))).toEqual(["item-text/differs"]);
  });

  it("must see the start of a turn when it follows the thread already", () => {
    expect(broken([...opening(), ...joining, ...rest])).toContain(
      "turn-once/completed-without-start",
    );
    expect(broken([...connected, ...joining])).toEqual(["turn-once/never-started"]);
  });
});

describe("a client that lost its connection in the middle of a turn", () => {
  const running = { ...firstTurn(), status: "inProgress" as const, completedAt: null };
  const resumed = {
    ...thread(threadId, [running]),
    status: { type: "active" as const, activeFlags: [] },
  };
  const before = session.slice(0, find(session, messageStart));
  const after = session.slice(find(session, messageStart), find(session, end) + 1);
  const resume = [
    ask(9, "thread/resume", { threadId }),
    { dir: "recv" as const, frame: { id: 9, result: { thread: resumed } } },
  ];

  function checked(frames: typeof session, how: "disconnect" | "reattach"): readonly string[] {
    const checker = createLawChecker();
    const feed = (stream: typeof session): void => {
      for (const { dir, frame } of stream) {
        if (dir === "send") checker.send(frame);
        else checker.receive(frame);
      }
    };
    feed(before);
    checker[how]();
    feed(frames);
    // The resume response is a fragment: only its thread matters here.
    const found = checker.finish().filter(({ law }) => law !== "schema");
    return found.map(({ law, clause }) => `${law}/${clause}`);
  }

  it("goes on where it was when it comes back to its session", () => {
    expect(checked(after, "reattach")).toEqual([]);
    expect(checked(after.slice(0, -1), "reattach")).toEqual(["turn-once/never-completed"]);
    expect(checked(after.slice(1), "reattach")).toContain("item-life/delta-outside-item");
  });

  it("joins the turn again when it begins anew and resumes", () => {
    expect(checked([...resume, ...after], "disconnect")).toEqual([]);
    expect(checked([...resume, ...after.slice(1)], "disconnect")).toEqual([]);
    expect(checked([...resume, ...after.slice(0, -1)], "disconnect")).toEqual([
      "turn-once/never-completed",
    ]);
  });

  it("may see the turn of a sub-agent from its middle", () => {
    const flags = { type: "active" as const, activeFlags: ["waitingOnApproval" as const] };
    const waiting = notify("thread/status/changed", { threadId, status: flags });
    expect(checked([waiting, ...after], "disconnect")).toEqual([]);
    expect(checked([...after, ...after.slice(-1)], "disconnect")).toEqual([
      "turn-once/completed-twice",
    ]);
  });
});
