import { describe, expect, it } from "vitest";
import { type RecordedFrame, compareSkeletons, skeletonOf } from "@fairlead/conformance/laws";
import { drop, edit, insertAfter } from "../mutate.ts";
import { type Frames, completed, recording, said, withoutMessage } from "../recorded.ts";

describe("a comparison allows", () => {
  it("a message before a command, and more thoughts", () => {
    const text = '"method":"item/completed","params":{"item":{"type":"userMessage"';
    const spoken = recording("text").filter(({ frame }) =>
      /"item\/.*agentMessage/.test(JSON.stringify(frame)),
    );
    const renamed = spoken.map(({ dir, frame }): RecordedFrame => {
      const copy: unknown = JSON.parse(JSON.stringify(frame).replaceAll(/msg_0+/g, "msg_9"));
      return { dir, frame: copy };
    });
    expect(said("command-accept", (frames) => insertAfter(frames, text, renamed))).toEqual([]);
  });

  it("parallel commands one after the other, in any order", () => {
    const items = ["A", "B"].map((id) => ({
      started: received("item/started", command(id, "inProgress")),
      completed: received("item/completed", command(id, id === "A" ? "completed" : "failed")),
    }));
    const turn = (inner: readonly RecordedFrame[]) =>
      skeletonOf([
        received("turn/started", { turn: { id: "t" } }),
        ...inner,
        received("turn/completed", { turn: { id: "t", status: "completed" } }),
      ]);
    const atOnce = turn([
      ...items.map(({ started }) => started),
      ...items.map(({ completed: end }) => end),
    ]);
    const oneByOne = turn(
      items.toReversed().flatMap(({ started, completed: end }) => [started, end]),
    );
    expect(compareSkeletons(atOnce, oneByOne)).toEqual([]);
    const inOrder = turn(items.flatMap(({ started, completed: end }) => [started, end]));
    expect(compareSkeletons(inOrder, oneByOne)).not.toEqual([]);
  });

  it("a look around before the work, but no other command", () => {
    const looking = (action: string) => (frames: Frames) =>
      insertAfter(frames, completed("userMessage"), [
        received("item/started", command("look", "inProgress", action), frames),
        received("item/completed", command("look", "completed", action), frames),
      ]);
    expect(said("file-add-accept", looking("read"))).toEqual([]);
    expect(said("file-add-accept", looking("unknown"))).toEqual([
      "thread 1, turn 1, commandExecution (completed) is not in codex's turn",
    ]);
  });

  it("a refusal by error to end failed or declined, but not completed", () => {
    const ending = (status: string) => (frames: Frames) =>
      edit(frames, completed("commandExecution"), '"status":"failed"', `"status":"${status}"`);
    expect(said("approval-error", ending("declined"))).toEqual([]);
    expect(said("approval-error", ending("completed"))).toEqual([
      "thread 1, turn 1, commandExecution ends completed, codex's ends failed",
    ]);
  });

  it("the call of a tool with which a question is asked, if it went well", () => {
    const asking = (status: string) => (frames: Frames) => {
      const ask = frames.find(({ frame }) => /requestUserInput/.test(JSON.stringify(frame)));
      const [, id = ""] = /"itemId":"([^"]+)"/.exec(JSON.stringify(ask)) ?? [];
      const item = { type: "dynamicToolCall", id, tool: "Ask", arguments: {}, status };
      return insertAfter(
        insertAfter(frames, '"result":{"answers"', [received("item/completed", { item }, frames)]),
        completed("userMessage"),
        [received("item/started", { item }, frames)],
      );
    };
    expect(said("question", asking("completed"))).toEqual([]);
    expect(said("question", asking("failed"))).not.toEqual([]);
  });

  it("a named error where codex names none, but not the other way round", () => {
    const named = (from: string, to: string) => (frames: Frames) =>
      edit(frames, '"method":"turn/completed"', from, to);
    const other = '"codexErrorInfo":"other"';
    const bad = '"codexErrorInfo":"badRequest"';
    const knows = { features: ["apiErrors"] } as const;
    expect(said("error-400", named(other, bad), knows)).toEqual([]);
    const internal = '"codexErrorInfo":"internalServerError"';
    expect(said("turn-failed", named(internal, other))).toEqual([]);
    expect(said("turn-failed", named(internal, other), knows)).toEqual([
      "thread 1, turn 1, it fails with other, codex's with internalServerError",
    ]);
  });

  it("no usage of a turn that failed, was a compaction, or was a sub-agent's", () => {
    const untold = (frames: Frames) =>
      frames.filter(({ frame }) => !/tokenUsage\/updated/.test(JSON.stringify(frame)));
    const problems = (scenario: string) => said(scenario, untold, { features: ["usage"] });
    const missing = "notification thread/tokenUsage/updated is missing";
    expect(problems("error-context")).toEqual([]);
    expect(problems("compact")).toEqual([
      `thread 1, turn 1, ${missing}`,
      `thread 1, turn 3, ${missing}`,
    ]);
    expect(problems("subagent")).toEqual([`thread 1, turn 1, ${missing}`]);
  });

  it("a client to see half of a turn it joined", () => {
    const joined = (frames: Frames) => drop(frames, '"method":"turn/started"');
    expect(said("text", (frames) => withoutMessage(joined(frames)))).toEqual([]);
  });
});

function command(id: string, status: string, action = "unknown") {
  return {
    item: { type: "commandExecution", id, status, commandActions: [{ type: action }] },
  };
}

/** A notification of the first turn of a recording, or of a turn `t`. */
function received(method: string, params: object, frames: Frames = []): RecordedFrame {
  const started = frames.find(({ frame }) => /"turn\/started"/.test(JSON.stringify(frame)));
  const ids = /"threadId":"([^"]+)","turn":{"id":"([^"]+)"/.exec(JSON.stringify(started) ?? "");
  const [, threadId = "thread", turnId = "t"] = ids ?? [];
  const place = method.startsWith("turn/") ? { threadId } : { threadId, turnId };
  return { dir: "recv", frame: { method, params: { ...place, ...params } } };
}
