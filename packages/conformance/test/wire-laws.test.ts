import { describe, expect, it } from "vitest";
import {
  assertLaws,
  checkFrames,
  createLawChecker,
  parseRecording,
} from "@fairlead/conformance/laws";
import { broken, drop, edit, find, insertAfter, moveBefore, repeat } from "./mutate.ts";
import { lawfulSession, nowMs, threadId } from "./stream.ts";

const session = lawfulSession();
const receive = (frame: unknown) => ({ dir: "recv" as const, frame });
const send = (frame: unknown) => ({ dir: "send" as const, frame });

describe("envelope", () => {
  const read = '"id":4,"result"';

  it("finds a jsonrpc key", () => {
    expect(broken(edit(session, read, '{"id"', '{"jsonrpc":"2.0","id"'))).toEqual([
      "envelope/jsonrpc-key",
    ]);
  });

  it("finds a response with both or neither of result and error", () => {
    const both = edit(session, read, '"result"', '"error":{"code":1,"message":""},"result"');
    expect(broken(both)).toContain("envelope/result-xor-error");
    expect(
      broken([
        ...session.slice(0, 3),
        send({ id: 9, method: "thread/list", params: {} }),
        receive({ id: 9 }),
      ]),
    ).toContain("envelope/result-xor-error");
  });

  it("finds a response to nothing, a second one, and one that never comes", () => {
    expect(broken([...session, receive({ id: "none", result: {} })])).toEqual([
      "envelope/answer-to-nothing",
    ]);
    expect(broken(repeat(session, read))).toEqual(["envelope/answered-twice"]);
    expect(broken(drop(session, read))).toEqual(["envelope/never-answered"]);
  });

  it('tells the id 4 from the id "4"', () => {
    expect(broken(edit(session, read, '"id":4', '"id":"4"'))).toEqual([
      "envelope/answer-to-nothing",
      "envelope/never-answered",
    ]);
  });

  it("finds frames that are no frames", () => {
    expect(broken([...session, receive([])])).toEqual(["envelope/not-an-object"]);
    expect(broken([...session, receive({ id: 1.5, method: "warning" })])).toEqual([
      "envelope/bad-id",
    ]);
    expect(broken([...session, receive({ params: {} })])).toEqual(["envelope/no-kind"]);
    const odd = [
      send({ id: 9, method: "thread/list", params: {} }),
      receive({ id: 9, error: "no" }),
    ];
    expect(broken([...session, ...odd])).toEqual(["envelope/bad-error"]);
    const mixed = edit(session, '"method":"error"', '"method"', '"result":1,"method"');
    expect(broken(mixed)).toEqual(["envelope/mixed"]);
  });

  it("lets the server drop what the client got wrong", () => {
    expect(broken([...session, send("{nope"), send({ id: null, method: "x" })])).toEqual([]);
  });
});

describe("schema", () => {
  it("finds a notification, a result and a server request of the wrong shape", () => {
    const notification = edit(session, '"delta":"done"', '"delta":"done"', '"delta":1');
    expect(broken(notification)).toContain("schema/invalid");
    const result = edit(session, '"id":4,"result"', '"sessionId":', '"session":');
    expect(broken(result)).toEqual(["schema/invalid"]);
    const asked = edit(session, "requestApproval", '"environmentId":null', '"environmentId":7');
    expect(broken(asked)).toEqual(["schema/invalid"]);
  });

  it("finds methods that codex does not have", () => {
    const extra = [
      receive({ method: "thread/exploded", params: {} }),
      receive({ id: 7, method: "item/guess", params: {} }),
      send({ id: 8, method: "thread/explode", params: {} }),
      receive({ id: 8, result: {} }),
    ];
    const found = checkFrames([...session, ...extra]);
    expect(found.map(({ facts }) => facts["method"])).toEqual([
      "thread/exploded",
      "item/guess",
      "thread/explode",
    ]);
  });

  it("names the field that is wrong", () => {
    const [found] = checkFrames(edit(session, '"delta":"done"', '"delta":"done"', '"delta":1'));
    expect(found?.message).toContain("delta: expected string");
  });
});

describe("times", () => {
  it("finds milliseconds where seconds belong", () => {
    const started = edit(
      session,
      '"method":"turn/started"',
      '"startedAt":1795218122',
      `"startedAt":${nowMs}`,
    );
    expect(broken(started)).toEqual(["times/not-seconds"]);
    const created = edit(
      session,
      '"id":4,"result"',
      '"createdAt":1795218122',
      `"createdAt":${nowMs}`,
    );
    expect(broken(created)).toContain("times/not-seconds");
  });

  it("finds seconds where milliseconds belong", () => {
    const emitted = edit(
      session,
      '"method":"turn/started"',
      `"emittedAtMs":${nowMs}`,
      '"emittedAtMs":1795218122',
    );
    expect(broken(emitted)).toEqual(["times/not-milliseconds"]);
    const item = edit(
      session,
      '"method":"item/started"',
      `"startedAtMs":${nowMs}`,
      '"startedAtMs":1795218122',
    );
    expect(broken(item)).toEqual(["times/not-milliseconds"]);
  });

  it("finds an end before its start, and a duration that does not fit", () => {
    const end = '"method":"turn/completed"';
    expect(
      broken(edit(session, end, '"completedAt":1795218123', '"completedAt":1795218000')),
    ).toContain("times/ends-before-start");
    expect(broken(edit(session, end, '"durationMs":900', '"durationMs":90000'))).toEqual([
      "times/duration-off",
    ]);
    expect(broken(edit(session, '"exitCode":0', '"durationMs":5', '"durationMs":-5'))).toEqual([
      "times/negative-duration",
    ]);
  });
});

describe("error-codes", () => {
  const exchange = (method: string, code: number, message: string) => [
    ...session,
    send({ id: 9, method, params: {} }),
    receive({ id: 9, error: { code, message } }),
  ];
  const strict = { errorCodes: true };

  it("holds unknown methods to -32601 and states to -32600", () => {
    expect(broken(exchange("no/such", -32600, "?"), strict)).toEqual([
      "error-codes/unknown-method",
    ]);
    expect(broken(exchange("no/such", -32601, "?"), strict)).toEqual([]);
    const gone = "thread not found: x";
    expect(broken(exchange("thread/read", -32602, gone), strict)).toEqual([
      "error-codes/state-error",
    ]);
    expect(broken(exchange("thread/read", -32600, gone), strict)).toEqual([]);
    expect(broken(exchange("thread/read", 42, "?"), strict)).toEqual(["error-codes/unknown-code"]);
  });

  it("is off unless asked for, as real codex has codes of its own", () => {
    expect(broken(exchange("no/such", -32600, "?"))).toEqual([]);
  });
});

describe("server-request", () => {
  const approval = '"method":"item/commandExecution/requestApproval"';
  const answer = '"decision":"accept"';
  const resolved = '"method":"serverRequest/resolved"';

  it("finds an approval before its item", () => {
    const early = moveBefore(
      session,
      approval,
      '"method":"item/started","params":{"item":{"type":"commandExecution"',
    );
    expect(broken(early)).toEqual(["server-request/item-not-open"]);
  });

  it("finds a request that is not resolved, or only after its turn", () => {
    expect(broken(drop(session, resolved))).toEqual([
      "server-request/unresolved-at-turn-end",
      "server-request/never-resolved",
    ]);
    const moved = session[find(session, resolved)];
    const late = [...drop(session, resolved), ...(moved === undefined ? [] : [moved])];
    expect(broken(late)).toEqual(["server-request/unresolved-at-turn-end"]);
  });

  it("finds a second resolution, and one of nothing", () => {
    expect(broken(repeat(session, resolved))).toEqual(["server-request/resolved-twice"]);
    expect(broken(edit(session, resolved, '"requestId":0', '"requestId":"0"'))).toContain(
      "server-request/resolved-without-request",
    );
  });

  it("finds two answers of the client, and one to nothing", () => {
    expect(broken(repeat(session, answer))).toEqual(["server-request/answered-twice"]);
    expect(broken([...session, send({ id: 77, result: {} })])).toEqual([
      "server-request/answer-to-nothing",
    ]);
  });

  it("finds a request that is asked twice, under its id or another, and an id used again", () => {
    const again = repeat(session, approval);
    expect(broken(again)).toEqual(["server-request/asked-twice"]);
    expect(broken(edit(again, approval, '"id":0', '"id":1', 1))).toContain(
      "server-request/asked-twice",
    );
    expect(broken(edit(again, approval, "command-1", "command-2", 1))).toContain(
      "server-request/id-reused",
    );
  });

  it("takes it as a replay when the client came back in between, or resumed the thread", () => {
    const checker = createLawChecker();
    const cut = find(session, answer);
    const question = session.slice(cut - 1, cut);
    for (const { dir, frame } of session.slice(0, cut + 1)) checker[dirs[dir]](frame);
    // The answer was lost with the connection: it is asked and answered again.
    checker.reattach();
    for (const { dir, frame } of [...question, ...session.slice(cut)]) checker[dirs[dir]](frame);
    expect(checker.finish()).toEqual([]);

    const resume = [send({ id: 9, method: "thread/resume", params: { threadId } }), ...question];
    const resumed = insertAfter(session, approval, resume);
    expect(broken(resumed)).toEqual(["envelope/never-answered"]);
    const thrice = insertAfter(session, approval, [...resume, ...question]);
    expect(broken(thrice)).toContain("server-request/asked-twice");
  });
});

const dirs = { send: "send", recv: "receive" } as const;

describe("assertLaws", () => {
  it("lists what is broken, with the frame", () => {
    expect(() => assertLaws(session)).not.toThrow();
    const bad = insertAfter(session, '"method":"error"', [receive([])]);
    expect(() => assertLaws(bad)).toThrow(
      /Broken laws .*\(1\):\n- envelope\/not-an-object: .*\n {4}frame \d+: \[\]/,
    );
  });

  it("reads the lines of a recording and leaves out the rest", () => {
    const lines = ['{"agent":"codex"}', ...session.map((line) => JSON.stringify(line)), ""];
    expect(parseRecording(lines.join("\n"))).toEqual(session);
  });
});
