import { describe, expect, it } from "vitest";
import { type RecordedFrame, judgeTranscript } from "@fairlead/conformance/laws";

import { drop, find, repeat } from "../mutate.ts";
import { lawfulSession } from "../stream.ts";

const session = lawfulSession();
const lines = (frames: readonly RecordedFrame[]): readonly string[] =>
  frames.map((recorded) => JSON.stringify(recorded));
const bare = (frames: readonly RecordedFrame[]): readonly string[] =>
  frames.map(({ frame }) => JSON.stringify(frame));
const whole = '{"recording":"elsewhere"}';

function judged(text: readonly string[]) {
  const { violations, ...counts } = judgeTranscript(text.join("\n"));
  const broken = violations.map(({ law, clause, client, line }) => [law, clause, client, line]);
  return { ...counts, broken };
}

describe("judgeTranscript", () => {
  it("reads frames with a direction and bare ones alike", () => {
    const clean = { frames: session.length, ignored: 0, clients: 1, allowed: [], broken: [] };
    expect(judged(lines(session))).toEqual(clean);
    expect(judged(bare(session))).toEqual(clean);
  });

  it("tells whose response it is when both sides use the same id", () => {
    const same = session.map(({ dir, frame }): RecordedFrame => {
      // The approval gets the id of `turn/start`, which is answered only after the approval.
      const text = JSON.stringify(frame).replace(/"id":0\b/, '"id":3');
      const copy: unknown = JSON.parse(text.replace('"requestId":0', '"requestId":3'));
      return { dir, frame: copy };
    });
    const answer = find(same, '"id":3,"result":{"turn"');
    const moved = same.slice(answer, answer + 1);
    const rest = same.toSpliced(answer, 1);
    const late = rest.toSpliced(find(rest, '"decision":"accept"') + 1, 0, ...moved);
    expect(judged(bare(late)).broken).toEqual([]);
  });

  it("gives a method nobody knows to the client as a request, to the server as a notification", () => {
    const odd = ['{"id":99,"method":"x/y"}', '{"id":99,"error":{"code":-32601,"message":"?"}}'];
    expect(judged([...bare(session), ...odd]).broken).toEqual([]);
    const told = judged([...bare(session), '{"method":"x/y"}']).broken;
    expect(told).toEqual([["schema", "unknown-method", "a", session.length + 1]]);
  });

  it("counts what is no frame and names the line of a fault", () => {
    const rubbish = ["{nope", '{"note":"hello"}', "", '{"dir":"note","frame":{}}', "[1]"];
    const bad = repeat(session, '"method":"turn/started"');
    const result = judged([...rubbish, ...lines(bad)]);
    expect(result.ignored).toBe(4);
    const line = rubbish.length + find(bad, '"method":"turn/started"', 1) + 1;
    expect(result.broken).toEqual([["turn-once", "started-twice", "a", line]]);
  });

  it("knows a request the client sent as raw text when its answer comes", () => {
    const raw = JSON.stringify({ dir: "send", raw: '{"id":"r","method":"thread/loaded/list"}' });
    const answer = JSON.stringify({ id: "r", result: { data: [], nextCursor: null } });
    const result = judged([...lines(session), raw, answer]);
    expect(result).toMatchObject({ frames: session.length + 1, ignored: 1, broken: [] });
  });

  it("does not hold against a recording what still runs at its end, unless it is whole", () => {
    for (let length = 1; length < session.length; length += 1) {
      expect(judged(lines(session.slice(0, length))).broken).toEqual([]);
    }
    const cut = [whole, ...lines(session.slice(0, -1))];
    expect(judged(cut).broken.map(([law, clause]) => `${String(law)}/${String(clause)}`)).toEqual([
      "turn-once/never-completed",
    ]);
  });

  it("checks several clients each by itself", () => {
    const named = session.map((recorded) => JSON.stringify({ ...recorded, client: "b" }));
    const mixed = lines(session).flatMap((line, index) => [line, named[index] ?? ""]);
    expect(judged(mixed)).toMatchObject({ clients: 2, broken: [] });
    const bad = drop(session, '"type":"idle"}'.concat("},"), 0);
    const numbered = bad.map((recorded) => JSON.stringify({ ...recorded, conn: 7 }));
    expect(judged([...lines(session), ...numbered]).broken).toMatchObject([
      ["turn-end", "not-idle-before", "connection 7", expect.any(Number)],
    ]);
  });

  it("takes a new connection of a client as a new beginning", () => {
    const middle = find(session, '"decision":"accept"');
    const half = session.slice(0, middle);
    const again = session.slice(0, 3);
    const frames = [...half, ...again];
    expect(judged([whole, ...lines(frames)]).broken).toEqual([]);
    const gone = '{"client":"a","event":"disconnect"}';
    expect(judged([whole, ...lines(half), gone])).toMatchObject({ ignored: 1, broken: [] });
  });
});
