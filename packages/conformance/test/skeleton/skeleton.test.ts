import { describe, expect, it } from "vitest";
import { compareSkeletons, skeletonOf } from "@fairlead/conformance/laws";
import { drop, edit, find, insertAfter } from "../mutate.ts";
import {
  type Frames,
  completed,
  recording,
  recordings,
  said,
  withoutMessage,
} from "../recorded.ts";

describe("the skeleton of a recording", () => {
  it.each(recordings)("%s fits itself", (name) => {
    const frames = recording(name);
    const skeleton = skeletonOf(frames);
    expect(compareSkeletons(skeleton, skeletonOf(frames), { features: ["usage"] })).toEqual([]);
    expect(JSON.stringify(skeleton)).not.toMatch(/00000000-0000|call_0|msg_0/);
  });

  it("shows requests, turns, items, approvals and what is filled", () => {
    expect(skeletonOf(recording("command-decline")).clients["a"]).toMatchObject({
      requests: [
        { method: "initialize", outcome: "ok" },
        { method: "thread/start", outcome: "ok" },
        { method: "turn/start", outcome: "ok" },
      ],
      threads: [
        {
          name: "thread 1",
          turns: [
            {
              status: "completed",
              items: [
                { type: "userMessage" },
                {
                  type: "commandExecution",
                  status: "declined",
                  asks: [{ method: "item/commandExecution/requestApproval", outcome: "decline" }],
                  filled: ["command", "cwd"],
                },
                { type: "agentMessage", filled: ["text", "deltas"] },
              ],
            },
          ],
        },
      ],
    });
  });

  it("puts a sub-agent under the thread that started it", () => {
    const { threads } = skeletonOf(recording("subagent")).clients["a"] ?? { threads: [] };
    expect(threads.map(({ name }) => name)).toEqual(["thread 1", "thread 1.1"]);
  });

  it("is the same for a request that was delivered again", () => {
    const request = '"method":"item/commandExecution/requestApproval"';
    expect(
      said("command-accept", (frames) => {
        const again = frames.slice(find(frames, request), find(frames, request) + 1);
        return insertAfter(frames, request, again);
      }),
    ).toEqual([]);
  });
});

describe("a comparison tells", () => {
  it("a request that was answered otherwise", () => {
    const failed = (frames: Frames) =>
      edit(frames, '"id":4,"result"', '"result"', '"error":{"code":1,"message":""},"was"');
    expect(said("fork", failed)).toContain(
      "request 4, thread/fork: answered error, codex answers ok",
    );
    expect(said("fork", (frames) => frames.slice(0, 22))).toContain(
      "request 4, thread/fork, was never sent",
    );
    expect(
      said("text", (frames) => edit(frames, '"method":"turn/start"', "turn/start", "x/y")),
    ).toEqual(["request 3 is x/y, codex's is turn/start"]);
  });

  it("a missing and an extra item, and none where a message ends the turn", () => {
    const silent = (frames: Frames) =>
      frames.filter(({ frame }) => !/"fileChange"|requestApproval/.test(JSON.stringify(frame)));
    const place = "thread 1, turn 1,";
    expect(said("file-add-decline", silent)).toEqual([`${place} fileChange (declined) is missing`]);
    const golden = skeletonOf(silent(recording("file-add-decline")));
    expect(compareSkeletons(golden, skeletonOf(recording("file-add-decline")))).toEqual([
      `${place} fileChange (declined) is not in codex's turn`,
    ]);
    const late = (frames: Frames) => {
      const commandEnd = find(frames, completed("commandExecution"));
      const [from, to] = [find(frames, completed("userMessage")) + 1, commandEnd + 1];
      const moved = frames.slice(from, to);
      return frames
        .toSpliced(from, moved.length)
        .toSpliced(find(frames, '"method":"turn/completed"') - moved.length, 0, ...moved);
    };
    expect(said("command-failed", late)).toEqual([
      `${place} no agentMessage follows its last step, codex ends with one`,
    ]);
    const swapped = (frames: Frames) => {
      const declined = edit(
        frames,
        completed("commandExecution"),
        '"type":"commandExecution"',
        '"type":"webSearch"',
      );
      return edit(
        declined,
        '"item/started","params":{"item":{"type":"commandExecution"',
        '"type":"commandExecution"',
        '"type":"webSearch"',
      );
    };
    expect(said("command-accept-session", swapped)).toContain(
      `${place} webSearch (completed) is not in codex's turn`,
    );
  });

  it("a wrong status of an item and of a turn, and another kind of failure", () => {
    const ran = (frames: Frames) =>
      edit(frames, completed("commandExecution"), '"status":"declined"', '"status":"completed"');
    expect(said("command-decline", ran)).toEqual([
      "thread 1, turn 1, commandExecution ends completed, codex's ends declined",
    ]);
    const end = '"method":"turn/completed"';
    const failed = (frames: Frames) =>
      edit(frames, end, '"status":"completed"', '"status":"interrupted"');
    expect(said("text", failed)).toEqual([
      "thread 1, turn 1, it ends interrupted, codex's ends completed",
    ]);
    expect(said("text", (frames) => drop(frames, end))).toEqual([
      "thread 1, turn 1, it ends open, codex's ends completed",
    ]);
    const other = (frames: Frames) => edit(frames, end, "contextWindowExceeded", "other");
    expect(said("error-context", other, { features: ["apiErrors"] })).toEqual([
      "thread 1, turn 1, it fails with other, codex's with contextWindowExceeded",
    ]);
  });

  it("a missing approval, one too many, and another decision", () => {
    const approval = '"method":"item/commandExecution/requestApproval"';
    const place = "thread 1, turn 1, commandExecution: ";
    const ask = "item/commandExecution/requestApproval";
    const unasked = (frames: Frames) => drop(frames, approval);
    expect(said("command-decline", unasked)).toEqual([
      `${place}codex asks ${ask} (decline), and this was not seen`,
    ]);
    const golden = skeletonOf(unasked(recording("command-decline")));
    expect(compareSkeletons(golden, skeletonOf(recording("command-decline")))).toEqual([
      `${place}the server asks ${ask} (decline), codex does not`,
    ]);
    const answer = '"result":{"decision"';
    const silent = (frames: Frames) => drop(frames, answer);
    expect(said("command-decline", silent)).toContain(
      `${place}the server asks ${ask} (resolved without this client's answer), codex does not`,
    );
  });

  it("a missing turn, an extra one, and a missing thread", () => {
    const cut = (frames: Frames) => frames.slice(0, find(frames, '"method":"turn/completed"') + 1);
    expect(said("two-turns", cut)).toContain("thread 1, turn 2 is missing: codex's ends completed");
    const golden = skeletonOf(cut(recording("two-turns")));
    expect(compareSkeletons(golden, skeletonOf(recording("two-turns")))).toContain(
      "thread 1, turn 2 (completed) is extra",
    );
    const alone = (frames: Frames) =>
      frames.filter(
        ({ frame }) => !/0000-7000-8000-000000000004|"id":"call_/.test(JSON.stringify(frame)),
      );
    expect(said("subagent", alone)).toContain("thread 1.1 is missing: codex shows 1 turn");
  });

  it("an empty field that codex fills", () => {
    const place = "thread 1, turn 1,";
    const blank = (frames: Frames) =>
      edit(frames, completed("commandExecution"), '"exitCode":0', '"exitCode":null');
    expect(said("command-accept", blank)).toEqual([
      `${place} commandExecution.exitCode is empty, codex fills it`,
    ]);
    const pathless = (frames: Frames) =>
      edit(frames, completed("fileChange"), /"path":"[^"]*new.txt"/, '"path":""');
    expect(said("file-add-accept", pathless)).toEqual([
      `${place} fileChange.changes[].path is empty, codex fills it`,
    ]);
    const mute = (frames: Frames) => drop(frames, '"delta":"finished"');
    expect(said("command-accept", mute)).toEqual([
      `${place} agentMessage.deltas is empty, codex fills it`,
    ]);
  });

  it("a missing message", () => {
    const place = "thread 1, turn 1,";
    expect(said("text", withoutMessage)).toEqual([`${place} agentMessage is missing`]);
  });

  it("a lost text of the user", () => {
    const lost = (frames: Frames) =>
      [0, 1].reduce((left) => drop(left, '"item":{"type":"userMessage"', 2), frames);
    expect(said("steer", lost)).toEqual(["thread 1, turn 1, it has 1 userMessage(s), codex has 2"]);
  });

  it("a missing notification, an unknown one, and usage only where it is claimed", () => {
    const renamed = (frames: Frames) => drop(frames, '"method":"thread/name/updated"');
    expect(said("name", renamed)).toEqual([
      "thread 1, notification thread/name/updated is missing",
    ]);
    const stray = { dir: "recv" as const, frame: { method: "fs/changed", params: {} } };
    expect(said("text", (frames) => [...frames, stray])).toEqual([
      "notification fs/changed came, codex sends none",
    ]);
    const mean = (frames: Frames) =>
      frames.filter(({ frame }) => !/tokenUsage/.test(JSON.stringify(frame)));
    expect(said("text", mean)).toEqual([]);
    expect(said("text", mean, { features: ["usage"] })).toEqual([
      "thread 1, turn 1, notification thread/tokenUsage/updated is missing",
    ]);
  });

  it("whose stream is meant, when there are several", () => {
    const two = (frames: Frames) => frames.map((frame) => ({ ...frame, client: "b" }));
    const golden = recording("text");
    const both = skeletonOf([...golden, ...two(golden)]);
    expect(compareSkeletons(both, skeletonOf(golden))).toEqual([
      "client b, it never said or saw anything",
    ]);
    expect(compareSkeletons(skeletonOf(golden), both)).toEqual([
      "client b, it is not in codex's recording",
    ]);
    const silent = skeletonOf([...golden, ...two(withoutMessage(golden))]);
    expect(compareSkeletons(both, silent)).toEqual([
      "client b, thread 1, turn 1, agentMessage is missing",
    ]);
  });
});
